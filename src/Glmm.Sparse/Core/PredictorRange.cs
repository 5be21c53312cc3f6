using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>The least and the largest Xα + Zβ over all rows, the offset left out.</summary>
internal static unsafe class PredictorRange
{
    /// <summary>Scans the rows.</summary>
    /// <param name="design">Packed rows.</param>
    /// <param name="alpha">α, on the engine's scale.</param>
    /// <param name="beta">β, [batch][q][lane], or null for 0.</param>
    internal static (double Least, double Most) Of(IChunkSource design, ReadOnlySpan<double> alpha, AlignedBuffer? beta)
    {
        RowLayout layout = design.Layout;
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        for (int c = 0; c < design.ChunkCount; c++)
        {
            ClusterChunk chunk = design.Chunk(c);
            double* row = chunk.Rows;
            for (int i = 0; i < chunk.ClusterCount; i++)
            {
                double* mode = beta is null
                    ? null
                    : ModeBuffer.Cluster(beta, chunk.FirstCluster + i, layout.RandomCount);
                for (int r = chunk.ClusterStart[i]; r < chunk.ClusterStart[i + 1]; r++, row += chunk.Stride)
                {
                    double eta = 0;
                    for (int j = 0; j < alpha.Length; j++) eta += row[layout.FixedPosition[j]] * alpha[j];
                    for (int l = 0; mode is not null && l < layout.RandomCount; l++)
                        eta += row[layout.RandomPosition[l]] * mode[l * LaneCholesky.Lanes];
                    (least, most) = (Math.Min(least, eta), Math.Max(most, eta));
                }
            }
        }

        return (least, most);
    }
}
