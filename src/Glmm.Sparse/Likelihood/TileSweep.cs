using System.Runtime.CompilerServices;
using Glmm.Sparse.Core;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// One visit to all rows, tile by tile: each partition works for itself, and whoever derives from this adds the
/// partitions up in their order. Not thread-safe.
/// </summary>
internal abstract class TileSweep<TWork> : IPartitionedWork, IDisposable
    where TWork : TileWorkspace
{
    private readonly ITileSource _source;
    private readonly WorkerTeam _team;
    private readonly double[] _alpha;

    /// <param name="source">The rows.</param>
    /// <param name="team">Threads.</param>
    /// <param name="create">Makes what a partition needs.</param>
    protected TileSweep(ITileSource source, WorkerTeam team, Func<ColumnLayout, TWork> create)
    {
        _source = source;
        _team = team;
        _alpha = new double[source.Layout.FixedCount];
        Partitions = new TWork[source.Map.PartitionCount];
        for (int i = 0; i < Partitions.Length; i++) Partitions[i] = create(source.Layout);
    }

    /// <summary>What the columns of the tiles mean.</summary>
    protected ColumnLayout Layout => _source.Layout;

    /// <summary>What each partition needs and sums up.</summary>
    protected TWork[] Partitions { get; }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        foreach (TWork work in Partitions) work.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void IPartitionedWork.Execute(int partition)
    {
        TWork work = Partitions[partition];
        work.TakeFixed(_alpha);
        Begin(work);
        int end = _source.Map.FirstTile(partition + 1);
        for (int tile = _source.Map.FirstTile(partition); tile < end; tile++)
            Visit(_source.Lease(tile, work.Tile), work);
    }

    /// <summary>Visits all rows.</summary>
    /// <param name="alpha">α, on the engine's scale.</param>
    protected void Sweep(ReadOnlySpan<double> alpha)
    {
        alpha.CopyTo(_alpha);
        _team.Run(Partitions.Length, this);
    }

    /// <summary>Begins a partition.</summary>
    protected abstract void Begin(TWork work);

    /// <summary>Visits a tile.</summary>
    protected abstract void Visit(in ClusterTile tile, TWork work);
}
