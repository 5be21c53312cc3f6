using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Checks that the parts of a schema, which may come from a file, agree.</summary>
internal static class SchemaChecks
{
    /// <summary>Refuses parts that do not agree.</summary>
    /// <exception cref="InvalidModelDataException">They do not.</exception>
    public static void Check(
        ModelFormula formula, IReadOnlyList<SchemaColumn> columns, IReadOnlyList<ScaleConstant> scales,
        string? weights, string? offset)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (SchemaColumn column in columns)
        {
            if (!names.Add(column.Name)) throw Wrong($"column '{column.Name}' is there twice");
            CheckColumn(column);
        }

        IEnumerable<string> needed = formula.Columns;
        if (weights is not null) needed = needed.Append(weights);
        if (offset is not null) needed = needed.Append(offset);
        if (needed.FirstOrDefault(name => !names.Contains(name)) is { } missing)
            throw Wrong($"column '{missing}' is not described");
        var expressions = new HashSet<string>(StringComparer.Ordinal);
        foreach (ScaleConstant scale in scales)
        {
            bool usable = double.IsFinite(scale.Mean) && scale.Deviation > 0 && double.IsFinite(scale.Deviation);
            if (!usable || !expressions.Add(scale.Expression))
                throw Wrong($"the constants of {scale.Expression} cannot be used");
        }
    }

    private static void CheckColumn(SchemaColumn column)
    {
        if (!column.HoldsNumbers && column.Kind is not (SchemaColumn.Boolean or SchemaColumn.Text))
            throw Wrong($"column '{column.Name}' is of the unknown kind '{column.Kind}'");
        if (column.Mean is { } mean && !double.IsFinite(mean)) throw Wrong($"the mean of '{column.Name}' is {mean}");
        if (column.Levels is not { } levels) return;
        bool distinct = column.Kind switch
        {
            SchemaColumn.Numeric => AreDistinct(levels.Select(label =>
                NumberText.TryParse(label, out double value) && double.IsFinite(value) ? value : (object?)null)),
            SchemaColumn.Boolean => AreDistinct(levels.Select(
                label => BooleanColumn.TryParse(label, out bool truth) ? truth : (object?)null)),
            _ => AreDistinct(levels),
        };
        if (levels.Count == 0 || !distinct) throw Wrong($"the levels of '{column.Name}' cannot be used");
    }

    private static bool AreDistinct(IEnumerable<object?> values)
    {
        var seen = new HashSet<object>();
        return values.All(value => value is not null && seen.Add(value));
    }

    private static InvalidModelDataException Wrong(string what) =>
        new($"The model's description of its data does not fit its formula: {what}.");
}
