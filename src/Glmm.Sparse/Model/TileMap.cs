using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model;

/// <summary>
/// How rows are cut into tiles, and tiles into partitions of about equally many rows. A function of the cluster sizes
/// alone. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A short cluster takes one lane of a tile; eight neighbours lie side by side, and since the engine's order has
/// clusters of like size together (<see cref="ClusterOrder"/>), little is padding. A long cluster is cut into runs that
/// take all eight lanes, so that neither one huge cluster nor very unequal ones leave lanes or threads idle.
/// </remarks>
internal sealed class TileMap
{
    private const int MostPartitions = 64;
    private const int LeastPartitionRows = 1024;
    private const int Lanes = LaneCholesky.Lanes;

    private readonly ClusterOrder _order;
    private readonly TileInfo[] _tiles;
    private readonly int[] _partitionStart;

    /// <param name="order">The clusters.</param>
    /// <param name="tileRows">Most rows of a lane.</param>
    internal TileMap(ClusterOrder order, int tileRows)
    {
        // A lane's length is a byte (TileInfo).
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tileRows, byte.MaxValue);
        _order = order;
        BatchCount = (order.ClusterCount + Lanes - 1) / Lanes;
        _tiles = CutTiles(order, tileRows, BatchCount);
        _partitionStart = CutPartitions();
        SlotCount = _tiles.Length == 0 ? 0 : _tiles[^1].Slot + _tiles[^1].Rows;
    }

    /// <summary>Number of clusters, k.</summary>
    internal int ClusterCount => _order.ClusterCount;

    /// <summary>Number of batches of eight clusters.</summary>
    internal int BatchCount { get; }

    /// <summary>Number of tiles.</summary>
    internal int TileCount => _tiles.Length;

    /// <summary>Rows of all tiles, eight lanes each, padding counted.</summary>
    internal long SlotCount { get; }

    /// <summary>Number of partitions.</summary>
    internal int PartitionCount => _partitionStart.Length - 1;

    /// <summary>Which rows a tile has.</summary>
    internal ref readonly TileInfo this[int tile] => ref _tiles[tile];

    /// <summary>In how many partitions so many rows are cut, at most.</summary>
    internal static int PartitionsFor(long rows) => (int)Math.Clamp(rows / LeastPartitionRows, 1, MostPartitions);

    /// <summary>First tile of a partition; that of the partition after the last is the number of tiles.</summary>
    internal int FirstTile(int partition) => _partitionStart[partition];

    /// <summary>The first position, in the order of the clusters, of the rows of a lane; a lane's rows follow each
    /// other. Of a lane without rows it means nothing.</summary>
    internal int FirstPosition(in TileInfo tile, int lane) => tile.JointLane < 0
        ? _order.FirstPosition((tile.Batch * Lanes) + lane) + tile.FirstRow
        : _order.FirstPosition((tile.Batch * Lanes) + tile.JointLane) + tile.FirstRow + (lane * tile.Rows);

    private static TileInfo[] CutTiles(ClusterOrder order, int tileRows, int batches)
    {
        var tiles = new List<TileInfo>(batches);
        Span<int> sizes = stackalloc int[Lanes];
        for (int batch = 0; batch < batches; batch++)
        {
            int before = tiles.Count, longest = 0;
            for (int lane = 0; lane < Lanes; lane++)
            {
                int cluster = (batch * Lanes) + lane;
                sizes[lane] = cluster < order.ClusterCount ? order.Size(cluster) : 0;
                if (sizes[lane] <= ClusterOrder.LongestShort) longest = Math.Max(longest, sizes[lane]);
            }

            for (int row = 0; row < longest; row += tileRows) tiles.Add(SideBySide(tiles, batch, sizes, row, tileRows));
            for (int lane = 0; lane < Lanes; lane++)
            {
                if (sizes[lane] <= ClusterOrder.LongestShort) continue;
                for (int row = 0; row < sizes[lane]; row += tileRows * Lanes)
                    tiles.Add(Joint(tiles, batch, lane, row, Math.Min(sizes[lane] - row, tileRows * Lanes)));
            }

            if (tiles.Count > before) tiles[before] = tiles[before] with { IsFirstOfBatch = true };
        }

        return [.. tiles];
    }

    private static TileInfo SideBySide(List<TileInfo> tiles, int batch, ReadOnlySpan<int> sizes, int row, int tileRows)
    {
        int most = 0, least = int.MaxValue;
        ulong lengths = 0;
        for (int lane = 0; lane < Lanes; lane++)
        {
            int length = sizes[lane] > ClusterOrder.LongestShort ? 0 : Math.Clamp(sizes[lane] - row, 0, tileRows);
            most = Math.Max(most, length);
            least = Math.Min(least, length);
            lengths |= (ulong)length << (8 * lane);
        }

        return Tile(tiles, batch, -1, row, most, least, lengths);
    }

    private static TileInfo Joint(List<TileInfo> tiles, int batch, int lane, int row, int count)
    {
        int most = (count + Lanes - 1) / Lanes;
        ulong lengths = 0;
        for (int run = 0; run < Lanes; run++) lengths |= (ulong)Math.Clamp(count - (run * most), 0, most) << (8 * run);
        return Tile(tiles, batch, lane, row, most, Math.Max(0, count - ((Lanes - 1) * most)), lengths);
    }

    private static TileInfo Tile(
        List<TileInfo> tiles, int batch, int jointLane, int row, int rows, int fullRows, ulong lengths) =>
        new()
        {
            Batch = batch,
            JointLane = jointLane,
            FirstRow = row,
            Rows = rows,
            FullRows = fullRows,
            Lengths = lengths,
            Slot = tiles.Count == 0 ? 0 : tiles[^1].Slot + tiles[^1].Rows,
            IsFirstOfBatch = false,
        };

    // Runs of tiles with about equally many rows; a batch may go on in the next partition.
    private int[] CutPartitions()
    {
        long slots = _tiles.Sum(t => (long)t.Rows);
        long wanted = PartitionsFor(slots * Lanes);
        var starts = new List<int> { 0 };
        for (int tile = 1; tile < _tiles.Length; tile++)
        {
            if (_tiles[tile].Slot * wanted >= slots * starts.Count) starts.Add(tile);
        }

        starts.Add(_tiles.Length);
        return [.. starts];
    }
}
