namespace Glmm.Sparse.Core;

/// <summary>A fixed cut of batches into partitions, which depends on their number alone.</summary>
internal static class BatchPartition
{
    private const int MostPartitions = 64;
    private const int LeastBatches = 32;

    internal static int Count(int batches) => Math.Clamp(batches / LeastBatches, 1, MostPartitions);

    internal static int Start(int partition, int batches) => (int)((long)partition * batches / Count(batches));
}
