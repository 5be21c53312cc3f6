namespace Glmm.Sparse.Model;

/// <summary>
/// Where a data pass gets its rows, wherever they live. What a tile and a partition is depends on the data alone, never
/// on the number of threads: each partition is summed up by itself, and the sums are added in the order of the
/// partitions, which makes every result bitwise the same for any number of threads.
/// </summary>
internal interface ITileSource
{
    /// <summary>What the columns of the tiles mean.</summary>
    ColumnLayout Layout { get; }

    /// <summary>How the rows are cut into tiles, and the tiles into partitions.</summary>
    TileMap Map { get; }

    /// <summary>The rows of a tile, valid until the next lease with the same buffer.</summary>
    /// <param name="tile">Its number.</param>
    /// <param name="buffer">The caller's; one per thread at a time.</param>
    ClusterTile Lease(int tile, TileBuffer buffer);
}
