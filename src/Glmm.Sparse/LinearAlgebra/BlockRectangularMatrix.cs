using System.Globalization;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// Z = blockdiag(Z_1, …, Z_k), the random-effect design: k blocks of n_i rows and q columns each, and zeros elsewhere,
/// which are never stored.
/// </summary>
/// <remarks>
/// Block after block, column after column within a block: just the order in which compressed columns list the entries,
/// so <see cref="ToCsc"/> shares the values. Products run over rows with fused steps in fixed order. Immutable as long
/// as nobody writes into the arrays, hence thread-safe.
/// </remarks>
public sealed class BlockRectangularMatrix
{
    /// <summary>Wraps the arrays; nothing is copied.</summary>
    /// <param name="columns">Columns q of each block, at least 1.</param>
    /// <param name="rowPointers">
    /// k + 1 ascending positions: block i has rows rowPointers[i] … rowPointers[i+1] − 1.
    /// </param>
    /// <param name="values">n·q values, block by block, each column by column.</param>
    /// <exception cref="ArgumentException">The arrays do not fit together.</exception>
    public BlockRectangularMatrix(int columns, int[] rowPointers, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentNullException.ThrowIfNull(rowPointers);
        ArgumentNullException.ThrowIfNull(values);
        if (rowPointers.Length == 0 || rowPointers[0] != 0)
            throw Unfit($"row pointers start with 0");
        for (int i = 1; i < rowPointers.Length; i++)
        {
            if (rowPointers[i] < rowPointers[i - 1])
                throw Unfit($"block {i - 1} would end ({rowPointers[i]}) before it starts ({rowPointers[i - 1]})");
        }

        if (values.Length != (long)rowPointers[^1] * columns)
            throw Unfit($"{rowPointers[^1]} rows of {columns} columns are not {values.Length} values");
        BlockColumns = columns;
        RowPointers = rowPointers;
        Values = values;
    }

    /// <summary>Columns q of each block.</summary>
    public int BlockColumns { get; }

    /// <summary>Where the rows of each block start, and behind the last block the number of rows.</summary>
    public int[] RowPointers { get; }

    /// <summary>The values, block by block, each column by column.</summary>
    public double[] Values { get; }

    /// <summary>Number k of blocks.</summary>
    public int BlockCount => RowPointers.Length - 1;

    /// <summary>Number n of rows of the whole matrix.</summary>
    public int RowCount => RowPointers[^1];

    /// <summary>Number qk of columns of the whole matrix.</summary>
    public long ColumnCount => (long)BlockColumns * BlockCount;

    /// <summary>A column of a block, n_i values.</summary>
    /// <param name="block">Block.</param>
    /// <param name="column">Column within the block.</param>
    public ReadOnlySpan<double> Column(int block, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, BlockColumns);
        int rows = RowPointers[block + 1] - RowPointers[block];
        return Values.AsSpan(RowPointers[block] * BlockColumns + column * rows, rows);
    }

    /// <summary>target = Zb.</summary>
    /// <param name="b">qk values, block by block.</param>
    /// <param name="target">Takes n values.</param>
    public void MultiplyInto(ReadOnlySpan<double> b, Span<double> target)
    {
        CheckLength(b, ColumnCount, nameof(b));
        CheckLength(target, RowCount, nameof(target));
        for (int block = 0; block < BlockCount; block++)
        {
            Span<double> rows = target[RowPointers[block]..RowPointers[block + 1]];
            rows.Clear();
            for (int column = 0; column < BlockColumns; column++)
                FusedSums.AddMultiple(b[block * BlockColumns + column], Column(block, column), rows);
        }
    }

    /// <summary>target = Zᵀv.</summary>
    /// <param name="v">n values.</param>
    /// <param name="target">Takes qk values, block by block.</param>
    public void TransposeMultiplyInto(ReadOnlySpan<double> v, Span<double> target)
    {
        CheckLength(v, RowCount, nameof(v));
        CheckLength(target, ColumnCount, nameof(target));
        for (int block = 0; block < BlockCount; block++)
        {
            ReadOnlySpan<double> rows = v[RowPointers[block]..RowPointers[block + 1]];
            for (int column = 0; column < BlockColumns; column++)
                target[block * BlockColumns + column] = FusedSums.Dot(Column(block, column), rows);
        }
    }

    /// <summary>target = ZᵀWZ, W = diag(w).</summary>
    /// <param name="weights">w, n values.</param>
    /// <param name="target">k blocks of order q.</param>
    public void WeightedCrossProductInto(ReadOnlySpan<double> weights, BlockDiagonalMatrix target)
    {
        ArgumentNullException.ThrowIfNull(target);
        CheckLength(weights, RowCount, nameof(weights));
        if (target.BlockSize != BlockColumns || target.BlockCount != BlockCount)
        {
            throw Unfit(
                $"{target.BlockCount} products of order {target.BlockSize}, not {BlockCount} of order {BlockColumns}");
        }

        for (int block = 0; block < BlockCount; block++)
        {
            ReadOnlySpan<double> rows = weights[RowPointers[block]..RowPointers[block + 1]];
            for (int i = 0; i < BlockColumns; i++)
            {
                for (int j = 0; j <= i; j++)
                    target[block, i, j] = FusedSums.WeightedDot(rows, Column(block, i), Column(block, j));
            }
        }
    }

    /// <summary>The matrix by compressed columns; it shares the values.</summary>
    /// <exception cref="InvalidOperationException">It has more columns than that format can count.</exception>
    public CscMatrix ToCsc()
    {
        if (ColumnCount >= Array.MaxLength)
            throw new InvalidOperationException("More columns than compressed columns can count.");

        var pointers = new int[ColumnCount + 1];
        var rowIndices = new int[Values.Length];
        for (int block = 0, entry = 0; block < BlockCount; block++)
        {
            for (int column = 0; column < BlockColumns; column++)
            {
                for (int row = RowPointers[block]; row < RowPointers[block + 1]; row++, entry++)
                    rowIndices[entry] = row;
                pointers[block * BlockColumns + column + 1] = entry;
            }
        }

        return new CscMatrix(RowCount, (int)ColumnCount, pointers, rowIndices, Values);
    }

    /// <summary>Reads Z from compressed columns; entries that are not stored are zeros of their block.</summary>
    /// <param name="matrix">n×qk.</param>
    /// <param name="columns">Columns q of each block.</param>
    /// <param name="rowPointers">
    /// Where the rows of each block start, and behind the last block the number of rows.
    /// </param>
    /// <exception cref="ArgumentException">An entry lies outside the blocks, or the sizes do not fit.</exception>
    public static BlockRectangularMatrix FromCsc(CscMatrix matrix, int columns, int[] rowPointers)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentNullException.ThrowIfNull(rowPointers);
        if (rowPointers.Length == 0 || rowPointers[^1] != matrix.RowCount
            || matrix.ColumnCount != (rowPointers.Length - 1L) * columns)
        {
            throw Unfit($"{matrix.RowCount}×{matrix.ColumnCount} is not made of {rowPointers.Length - 1} such blocks");
        }

        var result = new BlockRectangularMatrix(
            columns, rowPointers, new double[checked(matrix.RowCount * columns)]);
        for (int j = 0; j < matrix.ColumnCount; j++)
        {
            (int block, int column) = Math.DivRem(j, columns);
            (int first, int end) = (rowPointers[block], rowPointers[block + 1]);
            Span<double> target = result.Values.AsSpan(first * columns + column * (end - first), end - first);
            for (int entry = matrix.ColumnPointers[j]; entry < matrix.ColumnPointers[j + 1]; entry++)
            {
                int row = matrix.RowIndices[entry];
                if (row < first || row >= end)
                    throw Unfit($"the entry in row {row}, column {j} is not in block {block}, rows {first}–{end - 1}");
                target[row - first] = matrix.Values[entry];
            }
        }

        return result;
    }

    private static void CheckLength(ReadOnlySpan<double> vector, long needed, string name)
    {
        if (vector.Length != needed)
            throw new ArgumentException($"Needs {needed} values, has {vector.Length}.", name);
    }

    private static ArgumentException Unfit(FormattableString fault) =>
        new("The blocks do not fit: " + fault.ToString(CultureInfo.InvariantCulture) + ".");
}
