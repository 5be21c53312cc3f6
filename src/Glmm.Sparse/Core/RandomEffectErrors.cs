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
        var row = new double[q];
        for (int cluster = 0; cluster < blocks.Clusters; cluster++)
        {
            double* entry = blocks.Cluster(cluster);
            double* b = entry + ((long)(blocks.PackedLength + q) * lanes);
            Halve(entry, lambda, q, m, half);

            // BK = (BYᵀ)Y row by row, before Y itself goes to the user's scale.
            MultiplyByPosterior(b, p, q, half, left, row);
            Span<double> mode = modes.Slice(cluster * q, q);
            double* source = ModeBuffer.Cluster(beta, cluster, q);
            for (int l = 0; l < q; l++) mode[l] = source[l * lanes];
            scale.ToUser(mode);
            for (int r = 0; r < q; r++) scale.ToUser(half.AsSpan(r * q, q));
            for (int j = 0; j < p; j++) scale.ToUser(left.AsSpan(j * q, q));
            for (int l = 0; l < q; l++)
            {
                double variance = 0;
                for (int r = 0; r < q; r++) variance += half[(r * q) + l] * half[(r * q) + l];
                for (int i = 0; i < p; i++)
                {
                    double inner = 0;
                    for (int j = 0; j < p; j++) inner += inverseSchur[(i * p) + j] * left[(j * q) + l];
                    variance += left[(i * q) + l] * inner;
                }

                errors[(cluster * q) + l] = Math.Sqrt(dispersion * variance);
            }
        }
    }

    // Y = L⁻¹Λᵀ with LLᵀ = M = I + ΛᵀAΛ, so that K = YᵀY.
    private static void Halve(double* a, ReadOnlySpan<double> lambda, int q, Span<double> m, Span<double> half)
    {
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
                        sum += lambda[(e * q) + r] * a[at * LaneCholesky.Lanes] * lambda[(f * q) + c];
                    }
                }

                m[(r * q) + c] = sum;
            }
        }

        DenseCholesky.Factor(m, q);
        for (int c = 0; c < q; c++)
        {
            for (int r = 0; r < q; r++)
            {
                double sum = c >= r ? lambda[(c * q) + r] : 0;
                for (int e = 0; e < r; e++) sum -= m[(r * q) + e] * half[(e * q) + c];
                half[(r * q) + c] = sum / m[(r * q) + r];
            }
        }
    }

    private static void MultiplyByPosterior(
        double* b, int p, int q, ReadOnlySpan<double> half, Span<double> left, Span<double> scratch)
    {
        for (int j = 0; j < p; j++, b += (long)q * LaneCholesky.Lanes)
        {
            for (int r = 0; r < q; r++)
            {
                scratch[r] = 0;
                for (int l = 0; l < q; l++) scratch[r] += half[(r * q) + l] * b[l * LaneCholesky.Lanes];
            }

            for (int c = 0; c < q; c++)
            {
                double sum = 0;
                for (int r = 0; r < q; r++) sum += scratch[r] * half[(r * q) + c];
                left[(j * q) + c] = sum;
            }
        }
    }
}
