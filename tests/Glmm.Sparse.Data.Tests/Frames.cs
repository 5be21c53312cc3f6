using Glmm.Sparse.Tables;
using Microsoft.Data.Analysis;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Makes data frames of a table. These know no days: there a time at midnight stands for one.</summary>
internal static class Frames
{
    public static DataFrame Of(ColumnTable table) => new(table.Columns.Select(Column));

    private static DataFrameColumn Column(TableColumn column)
    {
        IEnumerable<int> rows = Enumerable.Range(0, column.Length);
        return column switch
        {
            DateColumn times => new PrimitiveDataFrameColumn<DateTime>(column.Name, rows.Select(DateTime? (row) =>
                times.IsMissing(row) ? null
                : times.Unit == DateUnit.Days ? DateTime.UnixEpoch.AddDays(times[row])
                : SampleTables.Time(times[row]))),
            NumericColumn numbers => new PrimitiveDataFrameColumn<double>(
                column.Name, rows.Select(double? (row) => numbers.IsMissing(row) ? null : numbers[row])),
            BooleanColumn truths => new PrimitiveDataFrameColumn<bool>(
                column.Name, rows.Select(bool? (row) => truths.IsMissing(row) ? null : truths[row] == 1)),
            _ => new StringDataFrameColumn(column.Name, rows.Select(row => SampleTables.Text(column, row)!)),
        };
    }
}
