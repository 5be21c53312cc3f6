namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Dense matrices of a few rows, for code that runs a few times a fit; square ones row by row.</summary>
internal static class SmallMatrices
{
    /// <summary>LR.</summary>
    internal static double[] Multiply(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int n)
    {
        var product = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int e = 0; e < n; e++)
            {
                for (int j = 0; j < n; j++) product[(i * n) + j] += left[(i * n) + e] * right[(e * n) + j];
            }
        }

        return product;
    }

    /// <summary>A S Aᵀ, symmetric to the last bit.</summary>
    internal static double[] Congruence(ReadOnlySpan<double> a, ReadOnlySpan<double> s, int n)
    {
        double[] half = Multiply(a, s, n), form = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int e = 0; e < n; e++) sum += half[(i * n) + e] * a[(j * n) + e];
                form[(i * n) + j] = form[(j * n) + i] = sum;
            }
        }

        return form;
    }

    /// <summary>A S Aᵀ for a rectangular A, symmetric to the last bit.</summary>
    /// <param name="a">A, r×n.</param>
    /// <param name="s">S, n² row by row.</param>
    internal static double[,] Congruence(double[,] a, ReadOnlySpan<double> s)
    {
        int rows = a.GetLength(0), n = a.GetLength(1);
        var result = new double[rows, rows];
        var half = new double[n];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < n; j++)
            {
                half[j] = 0;
                for (int e = 0; e < n; e++) half[j] += a[i, e] * s[(e * n) + j];
            }

            for (int r = 0; r <= i; r++)
            {
                double sum = 0;
                for (int j = 0; j < n; j++) sum += half[j] * a[r, j];
                result[i, r] = result[r, i] = sum;
            }
        }

        return result;
    }

    /// <summary>A power of a positive definite matrix; eigenvalues that rounding left at or below 0 count as tiny.
    /// </summary>
    internal static double[] Power(ReadOnlySpan<double> matrix, int n, double exponent)
    {
        double[] values = new double[n], vectors = new double[n * n], power = new double[n * n];
        SymmetricEigen.Decompose(matrix.ToArray(), n, values, vectors);
        double least = 1e-14 * values.Max();
        for (int e = 0; e < n; e++)
        {
            double value = Math.Pow(Math.Max(values[e], least), exponent);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++) power[(i * n) + j] += vectors[(i * n) + e] * value * vectors[(j * n) + e];
            }
        }

        return power;
    }

    /// <summary>G S Gᵀ with G = L R⁻¹; NaN where R is singular.</summary>
    /// <param name="left">L.</param>
    /// <param name="right">R.</param>
    /// <param name="covariance">S.</param>
    internal static double[,] Propagate(double[,] left, double[,] right, double[,] covariance)
    {
        int n = left.GetLength(0);
        double[,] gain = new double[n, n], result = new double[n, n];

        // Row i of G solves Rᵀg = l_i.
        for (int i = 0; i < n; i++)
        {
            var row = new double[n];
            for (int j = 0; j < n; j++) row[j] = left[i, j];
            SolveTransposed(right, row);
            for (int j = 0; j < n; j++) gain[i, j] = row[j];
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                for (int a = 0; a < n; a++)
                {
                    for (int b = 0; b < n; b++) result[i, j] += gain[i, a] * covariance[a, b] * gain[j, b];
                }
            }
        }

        return result;
    }

    /// <summary>Solves AX = B in place by Gauss–Jordan elimination with partial pivoting.</summary>
    /// <param name="system">[A B], n rows of <paramref name="width"/>; B is overwritten by X, not finite where A is
    /// singular.</param>
    /// <param name="n">Order of A.</param>
    /// <param name="width">n and the columns of B.</param>
    internal static void Eliminate(Span<double> system, int n, int width)
    {
        for (int c = 0; c < n; c++)
        {
            int pivot = c;
            for (int i = c + 1; i < n; i++)
            {
                if (Math.Abs(system[(i * width) + c]) > Math.Abs(system[(pivot * width) + c])) pivot = i;
            }

            Span<double> row = system.Slice(c * width, width), other = system.Slice(pivot * width, width);
            for (int j = c; j < width && pivot != c; j++) (row[j], other[j]) = (other[j], row[j]);
            for (int j = width - 1; j >= c; j--) row[j] /= row[c];
            for (int i = 0; i < n; i++)
            {
                double factor = system[(i * width) + c];
                if (i == c || factor == 0) continue;
                Span<double> target = system.Slice(i * width, width);
                for (int j = c; j < width; j++) target[j] -= factor * row[j];
            }
        }
    }

    // Rᵀx = b by elimination with partial pivoting; x overwrites b.
    private static void SolveTransposed(double[,] r, double[] b)
    {
        int n = b.Length;
        var a = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) a[i, j] = r[j, i];
        }

        for (int c = 0; c < n; c++)
        {
            int pivot = c;
            for (int i = c + 1; i < n; i++)
            {
                if (Math.Abs(a[i, c]) > Math.Abs(a[pivot, c])) pivot = i;
            }

            (b[c], b[pivot]) = (b[pivot], b[c]);
            for (int j = 0; j < n; j++) (a[c, j], a[pivot, j]) = (a[pivot, j], a[c, j]);
            for (int i = c + 1; i < n; i++)
            {
                double factor = a[i, c] / a[c, c];
                for (int j = c; j < n; j++) a[i, j] -= factor * a[c, j];
                b[i] -= factor * b[c];
            }
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < n; j++) b[i] -= a[i, j] * b[j];
            b[i] /= a[i, i];
        }
    }
}
