using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// E_i = (I + A_iD̃)⁻¹ for a batch of clusters: ZᵀṼ⁻¹ = EZᵀW, the factor by which D̃ shrinks what a cluster says.
/// </summary>
/// <remarks>
/// With N = M⁻¹ and K = ΛNΛᵀ it is I − AK, which needs no inverse of D̃ but cancels once AD̃ is large; where Λ is well
/// conditioned, Λ⁻ᵀNΛᵀ says the same without a difference. Which of the two serves is one choice for all clusters.
/// </remarks>
internal sealed class ClusterShrinkage
{
    private readonly int _q;
    private readonly double[] _lambda;
    private readonly double[] _inverse;
    private bool _regular;

    internal ClusterShrinkage(int q)
    {
        _q = q;
        _lambda = new double[q * q];
        _inverse = new double[q * q];
    }

    /// <summary>Takes a new Λ, q² row by row.</summary>
    internal void Prepare(ReadOnlySpan<double> lambda)
    {
        lambda.CopyTo(_lambda);
        _regular = TryInvert(lambda, _q, _inverse);
    }

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

    /// <summary>Overwrites <paramref name="e"/> by E, full.</summary>
    /// <param name="a">A, packed.</param>
    /// <param name="n">N = M⁻¹, packed.</param>
    /// <param name="product">Scratch, q² vectors.</param>
    /// <param name="k">Scratch, q² vectors.</param>
    /// <param name="e">q² vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Compute(
        ReadOnlySpan<Vector512<double>> a, ReadOnlySpan<Vector512<double>> n, Span<Vector512<double>> product,
        Span<Vector512<double>> k, Span<Vector512<double>> e)
    {
        int q = _q;
        LaneProducts.FactorTimesSymmetric(_lambda, q, n, product);
        if (_regular)
        {
            // Λ⁻ᵀ(ΛN)ᵀ.
            for (int r = 0; r < q; r++)
            {
                for (int c = 0; c < q; c++)
                {
                    Vector512<double> sum = Vector512<double>.Zero;
                    for (int s = r; s < q; s++)
                    {
                        Vector512<double> inverse = Vector512.Create(_inverse[(s * q) + r]);
                        sum = Vector512.FusedMultiplyAdd(inverse, product[(c * q) + s], sum);
                    }

                    e[(r * q) + c] = sum;
                }
            }

            return;
        }

        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int s = 0; s <= c; s++)
                    sum = Vector512.FusedMultiplyAdd(product[(r * q) + s], Vector512.Create(_lambda[(c * q) + s]), sum);
                k[(r * q) + c] = sum;
            }
        }

        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                Vector512<double> sum = r == c ? Vector512<double>.One : Vector512<double>.Zero;
                for (int s = 0; s < q; s++) sum -= LaneProducts.Element(a, r, s) * k[(s * q) + c];
                e[(r * q) + c] = sum;
            }
        }
    }
}
