namespace Glmm.Sparse.Threading;

/// <summary>Work cut into partitions that may run at once, on any thread and in any order.</summary>
public interface IPartitionedWork
{
    /// <summary>
    /// Does one partition. It may write only what belongs to that partition: a partial sum goes to the partition's own
    /// place and the caller adds the places in order, so that no result depends on the threads.
    /// </summary>
    /// <param name="partition">Zero-based partition.</param>
    void Execute(int partition);
}
