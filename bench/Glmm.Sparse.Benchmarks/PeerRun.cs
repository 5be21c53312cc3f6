namespace Glmm.Sparse.Benchmarks;

/// <summary>One line of the comparison: a fit that ended, or the reason why there is none.</summary>
/// <param name="Name">Who fitted, and how.</param>
internal sealed record PeerRun(string Name)
{
    /// <summary>Why there is no fit, as it stands in the table; null where there is one.</summary>
    public string? Missing { get; init; }

    /// <summary>Seconds of the fit alone, the data already in memory.</summary>
    public double Seconds { get; init; }

    /// <summary>Peak memory of the process, reading the file included; null where it is not known.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>Passes over the data; null for those who do not count them.</summary>
    public int? DataPasses { get; init; }

    /// <summary>The estimates; null where there is no fit.</summary>
    public PeerEstimates? Estimates { get; init; }

    /// <summary>The program and its version.</summary>
    public string? Version { get; init; }

    /// <summary>What the fit said beside its result.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
