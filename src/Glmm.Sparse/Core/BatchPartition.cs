namespace Glmm.Sparse.Core;

/// <summary>A fixed cut of batches into partitions and of those into groups, which depends on sizes alone.</summary>
internal readonly struct BatchPartition
{
    private const int MostPartitions = 64;
    private const int LeastBatches = 32;
    private const int MostGroupedBatches = 8;

    // A group's p + 1 rows of q vectors a batch should stay in the second cache.
    private const int MostGroupedVectors = 2048;

    private readonly int _batches;

    /// <param name="batches">Batches to cut.</param>
    /// <param name="batchLength">Vectors of statistics that a batch has.</param>
    /// <param name="partLength">Vectors that a partition sums up: no more than it has of statistics.</param>
    internal BatchPartition(int batches, long batchLength, long partLength)
    {
        _batches = batches;
        long least = Math.Max(LeastBatches, partLength / batchLength);
        Count = (int)Math.Clamp(batches / least, 1, MostPartitions);
    }

    /// <summary>Number of partitions.</summary>
    internal int Count { get; }

    /// <summary>First batch of a partition.</summary>
    internal int Start(int partition) => (int)((long)partition * _batches / Count);

    /// <summary>Batches whose sums are taken together.</summary>
    internal static int GroupSize(int fixedCount, int randomCount) =>
        (int)Math.Clamp(MostGroupedVectors / ((fixedCount + 1L) * randomCount), 1, MostGroupedBatches);
}
