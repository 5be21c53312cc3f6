using System.Globalization;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes the columns of new rows of the kinds that a model met, where nothing is lost by it.</summary>
internal static class HeldColumns
{
    /// <summary>The columns that a model needs.</summary>
    /// <param name="table">The new rows.</param>
    /// <param name="needed">The columns, with who names them, such as <c>the formula</c>.</param>
    /// <param name="labels">Columns of which only the labels matter, whatever their kind.</param>
    /// <returns>A table of these columns alone.</returns>
    /// <exception cref="InvalidModelDataException">One is missing or of another kind.</exception>
    public static ColumnTable Take(
        ColumnTable table, IEnumerable<(SchemaColumn Column, string User)> needed, IReadOnlySet<string> labels)
    {
        TableColumn[] columns =
        [
            .. needed.Select(need =>
                Convert(ColumnLookup.Find(table, need.Column.Name, need.User), need.Column, labels)),
        ];
        return ColumnTable.FromSource(columns, table.SourceColumns, table.RowCount);
    }

    /// <summary>A table without rows.</summary>
    public static ColumnTable Empty(IReadOnlyList<SchemaColumn> columns) =>
        ColumnTable.FromColumns([.. columns.Select(column => Missing(column, 0))]);

    private static TableColumn Convert(TableColumn column, SchemaColumn held, IReadOnlySet<string> labels)
    {
        if (column.Kind == held.Kind) return column;
        if (column.MissingCount == column.Length) return Missing(held, column.Length);
        TableColumn? converted = (held.Kind, column) switch
        {
            (SchemaColumn.Text, _) => ToText(column),
            (SchemaColumn.Numeric, TextColumn text) => ToNumbers(text, NumberText.TryParse),
            (SchemaColumn.Date, NumericColumn and not DateColumn) =>
                new DateColumn((NumericColumn)column, DateUnit.Days),
            (SchemaColumn.Time, NumericColumn and not DateColumn) =>
                new DateColumn((NumericColumn)column, DateUnit.Seconds),
            (SchemaColumn.Date, TextColumn text) => ToDates(text, DateUnit.Days),
            (SchemaColumn.Time, TextColumn text) => ToDates(text, DateUnit.Seconds),
            (SchemaColumn.Boolean, TextColumn text) => ToTruths(text),
            _ => null,
        };
        if (converted is not null) return converted;
        if (labels.Contains(held.Name)) return column;
        int row = FirstOther(column, held.Kind);
        throw new InvalidModelDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"Column '{column.Name}' holds '{column.LabelAt(row)}' in row {row + 1}, and was {held.Kind} when the ")
            + "model was fitted. Mend the value, or leave it empty (or NA) if it is missing.");
    }

    private static TableColumn Missing(SchemaColumn held, int rows) => held.Kind switch
    {
        SchemaColumn.Text => TableColumn.Text(held.Name, new string?[rows]),
        SchemaColumn.Boolean => TableColumn.Boolean(held.Name, new bool?[rows]),
        _ => Dated(TableColumn.Numeric(held.Name, [.. Enumerable.Repeat(TableColumn.MissingValue, rows)]), held),
    };

    private static TableColumn Dated(TableColumn column, SchemaColumn held) => held.Kind switch
    {
        SchemaColumn.Date => new DateColumn((NumericColumn)column, DateUnit.Days),
        SchemaColumn.Time => new DateColumn((NumericColumn)column, DateUnit.Seconds),
        _ => column,
    };

    private static TextColumn ToText(TableColumn column)
    {
        var builder = new TextColumnBuilder(column.Name);
        for (int row = 0; row < column.Length; row++)
        {
            if (column.IsMissing(row))
                builder.AddMissing();
            else
                builder.Add(column.LabelAt(row));
        }

        return builder.BuildText();
    }

    private static DateColumn? ToDates(TextColumn column, DateUnit unit) =>
        ToNumbers(column, (string text, out double value) => DateColumn.TryRead(text, unit, out value)) is { } numbers
            ? new DateColumn(numbers, unit)
            : null;

    private delegate bool Reader(string text, out double value);

    private static NumericColumn? ToNumbers(TextColumn column, Reader read)
    {
        double[] numbers = new double[column.Texts.Count];
        for (int code = 0; code < numbers.Length; code++)
        {
            if (!read(column.Texts[code], out numbers[code])) return null;
        }

        var builder = new NumericColumnBuilder(column.Name);
        for (int row = 0; row < column.Length; row++)
            builder.Add(column.IsMissing(row) ? TableColumn.MissingValue : numbers[column[row]]);
        return builder.Build();
    }

    private static TableColumn? ToTruths(TextColumn column)
    {
        bool[] truths = new bool[column.Texts.Count];
        for (int code = 0; code < truths.Length; code++)
        {
            if (!BooleanColumn.TryParse(column.Texts[code], out truths[code])) return null;
        }

        bool?[] values = new bool?[column.Length];
        for (int row = 0; row < values.Length; row++)
            values[row] = column.IsMissing(row) ? null : truths[column[row]];
        return TableColumn.Boolean(column.Name, values);
    }

    /// <summary>The first row whose value is not of a kind.</summary>
    private static int FirstOther(TableColumn column, string kind)
    {
        for (int row = 0; row < column.Length; row++)
        {
            if (column.IsMissing(row)) continue;
            string label = column.LabelAt(row);
            bool fits = column is TextColumn && kind switch
            {
                SchemaColumn.Numeric => NumberText.IsNumber(label),
                SchemaColumn.Date => DateColumn.TryRead(label, DateUnit.Days, out _),
                SchemaColumn.Time => DateColumn.TryRead(label, DateUnit.Seconds, out _),
                _ => BooleanColumn.TryParse(label, out _),
            };
            if (!fits) return row;
        }

        return 0;
    }
}
