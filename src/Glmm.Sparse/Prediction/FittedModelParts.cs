using Glmm.Sparse.Families;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Prediction;

/// <summary>All that a <see cref="FittedModel"/> consists of: what a model file stores. The arrays must not change.
/// </summary>
internal sealed record FittedModelParts
{
    /// <summary>How the model was estimated.</summary>
    public required EstimationMethod Method { get; init; }

    /// <summary>Order of the approximation of PQL and MQL; 1 for the others.</summary>
    public required int Order { get; init; }

    /// <summary>The family, its shape at the estimate.</summary>
    public required Family Family { get; init; }

    /// <summary>The link.</summary>
    public required Link Link { get; init; }

    /// <summary>The posterior covariances were made from observed, not expected, information.</summary>
    public required bool ObservedCurvature { get; init; }

    /// <summary>Names of the p fixed effects, dropped columns left out.</summary>
    public required string[] FixedNames { get; init; }

    /// <summary>Names of the q random effects.</summary>
    public required string[] RandomTerms { get; init; }

    /// <summary>The grouping factor's name.</summary>
    public required string GroupName { get; init; }

    /// <summary>α̂, p.</summary>
    public required double[] FixedEffects { get; init; }

    /// <summary>Cov(α̂), p×p row by row.</summary>
    public required double[] FixedCovariance { get; init; }

    /// <summary>D̂, q×q row by row.</summary>
    public required double[] Covariance { get; init; }

    /// <summary>φ.</summary>
    public required double Dispersion { get; init; }

    /// <summary>Labels of the k clusters in the order of their codes; none for a fit that has no posteriors
    /// (MQL).</summary>
    public required string[] ClusterLabels { get; init; }

    /// <summary>Rows of each cluster, k.</summary>
    public required int[] ClusterRows { get; init; }

    /// <summary>b̂, k×q.</summary>
    public required double[] Modes { get; init; }

    /// <summary>E, the lower triangle of each cluster row by row, k×q(q+1)/2.</summary>
    public required double[] Covariances { get; init; }

    /// <summary>C = XᵀWZ/φ, p×q row by row for each cluster, k×p×q.</summary>
    public required double[] Crosses { get; init; }
}
