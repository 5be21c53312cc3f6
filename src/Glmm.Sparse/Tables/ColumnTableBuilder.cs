namespace Glmm.Sparse.Tables;

/// <summary>Makes a table of arrays, column by column. The values are copied. Not thread-safe.</summary>
/// <example><code>
/// ColumnTable table = new ColumnTableBuilder()
///     .Number("count", counts)
///     .Text("clinic", clinics)
///     .Date("visit", days)
///     .ToTable();
/// </code></example>
public sealed class ColumnTableBuilder
{
    private readonly List<TableColumn> _columns = [];

    /// <summary>Adds a column of numbers.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The numbers; NaN is no missing value but a wrong one.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Number(string name, ReadOnlySpan<double> values) => Numbers(name, values);

    /// <inheritdoc cref="Number(string, ReadOnlySpan{double})"/>
    public ColumnTableBuilder Number(string name, ReadOnlySpan<float> values) => Numbers(name, values);

    /// <inheritdoc cref="Number(string, ReadOnlySpan{double})"/>
    public ColumnTableBuilder Number(string name, ReadOnlySpan<int> values) => Numbers(name, values);

    /// <summary>Adds a column of whole numbers; it is one of text where a double does not hold all of them.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The numbers.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Number(string name, ReadOnlySpan<long> values) => Numbers(name, values);

    /// <summary>Adds a column of numbers, some of which may be missing.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The numbers; null where one is missing.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Number(string name, ReadOnlySpan<double?> values)
    {
        var builder = new NumericColumnBuilder(name);
        foreach (double? value in values) builder.Add(value ?? TableColumn.MissingValue);
        return With(builder.Build());
    }

    /// <inheritdoc cref="Number(string, ReadOnlySpan{double?})"/>
    public ColumnTableBuilder Number(string name, ReadOnlySpan<int?> values)
    {
        var builder = new NumericColumnBuilder(name);
        foreach (int? value in values) builder.Add(value ?? TableColumn.MissingValue);
        return With(builder.Build());
    }

    /// <summary>Adds a column of texts.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The texts; null where one is missing.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Text(string name, ReadOnlySpan<string?> values) => With(TableColumn.Text(name, values));

    /// <summary>Adds a column of texts that are given as codes, as categorical arrays are.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="codes">Indices into the texts, negative where one is missing.</param>
    /// <param name="texts">The texts.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Text(string name, ReadOnlySpan<int> codes, IReadOnlyList<string?> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var builder = new TextColumnBuilder(name);
        var byCode = new TextCodes(builder, texts);
        foreach (int code in codes)
        {
            if (code >= texts.Count)
            {
                throw new InvalidModelDataException(
                    $"Column '{name}' holds the code {code} in row {builder.Count + 1}, of {texts.Count} texts; codes "
                    + "count from 0.");
            }

            byCode.Add(code);
        }

        return With(builder.BuildText());
    }

    /// <summary>Adds a column of truth values.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The truth values.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Boolean(string name, ReadOnlySpan<bool> values)
    {
        var builder = new BooleanColumnBuilder(name);
        foreach (bool value in values) builder.Add(value);
        return With(builder.Build());
    }

    /// <summary>Adds a column of truth values, some of which may be missing.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The truth values; null where one is missing.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Boolean(string name, ReadOnlySpan<bool?> values) =>
        With(TableColumn.Boolean(name, values));

    /// <summary>Adds a column of days, which formulas take as numbers: days since 1970-01-01, as in R.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The days.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Date(string name, ReadOnlySpan<DateOnly> values)
    {
        var builder = new DateRunBuilder(name, DateUnit.Days);
        foreach (DateOnly value in values) builder.Add(DateColumn.ToDays(value));
        return With(builder.Build());
    }

    /// <summary>Adds a column of days, some of which may be missing.</summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The days; null where one is missing.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Date(string name, ReadOnlySpan<DateOnly?> values)
    {
        var builder = new DateRunBuilder(name, DateUnit.Days);
        foreach (DateOnly? value in values)
            builder.Add(value is { } day ? DateColumn.ToDays(day) : TableColumn.MissingValue);
        return With(builder.Build());
    }

    /// <summary>Adds a column of points in time, which formulas take as seconds since the beginning of 1970, as in R.
    /// </summary>
    /// <param name="name">Its name in formulas.</param>
    /// <param name="values">The times, taken as they read, whatever their kind.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder Time(string name, ReadOnlySpan<DateTime> values)
    {
        var builder = new DateRunBuilder(name, DateUnit.Seconds);
        foreach (DateTime value in values) builder.Add(DateColumn.ToSeconds(value));
        return With(builder.Build());
    }

    /// <summary>Adds a finished column.</summary>
    /// <param name="column">The column.</param>
    /// <returns>This builder.</returns>
    public ColumnTableBuilder With(TableColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        _columns.Add(column);
        return this;
    }

    /// <summary>The table, its columns in the order in which they were added.</summary>
    /// <exception cref="InvalidModelDataException">Two columns share a name or differ in length.</exception>
    public ColumnTable ToTable() => ColumnTable.FromColumns([.. _columns]);

    private ColumnTableBuilder Numbers<T>(string name, ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var builder = new NumberRunBuilder(name);
        builder.Add(new ValueRun<T>(values));
        return With(builder.Build());
    }
}
