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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Fill(in TileInfo tile, DesignColumn column, double shift, double factor, double* target)
    {
        if (order.IsSorted && TryRun(tile, 0, column, out var a) && TryRun(tile, 1, column, out var b) &&
            TryRun(tile, 2, column, out var c) && TryRun(tile, 3, column, out var d) &&
            TryRun(tile, 4, column, out var e) && TryRun(tile, 5, column, out var f) &&
            TryRun(tile, 6, column, out var g) && TryRun(tile, 7, column, out var h))
            Interleave(tile.FullRows, tile.Rows, a, b, c, d, e, f, g, h, shift, factor, target);
        else if (column.TryGetRun(0, column.Length, out ReadOnlySpan<double> values))
            Collect(tile, values, shift, factor, target);
        else
            Gather(tile, column, shift, factor, target);
    }

    /// <summary>Writes values that lie in memory; the padding is left as it is.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="values">n values.</param>
    /// <param name="target">8 × Rows doubles.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Fill(in TileInfo tile, ReadOnlySpan<double> values, double* target)
    {
        if (order.IsSorted)
        {
            Interleave(
                tile.FullRows, tile.Rows, Run(tile, 0, values), Run(tile, 1, values), Run(tile, 2, values),
                Run(tile, 3, values), Run(tile, 4, values), Run(tile, 5, values), Run(tile, 6, values),
                Run(tile, 7, values), shift: 0, factor: 1, target);
        }
        else
        {
            Collect(tile, values, shift: 0, factor: 1, target);
        }
    }

    // A lane's rows follow each other: eight streams become one of vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interleave(
        int fullRows, int rows, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> c,
        ReadOnlySpan<double> d, ReadOnlySpan<double> e, ReadOnlySpan<double> f, ReadOnlySpan<double> g,
        ReadOnlySpan<double> h, double shift, double factor, double* target)
    {
        Vector512<double> off = Vector512.Create(shift), times = Vector512.Create(factor);
        fixed (double* pa = a, pb = b, pc = c, pd = d, pe = e, pf = f, pg = g, ph = h)
        {
            for (int r = 0; r < fullRows; r++)
            {
                Vector512<double> row = Vector512.Create(pa[r], pb[r], pc[r], pd[r], pe[r], pf[r], pg[r], ph[r]);
                ((row - off) * times).Store(target + (r * Lanes));
            }
        }

        if (fullRows == rows) return;
        double* to = target + (fullRows * Lanes);
        Rest(a, 0);
        Rest(b, 1);
        Rest(c, 2);
        Rest(d, 3);
        Rest(e, 4);
        Rest(f, 5);
        Rest(g, 6);
        Rest(h, 7);

        void Rest(ReadOnlySpan<double> run, int lane)
        {
            for (int r = fullRows; r < run.Length; r++)
                to[((r - fullRows) * Lanes) + lane] = (run[r] - shift) * factor;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryRun(in TileInfo tile, int lane, DesignColumn column, out ReadOnlySpan<double> run) =>
        column.TryGetRun(map.FirstPosition(tile, lane), tile.Length(lane), out run);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<double> Run(in TileInfo tile, int lane, ReadOnlySpan<double> values)
    {
        int length = tile.Length(lane);
        return length == 0 ? default : values.Slice(map.FirstPosition(tile, lane), length);
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
