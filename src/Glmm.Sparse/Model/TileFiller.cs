using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
        if (column.TryGetValues(out ReadOnlySpan<double> values)) Fill(tile, values, shift, factor, target);
        else Gather(tile, column, shift, factor, target);
    }

    /// <summary>Likewise of values that lie in memory.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="values">x, n.</param>
    /// <param name="shift">What is taken off.</param>
    /// <param name="factor">What the rest is multiplied by.</param>
    /// <param name="target">8 × Rows doubles.</param>
    internal void Fill(
        in TileInfo tile, ReadOnlySpan<double> values, double shift, double factor, double* target)
    {
        if (order.IsSorted) Interleave(tile, values, shift, factor, target);
        else Collect(tile, values, shift, factor, target);
    }

    // A lane's rows follow each other: eight streams become one of vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Interleave(
        TileInfo tile, ReadOnlySpan<double> values, double shift, double factor, double* target)
    {
        Vector512<double> off = Vector512.Create(shift), times = Vector512.Create(factor);
        int full = tile.FullRows;
        fixed (double* x = values)
        {
            double* a = x + At(0), b = x + At(1), c = x + At(2), d = x + At(3);
            double* e = x + At(4), f = x + At(5), g = x + At(6), h = x + At(7);
            for (int r = 0; r < full; r++)
            {
                Vector512<double> row = Vector512.Create(a[r], b[r], c[r], d[r], e[r], f[r], g[r], h[r]);
                ((row - off) * times).Store(target + (r * Lanes));
            }

            if (full == tile.Rows) return;
            for (int lane = 0; lane < Lanes; lane++)
            {
                double* from = x + At(lane);
                int length = tile.Length(lane);
                for (int r = full; r < length; r++) target[(r * Lanes) + lane] = (from[r] - shift) * factor;
            }
        }

        int At(int lane) => map.FirstPosition(tile, lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(in TileInfo tile, ReadOnlySpan<double> values, double shift, double factor, double* target)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            int length = tile.Length(lane);
            if (length == 0) continue;
            ReadOnlySpan<int> rows = order.Rows(map.FirstPosition(tile, lane), length);
            for (int r = 0; r < rows.Length; r++) target[(r * Lanes) + lane] = (values[rows[r]] - shift) * factor;
        }
    }

    // A lane is never longer than a byte counts (TileInfo).
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
