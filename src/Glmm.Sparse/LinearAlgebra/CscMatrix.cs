using System.Globalization;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>
/// A sparse matrix by compressed columns, in the array layout of CSparse: column j has the entries
/// <c>ColumnPointers[j] … ColumnPointers[j+1] − 1</c> of <see cref="RowIndices"/> and <see cref="Values"/>.
/// </summary>
/// <remarks>
/// The arrays given are kept, not copied, so a matrix can be shared with another library; changing values is fine,
/// changing the structure is not. Davis, Direct Methods for Sparse Linear Systems (2006), §2.1.
/// </remarks>
public sealed class CscMatrix
{
    /// <summary>Wraps the three arrays.</summary>
    /// <param name="rowCount">Number of rows.</param>
    /// <param name="columnCount">Number of columns.</param>
    /// <param name="columnPointers">columnCount + 1 ascending positions, the first 0.</param>
    /// <param name="rowIndices">
    /// Row of every entry, strictly ascending within a column; spare room behind is allowed.
    /// </param>
    /// <param name="values">Value of every entry; as long as <paramref name="rowIndices"/>.</param>
    /// <exception cref="ArgumentException">The arrays do not describe a matrix; the message says where.</exception>
    public CscMatrix(int rowCount, int columnCount, int[] columnPointers, int[] rowIndices, double[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(columnCount);
        ArgumentNullException.ThrowIfNull(columnPointers);
        ArgumentNullException.ThrowIfNull(rowIndices);
        ArgumentNullException.ThrowIfNull(values);
        if (rowIndices.Length != values.Length)
            throw Invalid($"there is room for {rowIndices.Length} row indices but {values.Length} values");
        CheckPointers(columnCount, columnPointers, values.Length);
        CheckRows(rowCount, columnCount, columnPointers, rowIndices);

        RowCount = rowCount;
        ColumnCount = columnCount;
        ColumnPointers = columnPointers;
        RowIndices = rowIndices;
        Values = values;
    }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Number of columns.</summary>
    public int ColumnCount { get; }

    /// <summary>Where each column starts, and behind the last column the number of entries.</summary>
    public int[] ColumnPointers { get; }

    /// <summary>Row of every entry, strictly ascending within a column.</summary>
    public int[] RowIndices { get; }

    /// <summary>Value of every entry.</summary>
    public double[] Values { get; }

    /// <summary>Number of entries stored, zeros among them included.</summary>
    public int EntryCount => ColumnPointers[ColumnCount];

    /// <summary>The element in a row and column; 0 where no entry is stored.</summary>
    /// <param name="row">Row.</param>
    /// <param name="column">Column.</param>
    public double this[int row, int column] => TryGetEntry(row, column, out double value) ? value : 0;

    /// <summary>Looks an entry up, in time logarithmic in the length of its column.</summary>
    /// <param name="row">Row.</param>
    /// <param name="column">Column.</param>
    /// <param name="value">Its value, or 0.</param>
    /// <returns>Whether the entry is stored.</returns>
    public bool TryGetEntry(int row, int column, out double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, RowCount);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, ColumnCount);
        int start = ColumnPointers[column];
        int entry = Array.BinarySearch(RowIndices, start, ColumnPointers[column + 1] - start, row);
        value = entry >= 0 ? Values[entry] : 0;
        return entry >= 0;
    }

    private static void CheckPointers(int columnCount, int[] pointers, int capacity)
    {
        if (pointers.Length != columnCount + 1L)
            throw Invalid($"{columnCount} columns need {columnCount + 1L} column pointers, not {pointers.Length}");
        if (pointers[0] != 0)
            throw Invalid($"the first column pointer must be 0, not {pointers[0]}");
        for (int j = 0; j < columnCount; j++)
        {
            if (pointers[j + 1] < pointers[j])
                throw Invalid($"column {j} would end ({pointers[j + 1]}) before it starts ({pointers[j]})");
        }

        if (pointers[columnCount] > capacity)
            throw Invalid($"the columns hold {pointers[columnCount]} entries, the arrays only {capacity}");
    }

    private static void CheckRows(int rowCount, int columnCount, int[] pointers, int[] rows)
    {
        for (int j = 0; j < columnCount; j++)
        {
            int previous = -1;
            foreach (int row in rows.AsSpan(pointers[j]..pointers[j + 1]))
            {
                if ((uint)row >= (uint)rowCount)
                    throw Invalid($"column {j} has an entry in row {row}, but there are {rowCount} rows");
                if (row <= previous)
                    throw Invalid($"the rows of column {j} must ascend, but {row} follows {previous}; sort it");
                previous = row;
            }
        }
    }

    private static ArgumentException Invalid(FormattableString fault) =>
        new("No matrix by compressed columns: " + fault.ToString(CultureInfo.InvariantCulture) + ".");
}
