using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes the reference grid of a model.</summary>
internal sealed class ReferenceGridBuilder(ModelSchema schema, ReferenceGridOptions options)
{
    private const int MostRows = 1_000_000;

    /// <summary>Makes the grid.</summary>
    public ReferenceGrid Build()
    {
        SchemaColumn[] columns =
            [.. ModelSchema.FixedColumnsOf(schema.Parsed, schema.Offset).Select(schema.Column)];
        RefuseOthers(columns);
        string[][] values = [.. columns.Select(Values)];
        double rows = values.Aggregate(1.0, static (product, choices) => product * choices.Length);
        if (rows > MostRows)
        {
            throw new InvalidModelOptionException(
                $"The grid would have {rows:F0} rows, more than {MostRows}; name fewer levels or values.");
        }

        var table = new List<TableColumn>();
        int stride = 1;
        for (int c = 0; c < columns.Length; c++)
        {
            table.Add(Column(columns[c], values[c], (int)rows, stride));
            stride *= values[c].Length;
        }

        var grid = ColumnTable.FromSource(table, [.. columns.Select(column => column.Name)], (int)rows);
        return new ReferenceGrid
        {
            Table = grid,
            Factors =
            [
                .. columns.Zip(values).Where(static pair => pair.First.Levels is not null)
                    .Select(static pair => new FactorLevels(pair.First.Name, pair.Second)),
            ],
            Frame = schema.Apply(grid, new PredictionFrameOptions { RandomEffects = false, Clusters = false }),
        };
    }

    private void RefuseOthers(SchemaColumn[] columns)
    {
        foreach (string name in options.Levels.Keys.Concat(options.Numbers.Keys))
        {
            if (Array.Exists(columns, column => column.Name == name)) continue;
            string[] names = [.. columns.Select(column => column.Name)];
            throw new InvalidModelOptionException(
                $"The fixed effects do not use '{name}'{NearestName.Suggestion(name, names)}; they use "
                + $"{ColumnLookup.List(names)}.");
        }
    }

    private string[] Values(SchemaColumn column)
    {
        if (options.Numbers.TryGetValue(column.Name, out IReadOnlyList<double>? numbers))
        {
            return column.HoldsNumbers && numbers.Count > 0 && numbers.All(double.IsFinite)
                ? [.. numbers.Select(NumericColumn.Label)]
                : throw new InvalidModelOptionException(
                    $"'{column.Name}' needs finite numbers in the grid, at least one, and has to be numeric; it is "
                    + $"{column.Kind}.");
        }

        if (options.Levels.TryGetValue(column.Name, out IReadOnlyList<string>? chosen))
        {
            if (chosen.Count == 0)
                throw new InvalidModelOptionException($"The grid needs at least one level of '{column.Name}'.");
            string? other = chosen.FirstOrDefault(label => column.Levels is { } levels && !levels.Contains(label));
            return other is null
                ? [.. chosen]
                : throw new InvalidModelOptionException(
                    $"'{other}' is no level of '{column.Name}'; it has {ColumnLookup.List([.. column.Levels!])}.");
        }

        if (column.Levels is { } all) return [.. all];
        return column.Mean is { } mean
            ? [NumericColumn.Label(mean)]
            : throw new InvalidModelOptionException(
                $"The model does not know which values '{column.Name}' may have in a grid; name its levels.");
    }

    private static TableColumn Column(SchemaColumn column, string[] values, int rows, int stride)
    {
        string At(int row) => values[row / stride % values.Length];
        IEnumerable<string> cells = Enumerable.Range(0, rows).Select(At);
        return column.Kind switch
        {
            SchemaColumn.Numeric => Numbers(
                column.Name,
                [.. cells.Select(label => NumberText.TryParse(label, out double value) ? value : double.NaN)]),
            SchemaColumn.Date => Dates(column.Name, cells, DateUnit.Days),
            SchemaColumn.Time => Dates(column.Name, cells, DateUnit.Seconds),
            SchemaColumn.Boolean => TableColumn.Boolean(
                column.Name,
                [.. cells.Select(bool? (label) => BooleanColumn.TryParse(label, out bool truth) && truth)]),
            _ => TableColumn.Text(column.Name, [.. cells]),
        };
    }

    private static NumericColumn Numbers(string name, ReadOnlySpan<double> values)
    {
        var builder = new NumericColumnBuilder(name);
        builder.AddRange(values);
        return builder.Build();
    }

    private static DateColumn Dates(string name, IEnumerable<string> cells, DateUnit unit) => new(
        Numbers(name, [.. cells.Select(label => DateColumn.TryRead(label, unit, out double x) ? x : double.NaN)]),
        unit);
}
