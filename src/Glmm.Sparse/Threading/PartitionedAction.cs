namespace Glmm.Sparse.Threading;

/// <summary>A delegate as partitioned work, for what is done once a fit.</summary>
/// <param name="execute">Does one partition.</param>
internal sealed class PartitionedAction(Action<int> execute) : IPartitionedWork
{
    /// <inheritdoc/>
    public void Execute(int partition) => execute(partition);
}
