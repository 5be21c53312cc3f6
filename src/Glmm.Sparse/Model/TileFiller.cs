using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model;

/// <summary>Moves the values of a design's columns from their rows into tiles. Immutable and thread-safe.</summary>
/// <param name="order">The clusters and their rows.</param>
/// <param name="map">The tiles.</param>
internal sealed unsafe class TileFiller(ClusterOrder order, TileMap map)
{
    private const int Lanes = LaneCholesky.Lanes;

    /// <summary>Writes (x − shift)·factor for the rows of a tile; the padding is left as it is.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="column">x.</param>
    /// <param name="shift">What is taken off.</param>
    /// <param name="factor">What the rest is multiplied by.</param>
    /// <param name="target">8 × Rows doubles.</param>
    internal void Fill(in TileInfo tile, DesignColumn column, double shift, double factor, double* target)
    {
        if (!column.TryGetValues(out ReadOnlySpan<double> values))
        {
            Gather(tile, column, shift, factor, target);
        }
        else if (order.IsSorted)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                int length = tile.Length(lane);
                if (length == 0) continue;
                double* to = target + lane;
                foreach (double value in values.Slice(map.FirstPosition(tile, lane), length))
                {
                    *to = (value - shift) * factor;
                    to += Lanes;
                }
            }
        }
        else
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                int length = tile.Length(lane);
                if (length == 0) continue;
                double* to = target + lane;
                foreach (int row in order.Rows(map.FirstPosition(tile, lane), length))
                {
                    *to = (values[row] - shift) * factor;
                    to += Lanes;
                }
            }
        }
    }

    private void Gather(in TileInfo tile, DesignColumn column, double shift, double factor, double* target)
    {
        Span<int> rows = stackalloc int[byte.MaxValue];
        Span<double> values = stackalloc double[byte.MaxValue];
        for (int lane = 0; lane < Lanes; lane++)
        {
            int length = tile.Length(lane);
            if (length == 0) continue;
            order.RowsInto(map.FirstPosition(tile, lane), rows[..length]);
            column.Gather(rows[..length], values[..length]);
            for (int r = 0; r < length; r++) target[(r * Lanes) + lane] = (values[r] - shift) * factor;
        }
    }
}
