using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Products of small matrices with vectors for eight clusters at once, one lane a cluster, and other forms of
/// such matrices.</summary>
/// <remarks>
/// Symmetric matrices are packed as in <see cref="LaneCholesky"/>, and Λ is one q×q lower triangle of doubles, row by
/// row, that all lanes share. Pointers are not checked. Nothing is allocated.
/// </remarks>
internal static unsafe class LaneProducts
{
    /// <summary>result = Λᵀv.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FactorTransposedTimes(
        double* lambda, int q, Vector512<double>* v, Vector512<double>* result)
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FactorTimes(double* lambda, int q, Vector512<double>* v, Vector512<double>* result)
    {
        for (int r = 0; r < q; r++, lambda += q)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = 0; e <= r; e++) sum = Vector512.FusedMultiplyAdd(Vector512.Create(lambda[e]), v[e], sum);
            result[r] = sum;
        }
    }

    /// <summary>result = Sv for a packed symmetric S; apart from v.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SymmetricTimes(
        Vector512<double>* s, int q, Vector512<double>* v, Vector512<double>* result)
    {
        for (int r = 0; r < q; r++)
        {
            // Row r up to its diagonal, and what lies right of it as column r above each later row's.
            Vector512<double> sum = Vector512<double>.Zero, value = v[r];
            for (int e = 0; e < r; e++, s++)
            {
                sum = Vector512.FusedMultiplyAdd(*s, v[e], sum);
                result[e] = Vector512.FusedMultiplyAdd(*s, value, result[e]);
            }

            result[r] = Vector512.FusedMultiplyAdd(*s++, value, sum);
        }
    }

    /// <summary>Writes R = L⁻ᵀ out, q² vectors row by row: row c is column c of L⁻¹, which solves Lx = e_c.</summary>
    /// <param name="l">L, packed.</param>
    /// <param name="reciprocals">1/l_jj, q vectors.</param>
    /// <param name="q">Order.</param>
    /// <param name="root">Overwritten, zeros below the diagonal included.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void InvertTransposed(
        Vector512<double>* l, Vector512<double>* reciprocals, int q, Vector512<double>* root)
    {
        for (int c = 0; c < q; c++, root += q)
        {
            for (int r = 0; r < q; r++) root[r] = r == c ? Vector512<double>.One : Vector512<double>.Zero;
            LaneCholesky.SolveLower(l, reciprocals, q, root);
        }
    }

    /// <summary>Writes a packed symmetric matrix out, q² vectors row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Unpack(Vector512<double>* packed, int q, Vector512<double>* full)
    {
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                Vector512<double> value = *packed++;
                full[(r * q) + c] = value;
                full[(c * q) + r] = value;
            }
        }
    }
}
