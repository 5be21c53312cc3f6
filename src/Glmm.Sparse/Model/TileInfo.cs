namespace Glmm.Sparse.Model;

/// <summary>Which rows a tile has.</summary>
internal readonly record struct TileInfo
{
    /// <summary>The eight clusters, in the engine's order, that lie side by side in the block storage.</summary>
    internal required int Batch { get; init; }

    /// <summary>The lane of the one cluster whose rows all lanes share, or −1 where each lane is a cluster.</summary>
    internal required int JointLane { get; init; }

    /// <summary>First row, counted within the clusters.</summary>
    internal required int FirstRow { get; init; }

    /// <summary>Rows of the longest lane.</summary>
    internal required int Rows { get; init; }

    /// <summary>Rows that every lane has.</summary>
    internal required int FullRows { get; init; }

    /// <summary>Rows of all the tiles before, counted as <see cref="Rows"/>: where the tile is stored.</summary>
    internal required long Slot { get; init; }

    /// <summary>Rows of each lane, a byte a lane.</summary>
    internal required ulong Lengths { get; init; }

    /// <summary>Whether no tile before it belongs to the same batch.</summary>
    internal required bool IsFirstOfBatch { get; init; }

    /// <summary>Rows of a lane.</summary>
    internal int Length(int lane) => (int)(Lengths >> (8 * lane)) & 0xFF;
}
