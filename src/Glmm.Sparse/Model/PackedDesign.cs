using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Model;

/// <summary>
/// A design cut into tiles for the data pass, on the engine's own scale. Holds native memory, so dispose it. Thread-safe
/// once filled.
/// </summary>
internal sealed unsafe class PackedDesign : ITileSource, IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly AlignedBuffer _columns;
    private readonly AlignedBuffer _response;
    private readonly AlignedBuffer? _weights;
    private readonly AlignedBuffer? _offset;
    private readonly int _stored;

    /// <summary>Makes room; <see cref="Fill"/> then fills it.</summary>
    internal PackedDesign(
        ClusteredDesign source, ColumnLayout layout, ColumnStandardization fixedScale,
        ColumnStandardization randomScale, ClusterOrder order, TileMap map)
    {
        Source = source;
        Layout = layout;
        FixedScale = fixedScale;
        RandomScale = randomScale;
        Order = order;
        Map = map;
        _stored = layout.StoredCount;
        _columns = new AlignedBuffer(map.SlotCount * Lanes * _stored);
        _response = new AlignedBuffer(map.SlotCount * Lanes);
        _weights = source.PriorWeights is null ? null : new AlignedBuffer(map.SlotCount * Lanes);
        _offset = source.Offset is null ? null : new AlignedBuffer(map.SlotCount * Lanes);
    }

    // Another view of the same memory.
    private PackedDesign(PackedDesign whole, AlignedBuffer response)
    {
        (Source, Layout, FixedScale, RandomScale) = (whole.Source, whole.Layout, whole.FixedScale, whole.RandomScale);
        (Order, Map, _stored) = (whole.Order, whole.Map, whole._stored);
        (_columns, _response, _weights, _offset) = (whole._columns, response, whole._weights, whole._offset);
        (FixedNames, DroppedNames, InterceptIndex) = (whole.FixedNames, whole.DroppedNames, whole.InterceptIndex);
    }

    /// <summary>The user's design.</summary>
    internal ClusteredDesign Source { get; }

    /// <inheritdoc/>
    public ColumnLayout Layout { get; private init; }

    /// <inheritdoc/>
    public TileMap Map { get; }

    /// <summary>Change of scale of the columns of X that are kept.</summary>
    internal ColumnStandardization FixedScale { get; private init; }

    /// <summary>Change of scale of the columns of Z.</summary>
    internal ColumnStandardization RandomScale { get; }

    /// <summary>The clusters' order and their rows.</summary>
    internal ClusterOrder Order { get; }

    /// <summary>Names of the columns of X that are kept.</summary>
    internal IReadOnlyList<string> FixedNames { get; init; } = [];

    /// <summary>Columns of X that were dropped as linear combinations of the ones before them.</summary>
    internal IReadOnlyList<string> DroppedNames { get; private init; } = [];

    /// <summary>Index of a constant column of X that is not 0, or −1.</summary>
    internal int InterceptIndex { get; init; } = -1;

    /// <summary>n.</summary>
    internal int Rows => Order.RowCount;

    /// <inheritdoc/>
    public ClusterTile Lease(int tile, TileBuffer buffer)
    {
        ref readonly TileInfo info = ref Map[tile];
        long at = info.Slot * Lanes;
        buffer.PointAt(_columns.Pointer + (at * _stored), info.Rows * Lanes);
        return new ClusterTile(
            info, buffer.Columns, _response.Pointer + at, _weights is null ? null : _weights.Pointer + at,
            _offset is null ? null : _offset.Pointer + at);
    }

    /// <summary>Moves the rows into their tiles.</summary>
    /// <param name="columns">The columns that vary, in the order of the layout.</param>
    /// <param name="team">The threads that do it.</param>
    internal void Fill(PackedColumn[] columns, WorkerTeam team)
    {
        var filler = new TileFiller(Order, Map);
        team.Run(Map.PartitionCount, new PartitionedAction(partition =>
        {
            int end = Map.FirstTile(partition + 1);
            for (int tile = Map.FirstTile(partition); tile < end; tile++)
            {
                ref readonly TileInfo info = ref Map[tile];
                double* target = _columns.Pointer + (info.Slot * Lanes * _stored);
                foreach (PackedColumn column in columns)
                {
                    filler.Fill(info, column.Column, column.Shift, 1 / column.Scale, target);
                    target += info.Rows * Lanes;
                }
            }
        }));
        FillRows(filler, Source.Response, _response, team);
        if (_weights is not null) FillRows(filler, Source.PriorWeights!, _weights, team);
        if (_offset is not null) FillRows(filler, Source.Offset!, _offset, team);
    }

    /// <summary>The same rows without some columns of X; shares the memory.</summary>
    internal PackedDesign KeepFixed(List<int> kept) =>
        new(this, _response)
        {
            Layout = Layout with { FixedPosition = [.. kept.Select(j => Layout.FixedPosition[j])] },
            FixedScale = FixedScale.Select(kept),
            FixedNames = [.. kept.Select(j => FixedNames[j])],
            InterceptIndex = kept.IndexOf(InterceptIndex),
            DroppedNames = [.. Enumerable.Range(0, FixedNames.Count).Except(kept).Select(j => FixedNames[j])],
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        _columns.Dispose();
        _response.Dispose();
        _weights?.Dispose();
        _offset?.Dispose();
    }

    private void FillRows(TileFiller filler, DesignColumn column, AlignedBuffer target, WorkerTeam team) =>
        team.Run(Map.PartitionCount, new PartitionedAction(partition =>
        {
            int end = Map.FirstTile(partition + 1);
            for (int tile = Map.FirstTile(partition); tile < end; tile++)
            {
                ref readonly TileInfo info = ref Map[tile];
                filler.Fill(info, column, 0, 1, target.Pointer + (info.Slot * Lanes));
            }
        }));
}
