namespace Glmm.Sparse.Data;

/// <summary>How a file is read; what is read depends on neither.</summary>
/// <param name="Threads">Threads at work, at least 1.</param>
/// <param name="BlockSize">Bytes of a block, at least 1.</param>
internal sealed record CsvReadOptions(int Threads, int BlockSize)
{
    /// <summary>All processors, and blocks that stay in a processor's second-level cache.</summary>
    public static CsvReadOptions Default { get; } = new(Environment.ProcessorCount, 1 << 20);
}
