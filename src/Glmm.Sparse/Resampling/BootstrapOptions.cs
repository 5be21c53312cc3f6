using Glmm.Sparse.Results;

namespace Glmm.Sparse.Resampling;

/// <summary>How a bootstrap correction is made. Immutable; change a copy with <c>with</c>.</summary>
public sealed record BootstrapOptions
{
    /// <summary>The defaults.</summary>
    public static BootstrapOptions Default { get; } = new();

    /// <summary>The method that is corrected: PQL (the default) or MQL, of the order that the fit's options
    /// say.</summary>
    public EstimationMethod Method { get; init; } = EstimationMethod.Pql;

    /// <summary>Data sets simulated in each round, R, at least 20. The Monte-Carlo error is 1/√R of a standard
    /// error.</summary>
    public int Replicates { get; init; } = 200;

    /// <summary>Most rounds of simulation before the correction ends as not settled.</summary>
    public int MaxRounds { get; init; } = 30;

    /// <summary>The correction has settled when the refits' mean is this near to the fit, in Monte-Carlo errors of
    /// that mean.</summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary>The same seed gives the same correction, on any number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    internal void Validate()
    {
        if (Replicates < 20)
            throw new InvalidModelOptionException($"The number of replicates must be at least 20, not {Replicates}.");
        if (MaxRounds < 1)
            throw new InvalidModelOptionException($"The number of rounds must be at least 1, not {MaxRounds}.");
        if (!(Tolerance > 0) || !double.IsFinite(Tolerance))
        {
            throw new InvalidModelOptionException(
                $"The tolerance of the correction must be a finite number above 0, not {Tolerance:R}.");
        }
    }
}
