using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>Arithmetic on random effects stored [batch][q][lane].</summary>
internal static unsafe class ModeBuffer
{
    internal static AlignedBuffer Create(ClusterBlocks blocks) =>
        new((long)blocks.BatchCount * blocks.RandomCount * LaneCholesky.Lanes);

    /// <summary>The effects of a batch: q vectors of eight clusters.</summary>
    internal static Span<Vector512<double>> Batch(AlignedBuffer beta, int batch, int q) =>
        new(beta.Pointer + ((long)batch * q * LaneCholesky.Lanes), q);

    /// <summary>A cluster's first effect; effect l lies eight doubles further than effect l − 1.</summary>
    internal static double* Cluster(AlignedBuffer beta, int cluster, int q) =>
        beta.Pointer + ((long)(cluster / LaneCholesky.Lanes) * q * LaneCholesky.Lanes) + (cluster % LaneCholesky.Lanes);

    /// <summary>target = from + t(to − from).</summary>
    internal static void Interpolate(AlignedBuffer from, AlignedBuffer to, double t, AlignedBuffer target)
    {
        Vector512<double> weight = Vector512.Create(t);
        for (long e = 0; e < target.Length; e += LaneCholesky.Lanes)
        {
            Vector512<double> start = Vector512.Load(from.Pointer + e);
            (start + (weight * (Vector512.Load(to.Pointer + e) - start))).Store(target.Pointer + e);
        }
    }

    /// <summary>Σ |Λ⁻¹β_i|², or NaN where Λ has no safe inverse.</summary>
    internal static double SphericalSquares(AlignedBuffer beta, ReadOnlySpan<double> lambda, int q)
    {
        for (int r = 0; r < q; r++)
        {
            double norm = 0;
            for (int c = 0; c <= r; c++) norm += lambda[(r * q) + c] * lambda[(r * q) + c];
            if (!(lambda[(r * q) + r] * lambda[(r * q) + r] > 1e-6 * norm)) return double.NaN;
        }

        Vector512<double> sum = Vector512<double>.Zero;
        Span<Vector512<double>> u = stackalloc Vector512<double>[q];
        for (long at = 0; at < beta.Length; at += (long)q * LaneCholesky.Lanes)
        {
            for (int r = 0; r < q; r++)
            {
                Vector512<double> value = Vector512.Load(beta.Pointer + at + ((long)r * LaneCholesky.Lanes));
                for (int c = 0; c < r; c++) value -= Vector512.Create(lambda[(r * q) + c]) * u[c];
                u[r] = value / Vector512.Create(lambda[(r * q) + r]);
                sum += u[r] * u[r];
            }
        }

        return Vector512.Sum(sum);
    }
}
