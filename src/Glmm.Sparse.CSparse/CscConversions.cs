using Glmm.Sparse.LinearAlgebra;
using SparseMatrix = global::CSparse.Double.SparseMatrix;

namespace Glmm.Sparse.CSparse;

/// <summary>
/// Matrices by compressed columns from here to CSparse and back. Both libraries keep the same three arrays, so nothing
/// is copied: a value changed on one side is changed on the other.
/// </summary>
public static class CscConversions
{
    /// <summary>A CSparse matrix over the arrays of ours.</summary>
    /// <param name="matrix">Our matrix.</param>
    public static SparseMatrix ToCSparse(this CscMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new SparseMatrix(
            matrix.RowCount, matrix.ColumnCount, matrix.Values, matrix.RowIndices, matrix.ColumnPointers);
    }

    /// <summary>Our matrix over the arrays of a CSparse matrix.</summary>
    /// <param name="matrix">The CSparse matrix; its structure must not change afterwards.</param>
    /// <exception cref="ArgumentException">
    /// The rows of a column do not ascend strictly, which CSparse allows and <see cref="CscMatrix"/> does not;
    /// transposing the matrix twice sorts it.
    /// </exception>
    public static CscMatrix ToCscMatrix(this SparseMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new CscMatrix(
            matrix.RowCount, matrix.ColumnCount, matrix.ColumnPointers, matrix.RowIndices, matrix.Values);
    }
}
