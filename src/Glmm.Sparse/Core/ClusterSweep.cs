using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// One visit to every batch of clusters: batches are cut into partitions by their number alone, each partition sums up
/// in a part of its own, and the parts are added in order, so that no bit depends on the threads.
/// </summary>
/// <typeparam name="TPart">What one partition needs and sums up.</typeparam>
/// <remarks>
/// Within a partition some batches at a time make a group: sums over clusters are taken a group at a time, so that they
/// stay in registers for longer (<see cref="LaneRows"/>). Not thread-safe.
/// </remarks>
internal abstract unsafe class ClusterSweep<TPart> : IPartitionedWork, IDisposable
    where TPart : IClusterPart
{
    private readonly WorkerTeam _team;

    /// <param name="blocks">The clusters' statistics.</param>
    /// <param name="team">Threads.</param>
    protected ClusterSweep(ClusterBlocks blocks, WorkerTeam team)
    {
        _team = team;
        Blocks = blocks;
        GroupSize = BatchPartition.GroupSize(blocks.FixedCount, blocks.RandomCount);
        Parts = new TPart[BatchPartition.Count(blocks.BatchCount)];
    }

    /// <summary>The clusters' statistics.</summary>
    protected ClusterBlocks Blocks { get; }

    /// <summary>Batches that a group has at most.</summary>
    protected int GroupSize { get; }

    /// <summary>The partitions' parts, in order.</summary>
    protected TPart[] Parts { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TPart part in Parts) part.Dispose();
    }

    /// <inheritdoc/>
    void IPartitionedWork.Execute(int partition)
    {
        TPart part = Parts[partition];
        part.Clear();
        int end = BatchPartition.Start(partition + 1, Blocks.BatchCount);
        for (int first = BatchPartition.Start(partition, Blocks.BatchCount); first < end; first += GroupSize)
            Visit(first, Math.Min(GroupSize, end - first), part);
    }

    /// <summary>Visits all batches; then the first part's sums are those of all parts.</summary>
    protected void Sweep()
    {
        _team.Run(Parts.Length, this);
        Span<Vector512<double>> total = Parts[0].Sums.Span;
        for (int i = 1; i < Parts.Length; i++)
        {
            ReadOnlySpan<Vector512<double>> part = Parts[i].Sums.Span;
            for (int e = 0; e < total.Length; e++) total[e] += part[e];
        }
    }

    /// <summary>The first vector of B of a batch, for loops that check no bounds.</summary>
    protected Vector512<double>* Mixed(int batch) =>
        (Vector512<double>*)Blocks.Cluster(batch * LaneCholesky.Lanes) + Blocks.PackedLength + Blocks.RandomCount;

    /// <summary>Adds a group of batches to a part.</summary>
    /// <param name="first">First batch.</param>
    /// <param name="count">Batches, at least 1.</param>
    /// <param name="part">The part.</param>
    protected abstract void Visit(int first, int count, TPart part);
}
