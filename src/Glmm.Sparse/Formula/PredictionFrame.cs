namespace Glmm.Sparse.Formula;

/// <summary>
/// New rows as a model sees them, in the order of their table. A row that misses a value the model needs holds NaN in X,
/// Z and the offset. Immutable and thread-safe.
/// </summary>
public sealed class PredictionFrame
{
    internal PredictionFrame()
    {
    }

    /// <summary>Number of rows, n.</summary>
    public required int RowCount { get; init; }

    /// <summary>Number of columns of X, p: the fixed effects of the fit.</summary>
    public required int FixedEffectCount { get; init; }

    /// <summary>Number of columns of Z, q.</summary>
    public required int RandomEffectCount { get; init; }

    /// <summary>X, n×p, row by row.</summary>
    public required ReadOnlyMemory<double> FixedEffects { get; init; }

    /// <summary>Z, n×q, row by row; empty where it was not asked for.</summary>
    public required ReadOnlyMemory<double> RandomEffects { get; init; }

    /// <summary>The offset, n; empty where the model has none.</summary>
    public required ReadOnlyMemory<double> Offset { get; init; }

    /// <summary>
    /// The cluster of each row, an index into <see cref="ClusterLabels"/>, or −1 where a column of the grouping factor
    /// misses its value; empty where clusters were not asked for.
    /// </summary>
    public required ReadOnlyMemory<int> Clusters { get; init; }

    /// <summary>The clusters' labels, in order of first appearance.</summary>
    public required IReadOnlyList<string> ClusterLabels { get; init; }

    /// <summary>The response, n, NaN where it is missing; empty where it was not asked for.</summary>
    public required ReadOnlyMemory<double> Response { get; init; }

    /// <summary>
    /// The weights (the trials of a binomial response), n, NaN where they are missing; empty where they were not asked
    /// for or the model has none.
    /// </summary>
    public required ReadOnlyMemory<double> Weights { get; init; }

    /// <summary>Rows that miss a value the model needs.</summary>
    public required int RowsMissing { get; init; }

    /// <summary>What the user should know, such as levels that the model never met.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
