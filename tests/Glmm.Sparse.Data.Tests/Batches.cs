using Apache.Arrow;
using Apache.Arrow.Types;
using Glmm.Sparse.Tables;
using DateUnit = Glmm.Sparse.Tables.DateUnit;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Makes Arrow record batches of a table.</summary>
internal static class Batches
{
    /// <summary>Batches of some rows each; each is a slice of one large batch.</summary>
    public static IEnumerable<RecordBatch> Of(ColumnTable table, int rows)
    {
        IArrowArray[] arrays = [.. table.Columns.Select(Array)];
        var schema = new Schema(
            table.Columns.Zip(arrays, static (column, array) => new Field(column.Name, array.Data.DataType, true)), null);
        var whole = new RecordBatch(schema, arrays, table.RowCount);
        for (int start = 0; start < table.RowCount; start += rows)
            yield return whole.Slice(start, Math.Min(rows, table.RowCount - start));
    }

    private static IArrowArray Array(TableColumn column)
    {
        IEnumerable<int> rows = Enumerable.Range(0, column.Length);
        switch (column)
        {
            case DateColumn { Unit: DateUnit.Days } days:
                var dates = new Date32Array.Builder();
                foreach (int row in rows)
                {
                    if (days.IsMissing(row))
                        dates.AppendNull();
                    else
                        dates.Append(DateTime.UnixEpoch.AddDays(days[row]));
                }

                return dates.Build();
            case DateColumn times:
                var stamps = new TimestampArray.Builder(TimeUnit.Microsecond, "UTC");
                foreach (int row in rows)
                {
                    if (times.IsMissing(row))
                        stamps.AppendNull();
                    else
                        stamps.Append(new DateTimeOffset(SampleTables.Time(times[row])));
                }

                return stamps.Build();
            case NumericColumn numbers when rows.All(row => numbers.IsMissing(row) || numbers[row] == (int)numbers[row]):
                var integers = new Int32Array.Builder();
                foreach (int row in rows) integers.Append(numbers.IsMissing(row) ? null : (int)numbers[row]);
                return integers.Build();
            case NumericColumn numbers:
                var doubles = new DoubleArray.Builder();
                foreach (int row in rows) doubles.Append(numbers.IsMissing(row) ? null : numbers[row]);
                return doubles.Build();
            case BooleanColumn truths:
                var booleans = new BooleanArray.Builder();
                foreach (int row in rows)
                {
                    if (truths.IsMissing(row))
                        booleans.AppendNull();
                    else
                        booleans.Append(truths[row] == 1);
                }

                return booleans.Build();
            default:
                var strings = new StringArray.Builder();
                foreach (int row in rows) strings.Append(SampleTables.Text(column, row));
                return strings.Build();
        }
    }
}
