using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Compares tables.</summary>
internal static class Tables
{
    /// <summary>Equal to the last bit: kinds, values, missing ones and the codes of texts.</summary>
    public static void AssertEqual(ColumnTable actual, ColumnTable expected)
    {
        Assert.That(actual.RowCount, Is.EqualTo(expected.RowCount));
        Assert.That(
            actual.Columns.Select(Description), Is.EqualTo(expected.Columns.Select(Description)), "names and kinds");
        foreach ((TableColumn column, TableColumn wanted) in actual.Columns.Zip(expected.Columns))
        {
            for (int row = 0; row < expected.RowCount; row++)
            {
                if (Cell(column, row) == Cell(wanted, row)) continue;
                Assert.Fail(
                    $"{column.Name}, row {row}: {column.LabelAt(row)} instead of {wanted.LabelAt(row)}");
            }
        }
    }

    /// <summary>The labels of a column, null where a value is missing.</summary>
    public static string?[] Labels(TableColumn column) =>
        [.. Enumerable.Range(0, column.Length).Select(row => SampleTables.Text(column, row))];

    /// <summary>The labels of a table's column.</summary>
    public static string?[] Labels(ColumnTable table, string column) => Labels(table[column]!);

    private static string Description(TableColumn column) => $"{column.Name}: {column.Kind}";

    private static long Cell(TableColumn column, int row) => column switch
    {
        NumericColumn numbers => BitConverter.DoubleToInt64Bits(numbers[row]),
        BooleanColumn truths => truths[row],
        TextColumn { } text when text.IsMissing(row) => -1,
        TextColumn text => string.GetHashCode(text.Texts[text[row]], StringComparison.Ordinal) ^ ((long)text[row] << 32),
        _ => throw new ArgumentException(column.Kind),
    };
}
