using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

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
    /// <param name="design">The rows.</param>
    /// <param name="team">The threads that sum up their cross products.</param>
    /// <returns>The indices of the columns of X that are kept, ascending.</returns>
    internal static List<int> ColumnsToKeep(ITileSource design, WorkerTeam team)
    {
        int p = design.Layout.FixedCount;
        double[] cross = CrossProducts(design, team);
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

    // XᵀX, each partition of the rows by itself.
    private static double[] CrossProducts(ITileSource design, WorkerTeam team)
    {
        int p = design.Layout.FixedCount;
        var parts = new PassStatistics[design.Map.PartitionCount];
        team.Run(parts.Length, new PartitionedAction(partition =>
        {
            using var work = new PassWorkspace(design.Layout);
            work.Begin(new double[p]);
            int end = design.Map.FirstTile(partition + 1);
            for (int t = design.Map.FirstTile(partition); t < end; t++)
            {
                ClusterTile tile = design.Lease(t, work.Tile);
                TileScan.MarkRows(tile.Info, work.Weights);
                work.AddProducts(tile, fixedCross: true);
            }

            work.Finish();
            parts[partition] = work.Statistics;
        }));
        var sum = new PassStatistics(p);
        foreach (PassStatistics part in parts) sum.Add(part);
        return sum.Cross;
    }

    // |x_j − X_kept b|² on the rows, with b from the factor and one step of refinement.
    private static double ResidualSquares(ITileSource design, List<int> kept, int column, double[] factor, int p)
    {
        int count = kept.Count;
        var direction = new double[p];
        var right = new double[count];
        for (int a = 0; a < count; a++) right[a] = factor[(column * p) + a];
        double squares = 0;
        direction[column] = 1;
        for (int round = 0; round < 2; round++)
        {
            BackSolve(factor, kept, p, right);
            for (int a = 0; a < count; a++) direction[kept[a]] -= right[a];
            Array.Clear(right);
            squares = 0;
            TileScan.Predict(design, direction, null, (in tile, residuals, exists) =>
            {
                for (int r = 0; r < tile.Rows * LaneCholesky.Lanes; r++)
                {
                    double e = exists[r] * residuals[r];
                    squares += e * e;
                    for (int a = 0; a < count; a++)
                        right[a] += e * tile.Columns[design.Layout.FixedPosition[kept[a]]][r];
                }
            });

            for (int a = 0; a < count; a++)
            {
                for (int e = 0; e < a; e++) right[a] -= factor[(kept[a] * p) + e] * right[e];
                right[a] /= factor[(kept[a] * p) + a];
            }
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
