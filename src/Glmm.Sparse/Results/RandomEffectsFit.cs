using Glmm.Sparse.Model;

namespace Glmm.Sparse.Results;

/// <summary>A fit that predicts the random effects: penalised quasi-likelihood and the likelihoods.</summary>
public abstract class RandomEffectsFit : GlmmFit
{
    private readonly double[] _modes;
    private readonly double[] _standardErrors;

    private protected RandomEffectsFit(
        FitSummary summary, double[] modes, double[] standardErrors, Lazy<ApproximationRisk?>? risk)
        : base(summary, risk) => (_modes, _standardErrors) = (modes, standardErrors);

    /// <summary>β̂, the modes given the estimates, k×q row by row, clusters in the order of their codes.</summary>
    public ReadOnlySpan<double> RandomEffects => _modes;

    /// <summary>
    /// Prediction standard errors, √diag (H_i⁻¹ + H_i⁻¹C_iᵀ Cov(α̂) C_iH_i⁻¹), k×q row by row; the fixed effects'
    /// uncertainty is in, that of D, φ and the shape beyond it is not.
    /// </summary>
    public ReadOnlySpan<double> RandomEffectStandardErrors => _standardErrors;

    /// <inheritdoc/>
    internal override ReadOnlySpan<double> Modes => _modes;

    /// <summary>Label of a cluster.</summary>
    /// <param name="cluster">Zero-based code of the cluster.</param>
    /// <returns>The label.</returns>
    public string ClusterLabel(int cluster) => Summary.Clusters.LabelOf(cluster);

    /// <inheritdoc/>
    public override FittedValues Fitted(ClusteredDesign design) => RowPredictor.Fitted(Summary, design, _modes);
}
