namespace Glmm.Sparse.Resampling;

/// <summary>How a bootstrap likelihood-ratio test is made. Immutable; change a copy with <c>with</c>.</summary>
public sealed record BootstrapLikelihoodRatioOptions
{
    /// <summary>The defaults.</summary>
    public static BootstrapLikelihoodRatioOptions Default { get; } = new();

    /// <summary>Data sets simulated under the smaller model, R, at least 19, each fitted by both models.</summary>
    public int Replicates { get; init; } = 999;

    /// <summary>The same seed gives the same test, on any number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Told, now and then, how many replicates are done; on any thread. Null for nobody.</summary>
    public IProgress<int>? Progress { get; init; }

    internal void Validate()
    {
        if (Replicates < 19)
            throw new InvalidModelOptionException($"The number of replicates must be at least 19, not {Replicates}.");
    }
}
