using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// The block algebra of one batch of clusters in the spherical form β = Λu, one lane a cluster: M = I + ΛᵀAΛ. A
/// singular D = ΛΛᵀ is an ordinary case, since nothing inverts it.
/// </summary>
internal static class SphericalForm
{
    /// <summary>Overwrites <paramref name="m"/> by M = I + ΛᵀAΛ.</summary>
    /// <param name="a">A, packed lower triangle.</param>
    /// <param name="lambda">Λ, q² row by row, lower triangular.</param>
    /// <param name="q">Order.</param>
    /// <param name="product">Scratch, q² vectors; overwritten by AΛ row by row.</param>
    /// <param name="m">Packed lower triangle.</param>
    internal static void Assemble(
        ReadOnlySpan<Vector512<double>> a, ReadOnlySpan<double> lambda, int q, Span<Vector512<double>> product,
        Span<Vector512<double>> m)
    {
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = c; e < q; e++)
                    sum = Vector512.FusedMultiplyAdd(Element(a, r, e), Vector512.Create(lambda[(e * q) + c]), sum);
                product[(r * q) + c] = sum;
            }
        }

        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                Vector512<double> sum = r == c ? Vector512<double>.One : Vector512<double>.Zero;
                for (int e = r; e < q; e++)
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(lambda[(e * q) + r]), product[(e * q) + c], sum);
                m[LaneCholesky.PackedIndex(r, c)] = sum;
            }
        }
    }

    /// <summary>Overwrites <paramref name="result"/> by Λᵀv.</summary>
    internal static void MultiplyTransposed(
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

    /// <summary>Overwrites <paramref name="result"/> by Sv for a packed symmetric S.</summary>
    internal static void MultiplySymmetric(
        ReadOnlySpan<Vector512<double>> s, int q, ReadOnlySpan<Vector512<double>> v, Span<Vector512<double>> result)
    {
        for (int r = 0; r < q; r++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = 0; e < q; e++) sum = Vector512.FusedMultiplyAdd(Element(s, r, e), v[e], sum);
            result[r] = sum;
        }
    }

    /// <summary>Overwrites <paramref name="k"/> by ΛNΛᵀ for a packed symmetric N.</summary>
    internal static void Sandwich(
        ReadOnlySpan<double> lambda, int q, ReadOnlySpan<Vector512<double>> n, Span<Vector512<double>> product,
        Span<Vector512<double>> k)
    {
        MultiplyFactor(lambda, q, n, product);
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e <= c; e++)
                    sum = Vector512.FusedMultiplyAdd(product[(r * q) + e], Vector512.Create(lambda[(c * q) + e]), sum);
                k[LaneCholesky.PackedIndex(r, c)] = sum;
            }
        }
    }

    /// <summary>Overwrites <paramref name="e"/> (q² row by row) by E = (I + AD)⁻¹, so that ZᵀṼ⁻¹ = EZᵀW.</summary>
    /// <param name="a">A, packed.</param>
    /// <param name="k">K = ΛM⁻¹Λᵀ, packed.</param>
    /// <param name="n">N = M⁻¹, packed.</param>
    /// <param name="lambda">Λ.</param>
    /// <param name="inverseFactor">
    /// Λ⁻¹, q² row by row, where Λ is well conditioned; empty where D is (nearly) singular.
    /// </param>
    /// <param name="q">Order.</param>
    /// <param name="product">Scratch, q² vectors.</param>
    /// <param name="e">Overwritten, q² vectors row by row.</param>
    /// <remarks>
    /// I − AK cancels once AD is large. Where Λ is regular, E = Λ⁻ᵀM⁻¹Λᵀ says the same without a difference.
    /// </remarks>
    internal static void Shrinkage(
        ReadOnlySpan<Vector512<double>> a, ReadOnlySpan<Vector512<double>> k, ReadOnlySpan<Vector512<double>> n,
        ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseFactor, int q, Span<Vector512<double>> product,
        Span<Vector512<double>> e)
    {
        if (inverseFactor.IsEmpty)
        {
            for (int r = 0; r < q; r++)
            {
                for (int c = 0; c < q; c++)
                {
                    Vector512<double> sum = r == c ? Vector512<double>.One : Vector512<double>.Zero;
                    for (int s = 0; s < q; s++) sum -= Element(a, r, s) * Element(k, s, c);
                    e[(r * q) + c] = sum;
                }
            }

            return;
        }

        // (Λ⁻ᵀ) times (NΛᵀ = (ΛN)ᵀ).
        MultiplyFactor(lambda, q, n, product);
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int s = r; s < q; s++)
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(inverseFactor[(s * q) + r]), product[(c * q) + s], sum);
                e[(r * q) + c] = sum;
            }
        }
    }

    /// <summary>Element (r, c) of a packed symmetric matrix.</summary>
    internal static Vector512<double> Element(ReadOnlySpan<Vector512<double>> packed, int r, int c) =>
        packed[r >= c ? LaneCholesky.PackedIndex(r, c) : LaneCholesky.PackedIndex(c, r)];

    // product = ΛN, q² row by row.
    private static void MultiplyFactor(
        ReadOnlySpan<double> lambda, int q, ReadOnlySpan<Vector512<double>> n, Span<Vector512<double>> product)
    {
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e <= r; e++)
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(lambda[(r * q) + e]), Element(n, e, c), sum);
                product[(r * q) + c] = sum;
            }
        }
    }
}
