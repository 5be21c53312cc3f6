using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Diagnostics;

/// <summary>How residuals are computed. Immutable; change a copy with <c>with</c>.</summary>
public sealed record ResidualOptions
{
    /// <summary>The defaults.</summary>
    public static ResidualOptions Default { get; } = new();

    /// <summary>Seed of the randomised quantile residuals: the same seed gives the same residuals, on any number of
    /// threads, and a row's does not depend on other rows.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; 0 for all processors.</summary>
    public int Threads { get; init; }

    /// <summary>Stops the computation.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InvalidModelOptionException">A value is out of range.</exception>
    internal void Validate() => _ = WorkerTeam.Count(Threads);
}
