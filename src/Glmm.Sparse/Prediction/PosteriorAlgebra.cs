using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Prediction;

/// <summary>From a cluster's information A = ZᵀWZ/φ to its posterior covariance E = ΛM⁻¹Λᵀ, M = I + ΛᵀAΛ, whether or
/// not D = ΛΛᵀ is singular. Not thread-safe; allocates nothing after construction.</summary>
internal sealed class PosteriorAlgebra
{
    private readonly int _q;
    private readonly double[] _lambda;
    private readonly double[] _a;
    private readonly double[] _product;
    private readonly double[] _m;

    /// <param name="covariance">D, q×q.</param>
    /// <param name="q">Order.</param>
    internal PosteriorAlgebra(double[,] covariance, int q)
    {
        _q = q;
        (_lambda, _a, _product, _m) = (new double[q * q], new double[q * q], new double[q * q], new double[q * q]);
        CovarianceFactor.Compute([.. covariance.Cast<double>()], q, _lambda);
    }

    /// <summary>A, q×q, for the caller to fill; the lower triangle is read.</summary>
    internal Span<double> Information => _a;

    /// <summary>The lower triangle of E, row by row.</summary>
    internal void CovarianceInto(Span<double> packed)
    {
        int q = _q;

        // AΛ, then I + Λᵀ(AΛ).
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c < q; c++)
            {
                double sum = 0;
                for (int e = c; e < q; e++) sum += _a[e <= r ? (r * q) + e : (e * q) + r] * _lambda[(e * q) + c];
                _product[(r * q) + c] = sum;
            }
        }

        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                double sum = r == c ? 1 : 0;
                for (int e = r; e < q; e++) sum += _lambda[(e * q) + r] * _product[(e * q) + c];
                _m[(r * q) + c] = sum;
            }
        }

        if (DenseCholesky.Factor(_m, q) >= 0)
            throw new InvalidOperationException("A cluster's information at its mode is not positive definite.");
        Spread(_lambda, _m, q, _product);
        for (int r = 0, at = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++, at++) packed[at] = FusedSums.Dot(_product.AsSpan(r * q, q), _product.AsSpan(c * q, q));
        }
    }

    /// <summary>ΛR⁻ᵀ, row by row, with M = RRᵀ: a factor of ΛM⁻¹Λᵀ.</summary>
    internal static void Spread(ReadOnlySpan<double> lambda, ReadOnlySpan<double> root, int q, Span<double> spread)
    {
        // Row r of ΛR⁻ᵀ is R⁻¹ times row r of Λ.
        for (int r = 0; r < q; r++)
        {
            Span<double> row = spread.Slice(r * q, q);
            lambda.Slice(r * q, q).CopyTo(row);
            DenseCholesky.SolveLower(root, q, row);
        }
    }
}
