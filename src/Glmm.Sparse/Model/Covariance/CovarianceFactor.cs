using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model.Covariance;

/// <summary>Λ, the lower Cholesky factor of a covariance that may be singular: D = ΛΛᵀ.</summary>
internal static class CovarianceFactor
{
    // A pivot below this fraction of its diagonal is rounding of an exact zero.
    private const double Negligible = 1e-14;

    /// <summary>Factors a positive semidefinite matrix; a vanishing pivot leaves its column 0.</summary>
    /// <param name="covariance">D, q² row by row.</param>
    /// <param name="q">Order.</param>
    /// <param name="factor">Overwritten by Λ, q² row by row, zeros above the diagonal.</param>
    /// <returns>The number of columns of Λ that are not 0.</returns>
    internal static int Compute(ReadOnlySpan<double> covariance, int q, Span<double> factor)
    {
        factor.Clear();
        int rank = 0;
        for (int j = 0; j < q; j++)
        {
            double pivot = covariance[(j * q) + j];
            for (int c = 0; c < j; c++) pivot -= factor[(j * q) + c] * factor[(j * q) + c];
            if (!(pivot > Negligible * covariance[(j * q) + j])) continue;
            double diagonal = Math.Sqrt(pivot);
            factor[(j * q) + j] = diagonal;
            rank++;
            for (int i = j + 1; i < q; i++)
            {
                double sum = covariance[(i * q) + j];
                for (int c = 0; c < j; c++) sum -= factor[(i * q) + c] * factor[(j * q) + c];
                factor[(i * q) + j] = sum / diagonal;
            }
        }

        return rank;
    }

    /// <summary>From a derivative in Λ to one in D: ⟨G, dD⟩ = ⟨F, dΛ⟩ for every dD that keeps the rank (Smith
    /// 1995).</summary>
    /// <param name="factor">Λ, q².</param>
    /// <param name="slope">F, q²; its lower triangle is read.</param>
    /// <param name="q">Order.</param>
    /// <param name="target">Overwritten by G, q², symmetric.</param>
    internal static void PullBack(ReadOnlySpan<double> factor, ReadOnlySpan<double> slope, int q, Span<double> target)
    {
        // A column that vanished does not move: whatever stands on its diagonal multiplies nothing.
        Span<double> lambda = stackalloc double[q * q];
        factor.CopyTo(lambda);
        for (int j = 0; j < q; j++)
        {
            if (lambda[(j * q) + j] == 0) lambda[(j * q) + j] = 1;
        }

        // P + Pᵀ with P the lower triangle of ΛᵀF, its diagonal halved.
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                double sum = 0;
                for (int e = r; e < q; e++) sum += lambda[(e * q) + r] * slope[(e * q) + c];
                target[(r * q) + c] = target[(c * q) + r] = 0.5 * sum;
            }
        }

        // Λ⁻ᵀ from the left, then, the rows and columns being alike, from the right.
        for (int side = 0; side < 2; side++)
        {
            for (int c = 0; c < q; c++)
            {
                for (int r = q - 1; r >= 0; r--)
                {
                    double sum = target[(r * q) + c];
                    for (int e = r + 1; e < q; e++) sum -= lambda[(e * q) + r] * target[(e * q) + c];
                    target[(r * q) + c] = sum / lambda[(r * q) + r];
                }
            }

            for (int r = 0; r < q; r++)
            {
                for (int c = 0; c < r; c++)
                    (target[(r * q) + c], target[(c * q) + r]) = (target[(c * q) + r], target[(r * q) + c]);
            }
        }
    }

    /// <summary>Rank of a positive semidefinite matrix, whatever the scales of its rows.</summary>
    /// <param name="covariance">D, q² row by row.</param>
    /// <param name="q">Order.</param>
    /// <returns>The number of eigenvalues of its correlation matrix above rounding.</returns>
    internal static int Rank(ReadOnlySpan<double> covariance, int q)
    {
        Span<double> correlation = stackalloc double[q * q];
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                double scale = Math.Sqrt(covariance[(a * q) + a] * covariance[(b * q) + b]);
                correlation[(a * q) + b] = scale > 0 ? covariance[(a * q) + b] / scale : 0;
            }
        }

        Span<double> values = stackalloc double[q];
        SymmetricEigen.Decompose(correlation, q, values, stackalloc double[q * q]);
        int rank = 0;
        foreach (double value in values)
        {
            if (value > 1e-10) rank++;
        }

        return rank;
    }
}
