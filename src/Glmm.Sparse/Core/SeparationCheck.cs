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
    // Components that still converge leave a little of themselves in a step; the recession direction dominates it.
    private const double Slack = 0.02;

    /// <summary>Whether a step of α is such a direction.</summary>
    /// <param name="design">Packed rows.</param>
    /// <param name="family">The family, which knows the edges.</param>
    /// <param name="step">The direction, p, on the engine's scale.</param>
    internal static bool IsRecession(PackedDesign design, Family family, ReadOnlySpan<double> step)
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
                    for (int j = 0; j < step.Length; j++) slope += row[layout.FixedPosition[j]] * step[j];
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
