namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Eigenvalues and vectors of a small symmetric matrix by cyclic Jacobi rotations.</summary>
/// <remarks>
/// Golub &amp; Van Loan, Matrix Computations, §8.5. Jacobi is the right tool for a few rows: it is short, allocates
/// nothing and finds tiny eigenvalues of a scaled matrix to high relative accuracy.
/// </remarks>
internal static class SymmetricEigen
{
    /// <summary>Decomposes A = V diag(values) Vᵀ.</summary>
    /// <param name="matrix">A, n² row by row, symmetric; overwritten.</param>
    /// <param name="n">Order.</param>
    /// <param name="values">Overwritten by the eigenvalues, in no particular order.</param>
    /// <param name="vectors">Overwritten by V, n² row by row, one eigenvector a column.</param>
    internal static void Decompose(Span<double> matrix, int n, Span<double> values, Span<double> vectors)
    {
        vectors.Clear();
        for (int i = 0; i < n; i++) vectors[(i * n) + i] = 1;
        for (int sweep = 0; sweep < 60; sweep++)
        {
            double off = 0, diagonal = 0;
            for (int i = 0; i < n; i++)
            {
                diagonal += matrix[(i * n) + i] * matrix[(i * n) + i];
                for (int j = 0; j < i; j++) off += matrix[(i * n) + j] * matrix[(i * n) + j];
            }

            if (!(off > 1e-34 * diagonal)) break;
            for (int i = 1; i < n; i++)
            {
                for (int j = 0; j < i; j++) Rotate(matrix, vectors, n, j, i);
            }
        }

        for (int i = 0; i < n; i++) values[i] = matrix[(i * n) + i];
    }

    private static void Rotate(Span<double> a, Span<double> v, int n, int p, int q)
    {
        double apq = a[(p * n) + q];
        if (apq == 0) return;
        double tau = (a[(q * n) + q] - a[(p * n) + p]) / (2 * apq);
        double t = Math.CopySign(1, tau) / (Math.Abs(tau) + Math.Sqrt(1 + (tau * tau)));
        double c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
        for (int k = 0; k < n; k++)
        {
            double kp = a[(k * n) + p], kq = a[(k * n) + q];
            a[(k * n) + p] = (c * kp) - (s * kq);
            a[(k * n) + q] = (s * kp) + (c * kq);
        }

        for (int k = 0; k < n; k++)
        {
            double pk = a[(p * n) + k], qk = a[(q * n) + k];
            a[(p * n) + k] = (c * pk) - (s * qk);
            a[(q * n) + k] = (s * pk) + (c * qk);
            double vp = v[(k * n) + p], vq = v[(k * n) + q];
            v[(k * n) + p] = (c * vp) - (s * vq);
            v[(k * n) + q] = (s * vp) + (c * vq);
        }
    }
}
