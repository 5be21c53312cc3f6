using Glmm.Sparse.Estimation;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Resampling;

/// <summary>How a power analysis is made. Immutable; change a copy with <c>with</c>.</summary>
public sealed record PowerOptions
{
    /// <summary>The test.</summary>
    public PowerTest Test { get; init; } = PowerTest.Wald;

    /// <summary>The fixed effect that the Wald test is of; the score test does not ask.</summary>
    public string? Effect { get; init; }

    /// <summary>The level of the test, above 0 and below 1.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Data sets simulated for each design, at least 20.</summary>
    public int Replicates { get; init; } = 1_000;

    /// <summary>Coverage of the limits of the power, above 0 and below 1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>The same seed gives the same power, on any number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The options of every fit. Data sets are spread over their threads, and their token stops the
    /// analysis.</summary>
    public FitOptions Fit { get; init; } = FitOptions.Default;

    /// <summary>Told, now and then, how many data sets of a design are done; on any thread. Null for nobody.</summary>
    public IProgress<int>? Progress { get; init; }

    internal void Validate()
    {
        if (Replicates < 20)
            throw new InvalidModelOptionException($"The number of replicates must be at least 20, not {Replicates}.");
        RequireShare("level of the test", Alpha);
        RequireShare("coverage of the limits", Level);
        if (Test == PowerTest.Wald && Effect is null)
            throw new InvalidModelOptionException("The power of a Wald test needs the name of a fixed effect.");
        Fit.Validate();
    }

    private static void RequireShare(string what, double value)
    {
        if (!(value > 0 && value < 1))
            throw new InvalidModelOptionException($"The {what} must lie between 0 and 1, not be {value:R}.");
    }
}
