using System.Runtime.CompilerServices;
using Glmm.Sparse.LinearAlgebra;
using global::CSparse;
using global::CSparse.Ordering;
using global::CSparse.Storage;
using SparseCholesky = global::CSparse.Double.Factorization.SparseCholesky;
using SparseMatrix = global::CSparse.Double.SparseMatrix;

namespace Glmm.Sparse.CSparse;

/// <summary>
/// The general sparse Cholesky factorisation of CSparse behind our interface: PAPᵀ = LLᵀ with a fill-reducing order P,
/// for matrices that are not block diagonal, and as the yardstick for those that are.
/// </summary>
/// <remarks>
/// The order (minimum degree of A + Aᵀ) is found once, at construction; CSparse repeats the rest of its symbolic
/// analysis, and allocates the factor, in every <see cref="Factor"/>. Not thread-safe. Davis, Direct Methods for Sparse
/// Linear Systems (2006), ch. 4.
/// </remarks>
public sealed class CSparseCholesky : ISparseFactorization
{
    private readonly SparseMatrix _matrix;
    private readonly int[] _order;
    private readonly double[] _solution;
    private SparseCholesky? _cholesky;
    private double _logDeterminant;

    /// <summary>Finds the fill-reducing order.</summary>
    /// <param name="matrix">
    /// A symmetric matrix with both triangles, or the upper one, which alone is read; its values may change later, its
    /// structure may not.
    /// </param>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    public CSparseCholesky(CscMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.RowCount != matrix.ColumnCount)
            throw new ArgumentException($"{matrix.RowCount}×{matrix.ColumnCount} is not square.", nameof(matrix));
        _matrix = matrix.ToCSparse();
        _order = matrix.RowCount == 0 ? [] : AMD.Generate(_matrix, ColumnOrdering.MinimumDegreeAtPlusA);
        _solution = new double[matrix.RowCount];
    }

    /// <inheritdoc/>
    public long Order => _solution.Length;

    /// <summary>Number of entries of L; 0 while there is no factor.</summary>
    public int FactorEntryCount => _cholesky?.NonZerosCount ?? 0;

    /// <inheritdoc/>
    public double LogDeterminant
    {
        get
        {
            ThrowIfNoFactor();
            return _logDeterminant;
        }
    }

    /// <summary>Factors the matrix as its values stand now.</summary>
    /// <returns>
    /// −1, or the first column at which the matrix, in its own order, stops being positive definite (NaN and infinity
    /// do).
    /// </returns>
    public int Factor()
    {
        _cholesky = null;
        if (_order.Length == 0)
            return -1;

        (_cholesky, _logDeterminant) = TryFactor(_matrix, _order);
        return _cholesky is null ? FirstIndefiniteColumn() : -1;
    }

    /// <inheritdoc/>
    public void Solve(Span<double> b)
    {
        if (b.Length != _solution.Length)
            throw new ArgumentException($"Needs {_solution.Length} values, has {b.Length}.", nameof(b));
        if (b.Length == 0)
            return;
        ThrowIfNoFactor();
        _cholesky!.Solve(b, _solution);
        _solution.CopyTo(b);
    }

    private void ThrowIfNoFactor()
    {
        if (_cholesky is null && _order.Length > 0)
            throw new InvalidOperationException("There is no factor: call Factor, and use it only if it returned -1.");
    }

    private static (SparseCholesky? Cholesky, double LogDeterminant) TryFactor(SparseMatrix matrix, int[] order)
    {
        SparseCholesky cholesky;
        try
        {
            cholesky = SparseCholesky.Create(matrix, order);
        }
        catch (Exception exception) when (exception.GetType() == typeof(Exception))
        {
            return (null, double.NaN); // its way to say "not positive definite", by no type of its own
        }

        // A NaN passes its test of the pivot, so look at what came out. The diagonal leads each column of L.
        CompressedColumnStorage<double> l = FactorOf(cholesky);
        double sum = 0;
        for (int column = 0; column < l.ColumnCount; column++)
            sum += Math.Log(l.Values[l.ColumnPointers[column]]);
        return double.IsFinite(sum) ? (cholesky, 2 * sum) : (null, double.NaN);
    }

    // CSparse does not say where it failed. Leading submatrices are positive definite up to some order and none beyond,
    // so bisection finds it; only failures pay for that.
    private int FirstIndefiniteColumn()
    {
        (int definite, int indefinite) = (0, _order.Length);
        while (indefinite - definite > 1)
        {
            int middle = definite + (indefinite - definite) / 2;
            SparseMatrix leading = Leading(middle);
            int[] order = AMD.Generate(leading, ColumnOrdering.MinimumDegreeAtPlusA);
            bool success = TryFactor(leading, order).Cholesky is not null;
            (definite, indefinite) = success ? (middle, indefinite) : (definite, middle);
        }

        return indefinite - 1;
    }

    private SparseMatrix Leading(int order)
    {
        var pointers = new int[order + 1];
        var rows = new int[_matrix.ColumnPointers[order]];
        var values = new double[rows.Length];
        int count = 0;
        for (int column = 0; column < order; column++)
        {
            for (int entry = _matrix.ColumnPointers[column]; entry < _matrix.ColumnPointers[column + 1]; entry++)
            {
                if (_matrix.RowIndices[entry] >= order)
                    continue;
                rows[count] = _matrix.RowIndices[entry];
                values[count++] = _matrix.Values[entry];
            }

            pointers[column + 1] = count;
        }

        return new SparseMatrix(order, order, values, rows, pointers);
    }

    // CSparse keeps its factor to itself, and no public member gives the determinant. The package version is pinned,
    // and a test compares with a dense determinant.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "L")]
    private static extern ref CompressedColumnStorage<double> FactorOf(SparseCholesky cholesky);
}
