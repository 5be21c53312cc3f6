namespace Glmm.Sparse.Prediction;

/// <summary>Rows to predict, in memory of the caller, their number n being that of the results. Nothing is copied.
/// </summary>
/// <remarks>A value that is not a number makes that row's predictions NaN and no other's.</remarks>
public readonly ref struct PredictionRows
{
    /// <summary>X, n×p row by row.</summary>
    public ReadOnlySpan<double> X { get; init; }

    /// <summary>Z, n×q row by row. It may be left out where no random effects are asked for: no row is of a known
    /// cluster, and neither a population mean nor an interval about a new cluster is wanted.</summary>
    public ReadOnlySpan<double> Z { get; init; }

    /// <summary>Codes of the rows' clusters, n, −1 for one never seen; empty if all rows are of clusters never
    /// seen.</summary>
    public ReadOnlySpan<int> Clusters { get; init; }

    /// <summary>In place of <see cref="Clusters"/>, what is known of the one cluster that all rows are of, such as after
    /// conditioning it on rows of its own; null for none.</summary>
    public ClusterPosterior? Posterior { get; init; }

    /// <summary>o, n; empty for 0.</summary>
    public ReadOnlySpan<double> Offset { get; init; }

    /// <summary>ω of the new responses, n; empty for 1. Only prediction intervals ask: it is the number of trials of a
    /// binomial response and divides the dispersion of a gaussian, gamma or inverse-gaussian one. For the other families
    /// a weight repeats a row; a new response is one row, whatever its weight.</summary>
    public ReadOnlySpan<double> PriorWeights { get; init; }
}
