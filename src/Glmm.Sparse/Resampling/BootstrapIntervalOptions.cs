using Glmm.Sparse.Results;

namespace Glmm.Sparse.Resampling;

/// <summary>How bootstrap intervals are made. Immutable; change a copy with <c>with</c>.</summary>
public sealed record BootstrapIntervalOptions
{
    /// <summary>The defaults.</summary>
    public static BootstrapIntervalOptions Default { get; } = new();

    /// <summary>The method that is fitted, to the data and to every replicate: PQL (the default) or MQL, of the order
    /// that the fit's options say.</summary>
    public EstimationMethod Method { get; init; } = EstimationMethod.Pql;

    /// <summary>Data sets simulated, R, at least 20. The ends of 95 % intervals want a thousand or more.</summary>
    public int Replicates { get; init; } = 2_000;

    /// <summary>The intervals' coverage, above 0 and below 1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>The same seed gives the same intervals, on any number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Told, now and then, how many replicates are done; on any thread. Null for nobody.</summary>
    public IProgress<int>? Progress { get; init; }

    internal void Validate()
    {
        if (Replicates < 20)
            throw new InvalidModelOptionException($"The number of replicates must be at least 20, not {Replicates}.");
        IntervalLevel.Require(Level);
    }
}
