namespace Glmm.Sparse.Diagnostics;

/// <summary>How a fit is checked. Immutable; change a copy with <c>with</c>.</summary>
public sealed record ModelDiagnosticsOptions
{
    /// <summary>The defaults.</summary>
    public static ModelDiagnosticsOptions Default { get; } = new();

    /// <summary>Seed of the quantile residuals and of the simulations: the same seed gives the same numbers, on any
    /// number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Data sets to simulate from the fit and to fit again, for the p-values of dispersion and zeros; 0 (the
    /// default) for none, some hundreds for p-values to trust. Each costs a fit. Designs with frequencies or sampling
    /// weights cannot be simulated: above 0 they are refused.</summary>
    public int Simulations { get; init; }

    /// <summary>Threads; 0 for all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Told, now and then, how many simulations are done; on any thread. Null for nobody.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops the computation within one fit.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        if (Simulations < 0)
            throw new InvalidModelOptionException($"The number of simulations must be 0 or more, not {Simulations}.");
        if (Threads < 0)
        {
            throw new InvalidModelOptionException(
                $"The number of threads must be 0 (all processors) or more, not {Threads}.");
        }
    }
}
