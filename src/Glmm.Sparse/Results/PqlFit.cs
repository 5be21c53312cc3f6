namespace Glmm.Sparse.Results;

/// <summary>A penalised quasi-likelihood fit, which predicts the random effects too.</summary>
public sealed class PqlFit : RandomEffectsFit
{
    /// <param name="summary">What every fit says.</param>
    /// <param name="modes">β̂, k×q row by row, clusters in the order of their codes.</param>
    /// <param name="standardErrors">Prediction standard errors in the same order.</param>
    /// <param name="risk">The approximation risk, yet to be computed.</param>
    internal PqlFit(
        FitSummary summary, double[] modes, double[] standardErrors, Lazy<ApproximationRisk?>? risk)
        : base(summary, modes, standardErrors, risk)
    {
    }

    /// <inheritdoc/>
    public override EstimationMethod Method => EstimationMethod.Pql;
}
