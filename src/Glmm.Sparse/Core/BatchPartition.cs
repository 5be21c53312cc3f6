namespace Glmm.Sparse.Core;

/// <summary>A fixed cut of batches into partitions and of those into groups, which depends on sizes alone.</summary>
internal static class BatchPartition
{
    private const int MostPartitions = 64;
    private const int LeastBatches = 32;
    private const int MostGroupedBatches = 8;

    // A group's p + 1 rows of q vectors a batch should stay in the nearest caches.
    private const int MostGroupedVectors = 1024;

    /// <summary>Number of partitions.</summary>
    internal static int Count(int batches) => Math.Clamp(batches / LeastBatches, 1, MostPartitions);

    /// <summary>First batch of a partition.</summary>
    internal static int Start(int partition, int batches) => (int)((long)partition * batches / Count(batches));

    /// <summary>Batches whose sums are taken together.</summary>
    internal static int GroupSize(int fixedCount, int randomCount) =>
        (int)Math.Clamp(MostGroupedVectors / ((fixedCount + 1L) * randomCount), 1, MostGroupedBatches);
}
