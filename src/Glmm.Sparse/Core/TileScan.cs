using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>What is done with the rows of one tile.</summary>
/// <param name="tile">The tile.</param>
/// <param name="values">Xα + Zβ of its rows.</param>
/// <param name="exists">1 where there is a row, 0 in the padding.</param>
internal unsafe delegate void TileAction(in ClusterTile tile, double* values, double* exists);

/// <summary>Looks at all rows one tile after the other, for what is asked once or seldom a fit.</summary>
internal static unsafe class TileScan
{
    private const int Lanes = LaneCholesky.Lanes;

    /// <summary>Evaluates Xα + Zβ, the offset left out, tile by tile.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="alpha">α, on the engine's scale.</param>
    /// <param name="beta">β, [batch][q][lane], or null for 0.</param>
    /// <param name="action">What to do with each tile.</param>
    internal static void Predict(ITileSource source, ReadOnlySpan<double> alpha, AlignedBuffer? beta, TileAction action)
    {
        using var work = new PassWorkspace(source.Layout);
        work.TakeFixed(alpha);
        for (int t = 0; t < source.Map.TileCount; t++)
        {
            ClusterTile tile = source.Lease(t, work.Tile);
            work.PutRandom(beta, tile.Info);
            TileProducts.Predict(tile.Columns, tile.Rows, work.Coefficients, source.Layout.ColumnCount, work.Eta);
            MarkRows(tile.Info, work.Weights);
            action(tile, work.Eta, work.Weights);
        }
    }

    /// <summary>Writes 1 where a tile has a row, 0 in the padding.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="exists">Overwritten, 8 × Rows.</param>
    internal static void MarkRows(in TileInfo tile, double* exists)
    {
        new Span<double>(exists, tile.FullRows * Lanes).Fill(1);
        for (int lane = 0; lane < Lanes; lane++)
        {
            int length = tile.Length(lane);
            for (int r = tile.FullRows; r < tile.Rows; r++) exists[(r * Lanes) + lane] = r < length ? 1 : 0;
        }
    }
}
