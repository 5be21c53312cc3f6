namespace Glmm.Sparse.Tables;

/// <summary>A table to be, of records: names its columns and says how each is read off a record. Immutable; every call
/// gives a new one.</summary>
/// <typeparam name="T">The records' type.</typeparam>
public sealed class RecordTable<T>
{
    private readonly IEnumerable<T> _records;
    private readonly IReadOnlyList<Func<Cells>> _columns;

    internal RecordTable(IEnumerable<T> records, IReadOnlyList<Func<Cells>> columns) =>
        (_records, _columns) = (records, columns);

    /// <summary>Adds a column of numbers.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="value">The number of a record; NaN is no missing value but a wrong one.</param>
    /// <returns>The table with the column.</returns>
    public RecordTable<T> Number(string name, Func<T, double> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return With(name, () =>
        {
            var builder = new NumericColumnBuilder(name);
            return new Cells(record => builder.Add(value(record)), builder.Build);
        });
    }

    /// <summary>Adds a column of numbers, some of which may be missing.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="value">The number of a record; null where it is missing.</param>
    /// <returns>The table with the column.</returns>
    public RecordTable<T> Number(string name, Func<T, double?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Number(name, record => value(record) ?? TableColumn.MissingValue);
    }

    /// <summary>Adds a column of texts.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="value">The text of a record; null where it is missing.</param>
    /// <returns>The table with the column.</returns>
    public RecordTable<T> Text(string name, Func<T, string?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return With(name, () =>
        {
            var builder = new TextColumnBuilder(name);
            return new Cells(Add, builder.BuildText);

            void Add(T record)
            {
                if (value(record) is { } text)
                    builder.Add(text);
                else
                    builder.AddMissing();
            }
        });
    }

    /// <summary>Adds a column of truth values.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="value">The truth of a record.</param>
    /// <returns>The table with the column.</returns>
    public RecordTable<T> Boolean(string name, Func<T, bool> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Boolean(name, bool? (record) => value(record));
    }

    /// <summary>Adds a column of truth values, some of which may be missing.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="value">The truth of a record; null where it is missing.</param>
    /// <returns>The table with the column.</returns>
    public RecordTable<T> Boolean(string name, Func<T, bool?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return With(name, () =>
        {
            var builder = new BooleanColumnBuilder(name);
            return new Cells(record => builder.Add(value(record)), builder.Build);
        });
    }

    /// <summary>Adds a column of days, which formulas take as numbers: days since 1970-01-01, as in R.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="value">The day of a record; null where it is missing.</param>
    /// <returns>The table with the column.</returns>
    public RecordTable<T> Date(string name, Func<T, DateOnly?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return With(name, () =>
        {
            var builder = new NumericColumnBuilder(name);
            return new Cells(
                record => builder.Add(value(record) is { } day ? DateColumn.ToDays(day) : TableColumn.MissingValue),
                () => new DateColumn(builder.Build(), DateUnit.Days));
        });
    }

    /// <summary>Adds a column of points in time, which formulas take as seconds since the beginning of 1970, as in R.
    /// </summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="value">The time of a record, taken as it reads, whatever its kind; null where it is
    /// missing.</param>
    /// <returns>The table with the column.</returns>
    public RecordTable<T> Time(string name, Func<T, DateTime?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return With(name, () =>
        {
            var builder = new NumericColumnBuilder(name);
            return new Cells(
                record => builder.Add(value(record) is { } time
                    ? DateColumn.ToSeconds(time)
                    : TableColumn.MissingValue),
                () => new DateColumn(builder.Build(), DateUnit.Seconds));
        });
    }

    /// <summary>Reads the records and makes the table.</summary>
    /// <returns>A row for each record, the columns in the order in which they were added.</returns>
    /// <exception cref="InvalidModelDataException">Two columns share a name.</exception>
    public ColumnTable ToTable()
    {
        Cells[] columns = [.. _columns.Select(static start => start())];
        int rows = 0;
        foreach (T record in _records)
        {
            foreach (Cells column in columns) column.Add(record);
            rows++;
        }

        TableColumn[] finished = [.. columns.Select(static column => column.Finish())];
        return ColumnTable.FromSource(finished, [.. finished.Select(static column => column.Name)], rows);
    }

    private RecordTable<T> With(string name, Func<Cells> column)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new RecordTable<T>(_records, [.. _columns, column]);
    }

    /// <summary>A column while the records are read.</summary>
    internal sealed record Cells(Action<T> Add, Func<TableColumn> Finish);
}
