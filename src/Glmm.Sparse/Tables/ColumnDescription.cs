namespace Glmm.Sparse.Tables;

/// <summary>What a column looks like. Immutable.</summary>
public sealed record ColumnDescription
{
    private const int MostLevels = 8;

    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary><c>numeric</c>, <c>date</c>, <c>time</c>, <c>boolean</c> or <c>text</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Rows that are missing.</summary>
    public required int Missing { get; init; }

    /// <summary>Distinct values, the missing ones left out.</summary>
    public required int Distinct { get; init; }

    /// <summary>Whether every value is a whole number; false for text.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The smallest number; NaN for text and booleans, and where there is none.</summary>
    public required double Minimum { get; init; }

    /// <summary>The mean, likewise.</summary>
    public required double Mean { get; init; }

    /// <summary>The largest number, likewise.</summary>
    public required double Maximum { get; init; }

    /// <summary>The standard deviation (n − 1), likewise.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The third central moment over that of the spread, likewise.</summary>
    public required double Skewness { get; init; }

    /// <summary>The smallest value as the column writes it (a date as a date); empty for text and booleans.</summary>
    public required string Least { get; init; }

    /// <summary>The largest value as the column writes it.</summary>
    public required string Most { get; init; }

    /// <summary>The most frequent values, most frequent first; all of them where there are few.</summary>
    public required IReadOnlyList<LevelCount> Levels { get; init; }

    /// <summary>The first cell that is no number in a column that otherwise looks like numbers, or null.</summary>
    public required NotANumber? NotANumber { get; init; }

    /// <summary>Looks at a column.</summary>
    /// <param name="column">The column.</param>
    /// <returns>What it looks like.</returns>
    public static ColumnDescription Of(TableColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Of(column, ColumnCodes.Of(column));
    }

    internal static ColumnDescription Of(TableColumn column, ColumnCodes codes)
    {
        int[] sizes = codes.Sizes();
        IEnumerable<LevelCount> levels = Enumerable.Range(0, codes.Count)
            .OrderByDescending(code => sizes[code]).Take(MostLevels)
            .Select(code => new LevelCount(column.LabelAt(codes.FirstRows[code]), sizes[code]));
        var numbers = column as NumericColumn;
        ColumnMoments moments = ColumnMoments.Of(numbers);
        return new ColumnDescription
        {
            Name = column.Name,
            Kind = column.Kind,
            Missing = column.MissingCount,
            Distinct = codes.Count,
            IsWhole = moments.IsWhole,
            Minimum = moments.Minimum,
            Mean = moments.Mean,
            Maximum = moments.Maximum,
            StandardDeviation = moments.Deviation,
            Skewness = moments.Skewness,
            Least = numbers is null || double.IsNaN(moments.Minimum) ? "" : numbers.LabelOf(moments.Minimum),
            Most = numbers is null || double.IsNaN(moments.Maximum) ? "" : numbers.LabelOf(moments.Maximum),
            Levels = [.. levels],
            NotANumber = (column as TextColumn)?.NotANumber,
        };
    }
}
