namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// A Cholesky factorisation of one symmetric positive definite sparse matrix, bound to that matrix when it is made: its
/// structure is analysed once, its values may change before each <see cref="Factor"/>.
/// </summary>
public interface ISparseFactorization
{
    /// <summary>Number of rows and columns.</summary>
    public long Order { get; }

    /// <summary>log|A| of the matrix last factored.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no factor: none was made, or the last attempt failed.
    /// </exception>
    public double LogDeterminant { get; }

    /// <summary>Factors the matrix as its values stand now.</summary>
    /// <returns>
    /// −1, or where the matrix fails to be positive definite: the first such block where blocks are known, else a
    /// column.
    /// </returns>
    public int Factor();

    /// <summary>Solves Ax = b in place.</summary>
    /// <param name="b">As many values as the matrix has rows, overwritten by x.</param>
    /// <exception cref="InvalidOperationException">
    /// There is no factor: none was made, or the last attempt failed.
    /// </exception>
    public void Solve(Span<double> b);
}
