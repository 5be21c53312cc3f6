namespace Glmm.Sparse.Tables;

/// <summary>One named column of a table: numeric, date, boolean or text. Immutable and thread-safe.</summary>
public abstract class TableColumn
{
    private protected TableColumn(string name, int length, int missingCount)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Length = length;
        MissingCount = missingCount;
    }

    /// <summary>
    /// Marks a missing number: a NaN with a payload of its own, so that a NaN computed elsewhere or spelled out in a
    /// file is not taken for a missing value. Tell them apart with <see cref="IsMissingValue"/>.
    /// </summary>
    public static double MissingValue { get; } = BitConverter.Int64BitsToDouble(NumericColumn.MissingBits);

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Number of rows.</summary>
    public int Length { get; }

    /// <summary>Number of rows whose value is missing.</summary>
    public int MissingCount { get; }

    /// <summary>In one word, what the column holds: <c>numeric</c>, <c>date</c>,
    /// <c>time</c>, <c>boolean</c> or <c>text</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Whether the number is the mark of a missing value; false for every other NaN.</summary>
    public static bool IsMissingValue(double value) =>
        BitConverter.DoubleToInt64Bits(value) == NumericColumn.MissingBits;

    /// <summary>A numeric column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">Copied; <see cref="MissingValue"/> marks a missing one.</param>
    /// <returns>The column.</returns>
    public static TableColumn Numeric(string name, params ReadOnlySpan<double> values)
    {
        var builder = new NumericColumnBuilder(name);
        foreach (double value in values) builder.Add(value);
        return builder.Build();
    }

    /// <summary>A text column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">The texts; null marks a missing one.</param>
    /// <returns>The column.</returns>
    public static TableColumn Text(string name, params ReadOnlySpan<string?> values)
    {
        var builder = new TextColumnBuilder(name);
        foreach (string? value in values)
        {
            if (value is null)
                builder.AddMissing();
            else
                builder.Add(value);
        }

        return builder.BuildText();
    }

    /// <summary>A boolean column.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">The values; null marks a missing one.</param>
    /// <returns>The column.</returns>
    public static TableColumn Boolean(string name, params ReadOnlySpan<bool?> values)
    {
        var builder = new BooleanColumnBuilder(name);
        foreach (bool? value in values) builder.Add(value);
        return builder.Build();
    }

    /// <summary>Some rows of the column, in any order.</summary>
    /// <param name="rows">Zero-based rows; one may come more than once.</param>
    /// <returns>A column of the same name and kind.</returns>
    public abstract TableColumn Take(ReadOnlySpan<int> rows);

    /// <summary>Whether the value of a row is missing.</summary>
    /// <param name="row">Zero-based row.</param>
    public abstract bool IsMissing(int row);

    /// <summary>
    /// The value of a row as text: a number without needless decimals, TRUE or FALSE, or the text itself.
    /// </summary>
    /// <param name="row">Zero-based row.</param>
    /// <returns>The label, <c>NA</c> for a missing value.</returns>
    public abstract string LabelAt(int row);
}
