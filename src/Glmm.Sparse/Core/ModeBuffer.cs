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
        new(beta.Start + ((long)batch * q * LaneCholesky.Lanes), q);

    /// <summary>A cluster's first effect; effect l lies eight doubles further than effect l − 1.</summary>
    internal static double* Cluster(AlignedBuffer beta, int cluster, int q) =>
        beta.Start + ((long)(cluster / LaneCholesky.Lanes) * q * LaneCholesky.Lanes) + (cluster % LaneCholesky.Lanes);

    /// <summary>target = source.</summary>
    internal static void Copy(AlignedBuffer source, AlignedBuffer target) =>
        Buffer.MemoryCopy(source.Start, target.Start, target.ByteLength, source.ByteLength);

    /// <summary>target = from + t·step.</summary>
    internal static void Step(AlignedBuffer from, AlignedBuffer step, double t, AlignedBuffer target)
    {
        Vector512<double> length = Vector512.Create(t);
        for (long e = 0; e < target.Length; e += LaneCholesky.Lanes)
        {
            Vector512.FusedMultiplyAdd(length, Vector512.Load(step.Start + e), Vector512.Load(from.Start + e))
                .Store(target.Start + e);
        }
    }

    /// <summary>β = Λu of every cluster.</summary>
    internal static void FromSpherical(AlignedBuffer u, ReadOnlySpan<double> lambda, int q, AlignedBuffer beta)
    {
        fixed (double* factor = lambda)
        {
            for (long at = 0; at < u.Length; at += (long)q * LaneCholesky.Lanes)
            {
                LaneProducts.FactorTimes(
                    factor, q, (Vector512<double>*)(u.Start + at), (Vector512<double>*)(beta.Start + at));
            }
        }
    }

    /// <summary>Λ⁻¹β of every cluster; 0 along the columns of Λ that vanished.</summary>
    internal static void ToSpherical(AlignedBuffer beta, ReadOnlySpan<double> lambda, int q, AlignedBuffer u)
    {
        for (long at = 0; at < u.Length; at += (long)q * LaneCholesky.Lanes)
        {
            for (int r = 0; r < q; r++)
            {
                long row = at + ((long)r * LaneCholesky.Lanes);
                Vector512<double> value = Vector512.Load(beta.Start + row);
                for (int c = 0; c < r; c++)
                {
                    value -= Vector512.Create(lambda[(r * q) + c]) *
                             Vector512.Load(u.Start + at + ((long)c * LaneCholesky.Lanes));
                }

                double diagonal = lambda[(r * q) + r];
                (diagonal == 0 ? Vector512<double>.Zero : value / Vector512.Create(diagonal)).Store(u.Start + row);
            }
        }
    }

    /// <summary>Σ x² over a buffer.</summary>
    internal static double Squares(AlignedBuffer buffer)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        for (long e = 0; e < buffer.Length; e += LaneCholesky.Lanes)
        {
            Vector512<double> value = Vector512.Load(buffer.Start + e);
            sum = Vector512.FusedMultiplyAdd(value, value, sum);
        }

        return Vector512.Sum(sum);
    }

    /// <summary>target = from + t(to − from).</summary>
    internal static void Interpolate(AlignedBuffer from, AlignedBuffer to, double t, AlignedBuffer target)
    {
        Vector512<double> weight = Vector512.Create(t);
        for (long e = 0; e < target.Length; e += LaneCholesky.Lanes)
        {
            Vector512<double> start = Vector512.Load(from.Start + e);
            (start + (weight * (Vector512.Load(to.Start + e) - start))).Store(target.Start + e);
        }
    }

    /// <summary>Σ |u_i|² with β_i = Λu_i; +∞ where some β_i is not of that form (D̃ is singular across it).</summary>
    internal static double SphericalSquares(AlignedBuffer beta, ReadOnlySpan<double> lambda, int q)
    {
        Vector512<double> sum = Vector512<double>.Zero, outside = Vector512<double>.Zero, size = Vector512<double>.Zero;
        Span<Vector512<double>> u = stackalloc Vector512<double>[q];
        for (long at = 0; at < beta.Length; at += (long)q * LaneCholesky.Lanes)
        {
            for (int r = 0; r < q; r++)
            {
                Vector512<double> value = Vector512.Load(beta.Start + at + ((long)r * LaneCholesky.Lanes));
                size += value * value;
                for (int c = 0; c < r; c++) value -= Vector512.Create(lambda[(r * q) + c]) * u[c];
                double diagonal = lambda[(r * q) + r];
                if (diagonal == 0)
                {
                    // A column of Λ that vanished: the rows above must explain all of β here.
                    u[r] = Vector512<double>.Zero;
                    outside += value * value;
                    continue;
                }

                u[r] = value / Vector512.Create(diagonal);
                sum += u[r] * u[r];
            }
        }

        return Vector512.Sum(outside) > 1e-12 * Vector512.Sum(size) ? double.PositiveInfinity : Vector512.Sum(sum);
    }
}
