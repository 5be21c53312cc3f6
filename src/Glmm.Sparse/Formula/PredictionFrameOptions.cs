namespace Glmm.Sparse.Formula;

/// <summary>What is made of new rows. Immutable; change a copy with <c>with</c>.</summary>
public sealed record PredictionFrameOptions
{
    /// <summary>The defaults: X, Z, the offset and the clusters.</summary>
    public static PredictionFrameOptions Default { get; } = new();

    /// <summary>What becomes of levels that the model never met.</summary>
    public UnseenLevels UnseenLevels { get; init; } = UnseenLevels.Error;

    /// <summary>Make Z; without it, the columns that only random effects use need not be there.</summary>
    public bool RandomEffects { get; init; } = true;

    /// <summary>Look up the clusters; without it, the columns of the grouping factor need not be there.</summary>
    public bool Clusters { get; init; } = true;

    /// <summary>Make the weights (for a binomial response the trials), whose columns must be there.</summary>
    public bool Weights { get; init; }

    /// <summary>Make the response, as it is needed to learn from new rows; its columns must be there.</summary>
    public bool Response { get; init; }
}
