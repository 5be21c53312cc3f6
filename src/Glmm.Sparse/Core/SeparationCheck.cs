using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>
/// Tells whether a direction d separates the response: moving α along d for ever never lowers the likelihood, because
/// x_iᵀd pushes every row whose response lies at an edge of its domain towards that edge and leaves the others alone
/// (Albert &amp; Anderson 1984). Then no finite estimate exists.
/// </summary>
internal static unsafe class SeparationCheck
{
    // The direction is known to a few digits; what it does to the other rows beside the largest is rounding below this.
    private const double Slack = 1e-4;

    /// <summary>Whether a direction of α is of that kind.</summary>
    /// <param name="design">The rows.</param>
    /// <param name="family">The family, which knows the edges.</param>
    /// <param name="direction">p, on the engine's scale.</param>
    internal static bool IsRecession(ITileSource design, Family family, ReadOnlySpan<double> direction)
    {
        double largest = 0, worst = double.NegativeInfinity;
        TileScan.Predict(design, direction, null, (in tile, slopes, exists) =>
        {
            for (int r = 0; r < tile.Rows * LaneCholesky.Lanes; r++)
            {
                if (exists[r] == 0) continue;
                double slope = slopes[r];
                double wrong = family.ResponseEdge(tile.Response[r]) switch
                {
                    DomainEdge.Lower => slope,
                    DomainEdge.Upper => -slope,
                    _ => Math.Abs(slope),
                };
                largest = Math.Max(largest, Math.Abs(slope));
                worst = Math.Max(worst, wrong);
            }
        });
        return largest > 0 && !(worst > Slack * largest);
    }
}
