using Glmm.Sparse.Families;
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
    /// <param name="design">Packed rows.</param>
    /// <param name="family">The family, which knows the edges.</param>
    /// <param name="direction">p, on the engine's scale.</param>
    internal static bool IsRecession(IChunkSource design, Family family, ReadOnlySpan<double> direction)
    {
        RowLayout layout = design.Layout;
        double largest = 0;
        for (int round = 0; round < 2; round++)
        {
            for (int c = 0; c < design.ChunkCount; c++)
            {
                ClusterChunk chunk = design.Chunk(c);
                double* row = chunk.Rows;
                for (int r = 0; r < chunk.RowCount; r++, row += chunk.Stride)
                {
                    double slope = 0;
                    for (int j = 0; j < direction.Length; j++) slope += row[layout.FixedPosition[j]] * direction[j];
                    if (round == 0)
                    {
                        largest = Math.Max(largest, Math.Abs(slope));
                        continue;
                    }

                    double wrong = family.ResponseEdge(chunk.Response[r]) switch
                    {
                        DomainEdge.Lower => slope,
                        DomainEdge.Upper => -slope,
                        _ => Math.Abs(slope),
                    };
                    if (wrong > Slack * largest) return false;
                }
            }
        }

        return largest > 0;
    }
}
