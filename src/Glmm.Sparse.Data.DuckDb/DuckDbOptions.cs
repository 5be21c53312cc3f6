namespace Glmm.Sparse.Data;

/// <summary>How the embedded DuckDB engine reads.</summary>
public sealed record DuckDbOptions
{
    /// <summary>All processors, most of the memory, rows in the order of the source.</summary>
    public static DuckDbOptions Default { get; } = new();

    /// <summary>
    /// The most memory that the engine takes, such as <c>500MB</c> or <c>4GB</c>; null for most of the machine's. What
    /// it needs beyond that for sorting or joining goes to the disk. The table that is made counts extra.
    /// </summary>
    public string? MemoryLimit { get; init; }

    /// <summary>The folder for what does not fit in memory; null for one of its own in the system's temporary folder,
    /// which is removed afterwards.</summary>
    public string? TempDirectory { get; init; }

    /// <summary>Threads of the engine, at least 1; null for all processors.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// The column to sort by, that of the clusters say, missing values last; rows that are equal in it keep their
    /// order. Null for the order of the source. A query of one's own sorts by its own ORDER BY.
    /// </summary>
    public string? OrderBy { get; init; }
}
