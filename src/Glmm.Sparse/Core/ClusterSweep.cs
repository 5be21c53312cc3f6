using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// One visit to every batch of clusters at one Λ: batches are cut into partitions by sizes alone, each partition sums
/// up in a part of its own, and the parts are added in order, so that no bit depends on the threads.
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
    private readonly AlignedBuffer _factors;
    private readonly int _length;
    private readonly BatchPartition _partition;

    /// <param name="blocks">The clusters' statistics.</param>
    /// <param name="team">Threads.</param>
    /// <param name="partLength">Vectors that a part sums up.</param>
    protected ClusterSweep(ClusterBlocks blocks, WorkerTeam team, long partLength)
    {
        _team = team;
        Blocks = blocks;
        P = blocks.FixedCount;
        Q = blocks.RandomCount;
        GroupSize = BatchPartition.GroupSize(P, Q);
        _partition = new BatchPartition(blocks.BatchCount, blocks.EntryCount, partLength);
        Parts = new TPart[_partition.Count];
        _length = Q * Q;
        _factors = new AlignedBuffer(3L * _length);
    }

    /// <summary>The clusters' statistics.</summary>
    protected ClusterBlocks Blocks { get; }

    /// <summary>Fixed effects.</summary>
    protected int P { get; }

    /// <summary>Random effects of a cluster.</summary>
    protected int Q { get; }

    /// <summary>Batches that a group has at most.</summary>
    protected int GroupSize { get; }

    /// <summary>The partitions' parts, in order.</summary>
    protected TPart[] Parts { get; }

    /// <summary>Λ, q² row by row.</summary>
    protected double* Lambda => _factors.Start;

    /// <summary>Λᵀ, q² row by row.</summary>
    protected double* TransposedLambda => _factors.Start + _length;

    /// <summary>Λ⁻¹ where it was given, q² row by row.</summary>
    protected double* InverseLambda => _factors.Start + (2 * _length);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (TPart part in Parts) part.Dispose();
        _factors.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    void IPartitionedWork.Execute(int partition)
    {
        TPart part = Parts[partition];
        part.Sums.Span.Clear();
        int end = _partition.Start(partition + 1);
        for (int first = _partition.Start(partition); first < end; first += GroupSize)
            Visit(first, Math.Min(GroupSize, end - first), part);
    }

    /// <summary>Visits all batches; then the first part's sums are those of all parts.</summary>
    /// <param name="lambda">Λ, q² row by row.</param>
    /// <param name="inverseLambda">Λ⁻¹, or empty.</param>
    protected void Sweep(ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda)
    {
        for (int r = 0; r < Q; r++)
        {
            for (int c = 0; c < Q; c++) TransposedLambda[(c * Q) + r] = Lambda[(r * Q) + c] = lambda[(r * Q) + c];
        }

        inverseLambda.CopyTo(new Span<double>(InverseLambda, _length));
        _team.Run(Parts.Length, this);
        for (int i = 1; i < Parts.Length; i++) Add(Parts[i].Sums.Span, Parts[0].Sums.Span);
    }

    /// <summary>Adds a group of batches to a part.</summary>
    /// <param name="first">First batch.</param>
    /// <param name="count">Batches, at least 1.</param>
    /// <param name="part">The part.</param>
    protected abstract void Visit(int first, int count, TPart part);

    /// <summary>Factors M = I + ΛᵀAΛ of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="factor">Overwritten: L, packed, then the q reciprocals of its diagonal.</param>
    /// <param name="column">Scratch, q vectors.</param>
    /// <returns>All bits set in the lanes that are positive definite.</returns>
    /// <remarks>
    /// A sweep factors a whole group before it goes on with its first batch: roots and divisions take long, but those
    /// of one batch need not wait for those of another.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected Vector512<double> Factor(int batch, Vector512<double>* factor, Vector512<double>* column) =>
        Factor(Cross(batch), factor, column);

    /// <summary>Factors M of a batch with other statistics.</summary>
    /// <inheritdoc cref="Factor(int, Vector512{double}*, Vector512{double}*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected Vector512<double> Factor(
        Vector512<double>* cross, Vector512<double>* factor, Vector512<double>* column)
    {
        LaneSphericalForm.Assemble(cross, Lambda, Q, column, factor);
        return LaneCholesky.Factor(factor, Q, factor + Blocks.PackedLength);
    }

    /// <summary>The statistics of a batch, in the order that <see cref="ClusterBlocks"/> tells.</summary>
    protected Vector512<double>* Cross(int batch) =>
        (Vector512<double>*)Blocks.Cluster(batch * LaneCholesky.Lanes);

    /// <summary>The random effects of a batch, q vectors.</summary>
    protected Vector512<double>* Modes(AlignedBuffer beta, int batch) =>
        (Vector512<double>*)ModeBuffer.Cluster(beta, batch * LaneCholesky.Lanes, Q);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ReadOnlySpan<Vector512<double>> part, Span<Vector512<double>> total)
    {
        for (int e = 0; e < total.Length; e++) total[e] += part[e];
    }
}
