namespace Glmm.Sparse.Prediction;

/// <summary>Where predictions with errors are put, in memory of the caller; each n or, if not wanted, empty.</summary>
/// <remarks>None may overlap another or what is read.</remarks>
public readonly ref struct PredictionColumns
{
    /// <summary>Receives what is predicted; never empty, its length says how many rows there are.</summary>
    public required Span<double> Estimate { get; init; }

    /// <summary>Receives the standard errors of the estimates.</summary>
    public Span<double> StandardError { get; init; }

    /// <summary>Receives the lower ends of the intervals; NaN if none are asked for.</summary>
    public Span<double> Lower { get; init; }

    /// <summary>Receives the upper ends of the intervals; NaN if none are asked for.</summary>
    public Span<double> Upper { get; init; }
}
