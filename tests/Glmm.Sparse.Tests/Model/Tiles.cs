using Glmm.Sparse.Model;

namespace Glmm.Sparse.Tests.ModelLayer;

/// <summary>Walks over the rows of tiles.</summary>
internal static class Tiles
{
    internal delegate void RowAction(int tile, int row, int at);

    /// <summary>Calls an action with the tile, the design's row and the place in the tile's columns of every
    /// row.</summary>
    internal static void ForEachRow(PackedDesign packed, RowAction action)
    {
        for (int t = 0; t < packed.Map.TileCount; t++)
        {
            TileInfo info = packed.Map[t];
            for (int lane = 0; lane < 8; lane++)
            {
                int first = packed.Map.FirstPosition(info, lane);
                for (int r = 0; r < info.Length(lane); r++) action(t, packed.Order.Row(first + r), (8 * r) + lane);
            }
        }
    }
}
