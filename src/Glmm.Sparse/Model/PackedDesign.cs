using System.Runtime.CompilerServices;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Model;

/// <summary>
/// A design cut into tiles for the data pass, on the engine's own scale. Its tiles are stored, or, of very large data
/// that lie sorted in memory, put together anew at each lease: that costs a pass some nanoseconds a row, and no memory.
/// Holds native memory, so dispose it. Thread-safe.
/// </summary>
internal sealed unsafe class PackedDesign : ITileSource, IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    // Up to this many doubles (a quarter of a gibibyte) a second copy of the data is no burden.
    private const long MostStored = 1 << 25;

    private readonly TileFiller _filler;
    private readonly PackedColumn[] _varying;
    private readonly AlignedBuffer? _columns;
    private readonly AlignedBuffer? _response;
    private readonly AlignedBuffer? _weights;
    private readonly AlignedBuffer? _offset;

    /// <param name="source">The user's design.</param>
    /// <param name="layout">What the columns mean.</param>
    /// <param name="varying">The columns that vary, in the order of the layout.</param>
    /// <param name="scales">Changes of scale of X and of Z.</param>
    /// <param name="order">The clusters' order.</param>
    /// <param name="team">The threads that move the rows.</param>
    /// <param name="stores">Whether tiles are stored; by the size of the data when null.</param>
    internal PackedDesign(
        ClusteredDesign source, ColumnLayout layout, PackedColumn[] varying,
        (ColumnStandardization Fixed, ColumnStandardization Random) scales, ClusterOrder order, WorkerTeam team,
        bool? stores = null)
    {
        Source = source;
        Layout = layout;
        (FixedScale, RandomScale) = scales;
        Order = order;
        Map = new TileMap(order, layout.TileRows);
        _varying = varying;
        _filler = new TileFiller(order, Map);
        bool canStream = order.IsSorted && varying.All(c => c.Column.IsInMemory);
        if (canStream && !(stores ?? IsSmall(order.RowCount, varying.Length))) return;
        _columns = new AlignedBuffer(Map.SlotCount * Lanes * varying.Length);
        ForEachTile(team, tile => Fill(tile, _columns.Start + (tile.Slot * Lanes * varying.Length)));
        _response = Stored(source.Response, team);
        if (source.RowWeights is not null) _weights = Stored(source.RowWeights, team);
        if (source.Offset is not null) _offset = Stored(source.Offset, team);
    }

    // Another view of the same memory.
    private PackedDesign(PackedDesign whole, AlignedBuffer? response)
    {
        (Source, Layout, FixedScale, RandomScale) = (whole.Source, whole.Layout, whole.FixedScale, whole.RandomScale);
        (Order, Map, _varying, _filler) = (whole.Order, whole.Map, whole._varying, whole._filler);
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

    /// <summary>Whether the tiles are stored, rather than put together at each lease.</summary>
    internal bool IsStored => _columns is not null;

    /// <summary>n.</summary>
    internal int Rows => Order.RowCount;

    /// <summary>What stands for n where rows count more than once or by a share.</summary>
    internal double CountTotal => Source.CountTotal;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ClusterTile Lease(int tile, TileBuffer buffer)
    {
        ref readonly TileInfo info = ref Map[tile];
        int length = info.Rows * Lanes;
        if (_columns is null) return Assemble(in info, length, buffer);
        long at = info.Slot * Lanes;
        double* columns = _columns.Start + (at * _varying.Length);
        buffer.PointAt(columns, length);

        // The next tile lies right behind and is about as large.
        buffer.Ahead.Aim(columns + ((long)length * _varying.Length), (long)length * _varying.Length, Layout.Portions);
        return new ClusterTile(
            in info, buffer.Columns, _response!.Start + at, _weights is null ? null : _weights.Start + at,
            _offset is null ? null : _offset.Start + at);
    }

    /// <summary>Whether the tiles of a design will most likely be stored.</summary>
    /// <param name="design">The design.</param>
    /// <param name="varying">Columns that vary.</param>
    internal static bool Stores(ClusteredDesign design, double varying) =>
        IsSmall(design.Observations, varying) || !design.Clusters.IsSorted ||
        !design.FixedEffects.Concat(design.RandomEffects).All(c => c.IsConstant || c.IsInMemory);

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

    /// <summary>The same rows with another response, which the caller keeps; shares the memory.</summary>
    /// <param name="response">From <see cref="CreateResponse"/>.</param>
    internal PackedDesign WithResponse(AlignedBuffer response) => new(this, response);

    /// <summary>Room for a response, in the order of the tiles.</summary>
    internal AlignedBuffer CreateResponse() => new(Map.SlotCount * Lanes);

    /// <summary>Moves a response into the order of the tiles; allocates nothing.</summary>
    /// <param name="response">y, n, in the order of the design's rows.</param>
    /// <param name="target">From <see cref="CreateResponse"/>.</param>
    internal void FillResponse(ReadOnlySpan<double> response, AlignedBuffer target)
    {
        for (int tile = 0; tile < Map.TileCount; tile++)
            _filler.Fill(Map[tile], response, target.Start + (Map[tile].Slot * Lanes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _columns?.Dispose();
        _response?.Dispose();
        _weights?.Dispose();
        _offset?.Dispose();
    }

    private static bool IsSmall(double rows, double columns) => rows * columns <= MostStored;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ClusterTile Assemble(ref readonly TileInfo info, int length, TileBuffer buffer)
    {
        if (info.IsFirstOfBatch) LookAhead(info.Batch);
        double* room = buffer.Room((_varying.Length + 3) * Layout.TileRows * Lanes);
        buffer.PointAt(room, length);
        double* next = Fill(info, room), response = next;
        next = FillRows(info, Source.Response, next);
        double* weights = Source.RowWeights is null ? null : next;
        if (weights is not null) next = FillRows(info, Source.RowWeights!, next);
        double* offset = Source.Offset is null ? null : next;
        if (offset is not null) FillRows(info, Source.Offset!, next);
        return new ClusterTile(in info, buffer.Columns, response, weights, offset);
    }

    // Clusters of a window come in the order of their size: without a hint each would be waited for.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LookAhead(int batch)
    {
        (int first, int count) = Order.Ahead(batch * Lanes, Lanes);
        foreach (PackedColumn column in _varying)
        {
            if (column.Column.TryGetRun(first, count, out ReadOnlySpan<double> values)) Lookahead.Hint(values);
        }

        if (Source.Response.TryGetRun(first, count, out ReadOnlySpan<double> response)) Lookahead.Hint(response);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double* Fill(in TileInfo tile, double* target)
    {
        foreach (PackedColumn column in _varying)
        {
            _filler.Fill(tile, column.Column, column.Shift, 1 / column.Scale, target);
            target += tile.Rows * Lanes;
        }

        return target;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double* FillRows(in TileInfo tile, DesignColumn column, double* target)
    {
        _filler.Fill(tile, column, 0, 1, target);
        return target + (tile.Rows * Lanes);
    }

    private AlignedBuffer Stored(DesignColumn column, WorkerTeam team)
    {
        var stored = new AlignedBuffer(Map.SlotCount * Lanes);
        ForEachTile(team, tile => FillRows(tile, column, stored.Start + (tile.Slot * Lanes)));
        return stored;
    }

    private void ForEachTile(WorkerTeam team, Action<TileInfo> action) =>
        team.Run(Map.PartitionCount, new PartitionedAction(partition =>
        {
            int end = Map.FirstTile(partition + 1);
            for (int tile = Map.FirstTile(partition); tile < end; tile++) action(Map[tile]);
        }));
}
