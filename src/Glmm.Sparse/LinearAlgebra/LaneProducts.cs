using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Products of small matrices and vectors for eight clusters at once, one lane a cluster.</summary>
/// <remarks>
/// Symmetric matrices are packed as in <see cref="LaneCholesky"/>, full ones are q² vectors row by row, and Λ is one
/// q×q lower triangle of doubles, row by row, that all lanes share. Nothing is allocated.
/// </remarks>
internal static class LaneProducts
{
    /// <summary>Element (r, c) of a packed symmetric matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Element(ReadOnlySpan<Vector512<double>> packed, int r, int c) =>
        packed[r >= c ? LaneCholesky.PackedIndex(r, c) : LaneCholesky.PackedIndex(c, r)];

    /// <summary>result = Λᵀv.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FactorTransposedTimes(
        ReadOnlySpan<double> lambda, int q, ReadOnlySpan<Vector512<double>> v, Span<Vector512<double>> result)
    {
        for (int c = 0; c < q; c++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = c; e < q; e++)
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(lambda[(e * q) + c]), v[e], sum);
            result[c] = sum;
        }
    }

    /// <summary>result = Λv.</summary>
    internal static void FactorTimes(
        ReadOnlySpan<double> lambda, int q, ReadOnlySpan<Vector512<double>> v, Span<Vector512<double>> result)
    {
        for (int r = 0; r < q; r++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = 0; e <= r; e++)
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(lambda[(r * q) + e]), v[e], sum);
            result[r] = sum;
        }
    }

    /// <summary>result = Sv for a packed symmetric S.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SymmetricTimes(
        ReadOnlySpan<Vector512<double>> s, int q, ReadOnlySpan<Vector512<double>> v, Span<Vector512<double>> result)
    {
        for (int r = 0; r < q; r++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = 0; e < q; e++) sum = Vector512.FusedMultiplyAdd(Element(s, r, e), v[e], sum);
            result[r] = sum;
        }
    }

    /// <summary>result = Fv for a full F.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FullTimes(
        ReadOnlySpan<Vector512<double>> full, int q, ReadOnlySpan<Vector512<double>> v, Span<Vector512<double>> result)
    {
        for (int r = 0; r < q; r++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = 0; e < q; e++) sum = Vector512.FusedMultiplyAdd(full[(r * q) + e], v[e], sum);
            result[r] = sum;
        }
    }

    /// <summary>Lower triangle of FS for a full F and a packed S whose product is symmetric.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FullTimesSymmetric(
        ReadOnlySpan<Vector512<double>> full, ReadOnlySpan<Vector512<double>> s, int q, Span<Vector512<double>> packed)
    {
        for (int r = 0, at = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++, at++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e < q; e++)
                    sum = Vector512.FusedMultiplyAdd(full[(r * q) + e], Element(s, e, c), sum);
                packed[at] = sum;
            }
        }
    }

    /// <summary>result = ΛN, full, for a packed symmetric N.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FactorTimesSymmetric(
        ReadOnlySpan<double> lambda, int q, ReadOnlySpan<Vector512<double>> n, Span<Vector512<double>> result)
    {
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e <= r; e++)
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(lambda[(r * q) + e]), Element(n, e, c), sum);
                result[(r * q) + c] = sum;
            }
        }
    }
}
