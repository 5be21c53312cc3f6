using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>
/// Finds the columns of X that are linear combinations of the ones before them, as R's pivoted QR does: a column is
/// dropped when what the earlier ones leave of it is below 1e-7 of its length.
/// </summary>
internal static unsafe class CollinearityScreen
{
    // R's tolerance (lm, glm: 1e-7 on lengths). Cross products cannot see that far, so what falls below the second
    // bound there is measured again on the rows.
    private const double Tolerance = 1e-7;
    private const double Suspicious = 1e-9;

    /// <summary>Finds the columns to keep.</summary>
    /// <param name="design">Packed rows.</param>
    /// <returns>The indices of the columns of X that are kept, ascending.</returns>
    internal static List<int> ColumnsToKeep(IChunkSource design)
    {
        int p = design.Layout.FixedCount;
        double[] cross = CrossProducts(design);
        var kept = new List<int>();
        var factor = new double[p * p];
        for (int j = 0; j < p; j++)
        {
            double length = cross[(j * p) + j];
            if (!(length > 0)) continue;

            // Row j of the Cholesky factor over the columns kept so far.
            double left = length;
            for (int a = 0; a < kept.Count; a++)
            {
                double sum = cross[(j * p) + kept[a]];
                for (int b = 0; b < a; b++) sum -= factor[(j * p) + b] * factor[(kept[a] * p) + b];
                factor[(j * p) + a] = sum / factor[(kept[a] * p) + a];
                left -= factor[(j * p) + a] * factor[(j * p) + a];
            }

            if (left < Suspicious * length) left = ResidualSquares(design, kept, j, factor, p);
            if (!(left > Tolerance * Tolerance * length)) continue;
            factor[(j * p) + kept.Count] = Math.Sqrt(left);
            kept.Add(j);
        }

        return kept;
    }

    private static double[] CrossProducts(IChunkSource design)
    {
        RowLayout layout = design.Layout;
        int p = layout.FixedCount, stride = layout.Stride, width = layout.Width;
        int tile = layout.TileRows;
        using var memory = new AlignedBuffer(tile + ((long)layout.ColumnCount * width));
        double* ones = memory.Pointer, sums = ones + tile;
        new Span<double>(ones, tile).Fill(1);
        for (int c = 0; c < design.ChunkCount; c++)
        {
            ClusterChunk chunk = design.Chunk(c);
            for (int start = 0; start < chunk.RowCount; start += tile)
            {
                RowCrossProducts.AccumulateTrailing(
                    chunk.Rows + ((long)start * stride), stride, width, Math.Min(tile, chunk.RowCount - start), ones, 0,
                    layout.ColumnCount, sums);
            }
        }

        var cross = new double[p * p];
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++)
            {
                int a = layout.FixedPosition[i], b = layout.FixedPosition[j];
                cross[(i * p) + j] = sums[((long)Math.Min(a, b) * width) + Math.Max(a, b)];
            }
        }

        return cross;
    }

    // |x_j − X_kept b|² on the rows, with b from the factor and one step of refinement.
    private static double ResidualSquares(IChunkSource design, List<int> kept, int column, double[] factor, int p)
    {
        int count = kept.Count;
        var b = new double[count];
        var right = new double[count];
        for (int a = 0; a < count; a++) right[a] = factor[(column * p) + a];
        BackSolve(factor, kept, p, right);
        right.CopyTo(b, 0);
        double squares = 0;
        for (int round = 0; round < 2; round++)
        {
            Array.Clear(right);
            squares = 0;
            for (int c = 0; c < design.ChunkCount; c++)
            {
                ClusterChunk chunk = design.Chunk(c);
                double* row = chunk.Rows;
                for (int r = 0; r < chunk.RowCount; r++, row += chunk.Stride)
                {
                    double e = row[design.Layout.FixedPosition[column]];
                    for (int a = 0; a < count; a++) e -= b[a] * row[design.Layout.FixedPosition[kept[a]]];
                    squares += e * e;
                    for (int a = 0; a < count; a++) right[a] += e * row[design.Layout.FixedPosition[kept[a]]];
                }
            }

            for (int a = 0; a < count; a++)
            {
                for (int e = 0; e < a; e++) right[a] -= factor[(kept[a] * p) + e] * right[e];
                right[a] /= factor[(kept[a] * p) + a];
            }

            BackSolve(factor, kept, p, right);
            for (int a = 0; a < count; a++) b[a] += right[a];
        }

        return squares;
    }

    private static void BackSolve(double[] factor, List<int> kept, int p, double[] right)
    {
        for (int a = kept.Count - 1; a >= 0; a--)
        {
            for (int e = a + 1; e < kept.Count; e++) right[a] -= factor[(kept[e] * p) + a] * right[e];
            right[a] /= factor[(kept[a] * p) + a];
        }
    }
}
