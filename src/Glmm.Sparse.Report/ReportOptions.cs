using Glmm.Sparse.Estimation;

namespace Glmm.Sparse.Report;

/// <summary>How a report is made. Immutable; change a copy with <c>with</c>.</summary>
public sealed record ReportOptions
{
    /// <summary>The defaults.</summary>
    public static ReportOptions Default { get; } = new();

    /// <summary>The title; when null one is made of the formula.</summary>
    public string? Title { get; init; }

    /// <summary>What the data are called in the report, such as the name of their file; null for no name.</summary>
    public string? DataName { get; init; }

    /// <summary>The command that makes the report again; null to leave it out.</summary>
    public string? Command { get; init; }

    /// <summary>How many clusters' trajectories are drawn, from 1 to 48.</summary>
    public int Clusters { get; init; } = 12;

    /// <summary>Level of intervals, between 0 and 1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Seed of the randomised quantile residuals: the same seed gives the same report.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads; 0 for all processors. The report does not depend on them.</summary>
    public int Threads { get; init; }

    /// <summary>Told how the fit to the data goes; null for nobody.</summary>
    public IProgress<FitProgress>? Progress { get; init; }

    /// <summary>Stops the work.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="InvalidModelOptionException">A value is out of range.</exception>
    internal void Validate()
    {
        if (Clusters is < 1 or > 48)
        {
            throw new InvalidModelOptionException(
                $"The number of clusters drawn (--clusters) must be from 1 to 48, not {Clusters}.");
        }

        if (!(Level > 0 && Level < 1))
        {
            throw new InvalidModelOptionException(
                $"The level of intervals (--level) must be between 0 and 1, not {Level:R}.");
        }
    }
}
