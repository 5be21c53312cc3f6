using Glmm.Sparse.Results;

namespace Glmm.Sparse.Prediction;

/// <summary>What to predict and with which interval. Immutable; change a copy with <c>with</c>.</summary>
public sealed record PredictionOptions
{
    /// <summary>The defaults: conditional means with confidence intervals of 95 %.</summary>
    public static PredictionOptions Default { get; } = new();

    /// <summary>What is predicted.</summary>
    public PredictionTarget Target { get; init; } = PredictionTarget.ConditionalMean;

    /// <summary>What the interval is to cover.</summary>
    public IntervalKind Interval { get; init; } = IntervalKind.Confidence;

    /// <summary>Probability of coverage, between 0 and 1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>
    /// Whether standard errors and confidence intervals of rows whose cluster is not known are about that cluster,
    /// b ~ N(0, D), so that zᵀDz is in their variance, or (false, the default) about the typical cluster, b = 0, where
    /// only the fixed effects are uncertain. Prediction intervals of such rows always are about a new cluster;
    /// population means never ask.
    /// </summary>
    public bool NewClusters { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InvalidModelOptionException">A value is out of range.</exception>
    internal void Validate()
    {
        if (!Enum.IsDefined(Target))
            throw new InvalidModelOptionException($"There is no prediction target {Target}.");
        if (!Enum.IsDefined(Interval))
            throw new InvalidModelOptionException($"There is no interval of kind {Interval}.");
        IntervalLevel.Require(Level);
    }
}
