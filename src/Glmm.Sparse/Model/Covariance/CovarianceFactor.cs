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
