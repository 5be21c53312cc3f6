using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>The least and the largest Xα + Zβ over all rows, the offset left out.</summary>
internal static unsafe class PredictorRange
{
    /// <summary>Scans the rows.</summary>
    /// <param name="design">The rows.</param>
    /// <param name="alpha">α, on the engine's scale.</param>
    /// <param name="beta">β, [batch][q][lane], or null for 0.</param>
    internal static (double Least, double Most) Of(ITileSource design, ReadOnlySpan<double> alpha, AlignedBuffer? beta)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        TileScan.Predict(design, alpha, beta, (in tile, eta, exists) =>
        {
            for (int r = 0; r < tile.Rows * LaneCholesky.Lanes; r++)
            {
                if (exists[r] != 0) (least, most) = (Math.Min(least, eta[r]), Math.Max(most, eta[r]));
            }
        });
        return (least, most);
    }
}
