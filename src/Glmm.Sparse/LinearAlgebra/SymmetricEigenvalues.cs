namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// Eigenvalues alone, of a symmetric matrix of up to some hundred rows: Householder's reduction to a tridiagonal
/// matrix, then implicit QL steps. For a few rows, and where the vectors are wanted, there is <see
/// cref="SymmetricEigen"/>.
/// </summary>
/// <remarks>Golub &amp; Van Loan, Matrix Computations, 4th ed., §8.3; O(n³). Absolute errors are some roundings of the
/// largest eigenvalue.</remarks>
internal static class SymmetricEigenvalues
{
    private const int MostSteps = 60;

    /// <summary>Computes them.</summary>
    /// <param name="matrix">A, n² row by row, symmetric; overwritten.</param>
    /// <param name="n">Order.</param>
    /// <param name="values">Overwritten by the eigenvalues, in no particular order.</param>
    internal static void Compute(Span<double> matrix, int n, Span<double> values)
    {
        if (n == 0) return;
        var off = new double[n];
        Tridiagonalise(matrix, n, values, off);
        for (int l = 0; l < n; l++)
        {
            for (int step = 0; ; step++)
            {
                int m = l;
                while (m < n - 1 && Math.Abs(off[m]) > 1.1e-16 * (Math.Abs(values[m]) + Math.Abs(values[m + 1]))) m++;
                if (m == l || step == MostSteps) break;
                ImplicitStep(values, off, l, m);
            }
        }
    }

    // A becomes tridiagonal from its last row up: diagonal d, and below it off[0 … n − 2].
    private static void Tridiagonalise(Span<double> a, int n, Span<double> d, double[] off)
    {
        var product = new double[n];
        for (int i = n - 1; i > 0; i--)
        {
            Span<double> u = a.Slice(i * n, i);
            double norm = Math.Sqrt(FusedSums.Dot(u, u));
            d[i] = a[(i * n) + i];
            off[i - 1] = norm;
            if (norm == 0 || i == 1)
            {
                off[i - 1] = i == 1 ? u[0] : 0;
                continue;
            }

            // The reflection I − 2uuᵀ/uᵀu takes the row onto its last element.
            double head = u[i - 1];
            off[i - 1] = head > 0 ? -norm : norm;
            u[i - 1] -= off[i - 1];
            double half = norm * (norm + Math.Abs(head));
            Span<double> w = product.AsSpan(0, i);
            for (int r = 0; r < i; r++)
            {
                // Of the leading block only the lower triangle is kept up.
                double sum = FusedSums.Dot(a.Slice(r * n, r + 1), u[..(r + 1)]);
                for (int c = r + 1; c < i; c++) sum += a[(c * n) + r] * u[c];
                w[r] = sum / half;
            }

            double overlap = FusedSums.Dot(w, u) / (2 * half);
            FusedSums.AddMultiple(-overlap, u, w);
            for (int r = 0; r < i; r++)
            {
                FusedSums.AddMultiple(-w[r], u[..(r + 1)], a.Slice(r * n, r + 1));
                FusedSums.AddMultiple(-u[r], w[..(r + 1)], a.Slice(r * n, r + 1));
            }
        }

        d[0] = a[0];
    }

    // One QL step with Wilkinson's shift on rows l … m.
    private static void ImplicitStep(Span<double> d, double[] off, int l, int m)
    {
        double g = (d[l + 1] - d[l]) / (2 * off[l]);
        double root = Hypotenuse(g, 1);
        g = d[m] - d[l] + (off[l] / (g + Math.CopySign(root, g)));
        double s = 1, c = 1, p = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = s * off[i], b = c * off[i];
            root = Hypotenuse(f, g);
            off[i + 1] = root;
            if (root == 0)
            {
                d[i + 1] -= p;
                off[m] = 0;
                return;
            }

            s = f / root;
            c = g / root;
            g = d[i + 1] - p;
            root = ((d[i] - g) * s) + (2 * c * b);
            p = s * root;
            d[i + 1] = g + p;
            g = (c * root) - b;
        }

        d[l] -= p;
        off[l] = g;
        off[m] = 0;
    }

    private static double Hypotenuse(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
