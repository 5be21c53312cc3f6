namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Cholesky factorisation A = LLᵀ of one dense symmetric matrix of some tens or hundreds of rows.</summary>
/// <remarks>
/// Storage is the full n×n square, row by row; of A and L only the lower triangle is read or written. Row-oriented
/// (inner products of contiguous rows), Golub &amp; Van Loan, Matrix Computations, 4th ed., §4.2; its error bound is
/// invariant to the scaling of rows and columns, so badly scaled predictors need no equilibration. Every operation is
/// fused and in fixed order: the same bits on every processor. Nothing is allocated.
/// </remarks>
public static class DenseCholesky
{
    /// <summary>Overwrites the lower triangle of A with L.</summary>
    /// <param name="a">A, n×n.</param>
    /// <param name="n">Order.</param>
    /// <returns>
    /// The first column whose pivot is not a positive finite number, which is where A stops being positive definite, or
    /// −1. After a failure <paramref name="a"/> holds nothing of use.
    /// </returns>
    public static int Factor(Span<double> a, int n)
    {
        CheckSquare(a, n);
        for (int i = 0; i < n; i++)
        {
            Span<double> rowI = a.Slice(i * n, i + 1);
            for (int j = 0; j < i; j++)
            {
                ReadOnlySpan<double> rowJ = a.Slice(j * n, j + 1);
                rowI[j] = (rowI[j] - FusedSums.Dot(rowI[..j], rowJ[..j])) / rowJ[j];
            }

            double pivot = rowI[i] - FusedSums.Dot(rowI[..i], rowI[..i]);
            if (!(pivot > 0 && pivot < double.PositiveInfinity)) // NaN fails too
                return i;
            rowI[i] = Math.Sqrt(pivot);
        }

        return -1;
    }

    /// <summary>Solves Ax = b in place.</summary>
    /// <param name="l">The factor, n×n.</param>
    /// <param name="n">Order.</param>
    /// <param name="b">n values, overwritten by x.</param>
    public static void Solve(ReadOnlySpan<double> l, int n, Span<double> b)
    {
        SolveLower(l, n, b);
        SolveLowerTransposed(l, n, b);
    }

    /// <summary>Solves Lx = b in place.</summary>
    /// <param name="l">The factor, n×n.</param>
    /// <param name="n">Order.</param>
    /// <param name="b">n values, overwritten by x.</param>
    public static void SolveLower(ReadOnlySpan<double> l, int n, Span<double> b)
    {
        CheckSquare(l, n);
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> rowI = l.Slice(i * n, i + 1);
            b[i] = (b[i] - FusedSums.Dot(rowI[..i], b[..i])) / rowI[i];
        }
    }

    /// <summary>Solves Lᵀx = b in place.</summary>
    /// <param name="l">The factor, n×n.</param>
    /// <param name="n">Order.</param>
    /// <param name="b">n values, overwritten by x.</param>
    public static void SolveLowerTransposed(ReadOnlySpan<double> l, int n, Span<double> b)
    {
        CheckSquare(l, n);
        for (int i = n - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> rowI = l.Slice(i * n, i + 1);
            b[i] /= rowI[i];
            FusedSums.AddMultiple(-b[i], rowI[..i], b[..i]);
        }
    }

    /// <summary>A⁻¹ = L⁻ᵀL⁻¹, both triangles.</summary>
    /// <param name="l">The factor, n×n.</param>
    /// <param name="n">Order.</param>
    /// <param name="inverse">Takes A⁻¹, n×n; may be <paramref name="l"/> itself.</param>
    public static void Invert(ReadOnlySpan<double> l, int n, Span<double> inverse)
    {
        CheckSquare(l, n);
        CheckSquare(inverse, n);
        l[..(n * n)].CopyTo(inverse);
        InvertLower(inverse, n);
        SquareLower(inverse, n);
    }

    /// <summary>Overwrites a lower triangle M by both triangles of MᵀM: L⁻¹ by A⁻¹.</summary>
    /// <param name="m">M, n×n; above the diagonal only written.</param>
    /// <param name="n">Order.</param>
    internal static void SquareLower(Span<double> m, int n)
    {
        CheckSquare(m, n);

        // Row i of MᵀM is Σ_{r≥i} M_ri · (row r of M up to column i): it needs no row above i, so M can be overwritten.
        for (int i = 0; i < n; i++)
        {
            Span<double> rowI = m.Slice(i * n, i + 1);
            double diagonal = rowI[i];
            for (int j = 0; j <= i; j++)
                rowI[j] *= diagonal;
            for (int r = i + 1; r < n; r++)
            {
                ReadOnlySpan<double> rowR = m.Slice(r * n, i + 1);
                FusedSums.AddMultiple(rowR[i], rowR, rowI);
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
                m[j * n + i] = m[i * n + j];
        }
    }

    /// <summary>log|A| = 2 Σ log l_jj.</summary>
    /// <param name="l">The factor, n×n.</param>
    /// <param name="n">Order.</param>
    public static double LogDeterminant(ReadOnlySpan<double> l, int n)
    {
        CheckSquare(l, n);
        double sum = 0;
        for (int j = 0; j < n; j++)
            sum += Math.Log(l[j * n + j]);
        return 2 * sum;
    }

    /// <summary>Overwrites the lower triangle of L by L⁻¹.</summary>
    /// <param name="m">L, n×n.</param>
    /// <param name="n">Order.</param>
    internal static void InvertLower(Span<double> m, int n)
    {
        CheckSquare(m, n);

        // Row i is −(Σ_{r<i} l_ir M_r) / l_ii. Step r adds to columns up to r only, so l_i(r+1) is still there.
        for (int i = 0; i < n; i++)
        {
            Span<double> rowI = m.Slice(i * n, i + 1);
            double reciprocal = 1 / rowI[i];
            for (int r = 0; r < i; r++)
            {
                double factor = rowI[r];
                rowI[r] = 0;
                FusedSums.AddMultiple(factor, m.Slice(r * n, r + 1), rowI[..(r + 1)]);
            }

            for (int j = 0; j < i; j++)
                rowI[j] *= -reciprocal;
            rowI[i] = reciprocal;
        }
    }

    private static void CheckSquare(ReadOnlySpan<double> a, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, checked(n * n), nameof(a));
    }
}
