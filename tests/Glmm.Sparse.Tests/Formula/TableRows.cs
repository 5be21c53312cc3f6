using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Tables made of rows of other tables.</summary>
internal static class TableRows
{
    /// <summary>Some rows of a table, every column of the kind it had.</summary>
    public static ColumnTable Rows(this ColumnTable table, params int[] rows) =>
        ColumnTable.FromColumns([.. table.Columns.Select(column => Rows(column, rows))]);

    /// <summary>The table with a column in place of the one of its name, or added.</summary>
    public static ColumnTable With(this ColumnTable table, TableColumn column) =>
        ColumnTable.FromColumns([.. table.Columns.Where(other => other.Name != column.Name), column]);

    /// <summary>The table without a column.</summary>
    public static ColumnTable Without(this ColumnTable table, string name) =>
        ColumnTable.FromColumns([.. table.Columns.Where(column => column.Name != name)]);

    private static TableColumn Rows(TableColumn column, int[] rows) => column switch
    {
        NumericColumn numbers => TableColumn.Numeric(column.Name, [.. rows.Select(row => numbers[row])]),
        BooleanColumn truths => TableColumn.Boolean(
            column.Name, [.. rows.Select(row => truths.IsMissing(row) ? (bool?)null : truths[row] == 1)]),
        _ => TableColumn.Text(
            column.Name, [.. rows.Select(row => column.IsMissing(row) ? null : column.LabelAt(row))]),
    };
}
