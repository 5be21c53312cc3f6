using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// E_i = (I + A_iD̃)⁻¹ for a batch of clusters: ZᵀṼ⁻¹ = EZᵀW, the factor by which D̃ shrinks what a cluster says.
/// </summary>
/// <remarks>
/// With M = LLᵀ, Y = L⁻¹Λᵀ and K = YᵀY = ΛM⁻¹Λᵀ it is I − AK, which needs no inverse of D̃ but cancels once AD̃ is
/// large; where Λ is well conditioned, (L⁻¹Λ⁻¹)ᵀY says the same without a difference. Which of the two serves is one
/// choice for all clusters.
/// </remarks>
internal static unsafe class ClusterShrinkage
{
    /// <summary>Λ⁻¹, unless some row of Λ nearly depends on the ones before it.</summary>
    internal static bool TryInvert(ReadOnlySpan<double> lambda, int q, Span<double> inverse)
    {
        inverse.Clear();
        for (int r = 0; r < q; r++)
        {
            double norm = 0;
            for (int c = 0; c <= r; c++) norm += lambda[(r * q) + c] * lambda[(r * q) + c];
            double diagonal = lambda[(r * q) + r];
            if (!(diagonal * diagonal > 1e-6 * norm)) return false;
            for (int c = 0; c <= r; c++)
            {
                double sum = r == c ? 1 : 0;
                for (int e = c; e < r; e++) sum -= lambda[(r * q) + e] * inverse[(e * q) + c];
                inverse[(r * q) + c] = sum / diagonal;
            }
        }

        return true;
    }

    /// <summary>Overwrites <paramref name="e"/> by E, row by row.</summary>
    /// <param name="l">L, packed.</param>
    /// <param name="reciprocals">1/l_jj, q vectors.</param>
    /// <param name="q">Order.</param>
    /// <param name="transposedLambda">Λᵀ, q².</param>
    /// <param name="inverseLambda">Λ⁻¹, q², or null where Λ is not well conditioned.</param>
    /// <param name="a">A in full, q² vectors.</param>
    /// <param name="half">Scratch, q² vectors.</param>
    /// <param name="other">Scratch, q² vectors.</param>
    /// <param name="e">q² vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Compute(
        Vector512<double>* l, Vector512<double>* reciprocals, int q, double* transposedLambda, double* inverseLambda,
        Vector512<double>* a, Vector512<double>* half, Vector512<double>* other, Vector512<double>* e)
    {
        // Transposed, so that the products below are of rows.
        LaneCholesky.SolveLowerShared(l, reciprocals, q, transposedLambda, half, 1, q);
        if (inverseLambda is not null)
        {
            LaneCholesky.SolveLowerShared(l, reciprocals, q, inverseLambda, other, 1, q);
            LaneRows.Multiply(other, q, half, q, q, e, q, 1);
            return;
        }

        LaneRows.Multiply(half, q, half, q, q, other, q, 1);
        LaneRows.Multiply(a, q, other, q, q, e, q, 1);
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
                e[(r * q) + c] = (r == c ? Vector512<double>.One : Vector512<double>.Zero) - e[(r * q) + c];
        }
    }
}
