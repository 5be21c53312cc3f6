using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>
/// Prediction errors of the random effects, φ(K_i + K_iB_iᵀS⁻¹B_iK_i) with K_i = ΛM_i⁻¹Λᵀ = (A_i + D̃⁻¹)⁻¹
/// (Henderson 1975), and the change to the user's scale.
/// </summary>
internal static unsafe class RandomEffectErrors
{
    /// <summary>Writes the modes and their standard errors on the user's scale, k×q row by row.</summary>
    /// <param name="blocks">The clusters' statistics at the estimates.</param>
    /// <param name="beta">β, [batch][q][lane], on the engine's scale.</param>
    /// <param name="lambda">Λ, q².</param>
    /// <param name="inverseSchur">S⁻¹, p².</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="scale">Change of scale of Z.</param>
    /// <param name="modes">Overwritten, k×q.</param>
    /// <param name="errors">Overwritten, k×q.</param>
    internal static void Compute(
        ClusterBlocks blocks, AlignedBuffer beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseSchur,
        double dispersion, ColumnStandardization scale, Span<double> modes, Span<double> errors)
    {
        int p = blocks.FixedCount, q = blocks.RandomCount, lanes = LaneCholesky.Lanes;
        var m = new double[q * q];
        var half = new double[q * q];
        var left = new double[p * q];
        var variance = new double[q * q];
        var row = new double[q];
        for (int cluster = 0; cluster < blocks.Clusters; cluster++)
        {
            double* entry = blocks.Cluster(cluster);
            double* b = entry + ((long)(blocks.PackedLength + q) * lanes);

            // M = I + ΛᵀAΛ and Y = L⁻¹Λᵀ, so that K = YᵀY.
            for (int r = 0; r < q; r++)
            {
                for (int c = 0; c <= r; c++)
                {
                    double sum = r == c ? 1 : 0;
                    for (int e = r; e < q; e++)
                    {
                        for (int f = c; f < q; f++)
                        {
                            int at = e >= f ? LaneCholesky.PackedIndex(e, f) : LaneCholesky.PackedIndex(f, e);
                            sum += lambda[(e * q) + r] * entry[at * lanes] * lambda[(f * q) + c];
                        }
                    }

                    m[(r * q) + c] = sum;
                }
            }

            DenseCholesky.Factor(m, q);
            for (int c = 0; c < q; c++)
            {
                for (int r = 0; r < q; r++) row[r] = c >= r ? lambda[(c * q) + r] : 0;
                DenseCholesky.SolveLower(m, q, row);
                for (int r = 0; r < q; r++) half[(r * q) + c] = row[r];
            }

            for (int r = 0; r < q; r++)
            {
                for (int c = 0; c < q; c++)
                {
                    double sum = 0;
                    for (int e = 0; e < q; e++) sum += half[(e * q) + r] * half[(e * q) + c];
                    variance[(r * q) + c] = sum;
                }
            }

            AddFixedPart(b, p, q, variance, inverseSchur, left);
            double[,] user = scale.CovarianceToUser(variance);
            double* mode = beta.Pointer + ((long)(cluster / lanes) * q * lanes) + (cluster % lanes);
            for (int l = 0; l < q; l++) row[l] = mode[l * lanes];
            scale.ToUser(row);
            for (int l = 0; l < q; l++)
            {
                modes[(cluster * q) + l] = row[l];
                errors[(cluster * q) + l] = Math.Sqrt(Math.Max(0, dispersion * user[l, l]));
            }
        }
    }

    // variance += KBᵀS⁻¹BK.
    private static void AddFixedPart(
        double* b, int p, int q, double[] variance, ReadOnlySpan<double> inverseSchur, double[] left)
    {
        for (int j = 0; j < p; j++)
        {
            for (int c = 0; c < q; c++)
            {
                double sum = 0;
                for (int l = 0; l < q; l++) sum += b[((j * q) + l) * LaneCholesky.Lanes] * variance[(l * q) + c];
                left[(j * q) + c] = sum;
            }
        }

        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                double sum = 0;
                for (int i = 0; i < p; i++)
                {
                    double inner = 0;
                    for (int j = 0; j < p; j++) inner += inverseSchur[(i * p) + j] * left[(j * q) + c];
                    sum += left[(i * q) + r] * inner;
                }

                variance[(r * q) + c] += sum;
            }
        }
    }
}
