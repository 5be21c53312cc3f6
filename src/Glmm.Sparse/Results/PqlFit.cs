using Glmm.Sparse.Model;

namespace Glmm.Sparse.Results;

/// <summary>A penalised quasi-likelihood fit, which predicts the random effects too.</summary>
public sealed class PqlFit : GlmmFit
{
    private readonly double[] _modes;
    private readonly double[] _standardErrors;

    /// <param name="summary">What every fit says.</param>
    /// <param name="modes">β̂, k×q row by row, clusters in the order of their codes.</param>
    /// <param name="standardErrors">Prediction standard errors in the same order.</param>
    /// <param name="risk">The approximation risk, yet to be computed.</param>
    internal PqlFit(
        FitSummary summary, double[] modes, double[] standardErrors, Lazy<ApproximationRisk?>? risk)
        : base(summary, risk)
    {
        _modes = modes;
        _standardErrors = standardErrors;
    }

    /// <inheritdoc/>
    public override EstimationMethod Method => EstimationMethod.Pql;

    /// <summary>β̂, k×q row by row, clusters in the order of their codes.</summary>
    public ReadOnlySpan<double> RandomEffects => _modes;

    /// <summary>
    /// Prediction standard errors, √diag φ(H_i⁻¹ + H_i⁻¹C_iᵀS⁻¹C_iH_i⁻¹), k×q row by row; the fixed effects'
    /// uncertainty is in, that of D is not.
    /// </summary>
    public ReadOnlySpan<double> RandomEffectStandardErrors => _standardErrors;

    /// <summary>Label of a cluster.</summary>
    /// <param name="cluster">Zero-based code of the cluster.</param>
    /// <returns>The label.</returns>
    public string ClusterLabel(int cluster) => Summary.Clusters.LabelOf(cluster);

    /// <inheritdoc/>
    internal override ReadOnlySpan<double> Modes => _modes;

    /// <inheritdoc/>
    public override FittedValues Fitted(ClusteredDesign design) =>
        RowPredictor.Fitted(Summary, design, _modes);
}
