using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Checks that the parts of a schema, which may come from a file, agree.</summary>
internal static class SchemaChecks
{
    /// <summary>Refuses parts that do not agree.</summary>
    /// <exception cref="InvalidModelDataException">They do not.</exception>
    public static void Check(
        ModelFormula formula, IReadOnlyList<SchemaColumn> columns, IReadOnlyList<DataConstant> constants,
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
        foreach (DataConstant constant in constants)
        {
            if (!IsUsable(constant) || !expressions.Add(constant.Expression))
                throw Wrong($"the constants of {constant.Expression} cannot be used");
        }
    }

    private static bool IsUsable(DataConstant constant)
    {
        bool AreFinite(IReadOnlyList<double> numbers) => numbers.All(double.IsFinite);
        return constant switch
        {
            ScaleConstant scale =>
                double.IsFinite(scale.Mean) && scale.Deviation > 0 && double.IsFinite(scale.Deviation),
            PolynomialConstant polynomial => AreFinite(polynomial.Alpha) && AreFinite(polynomial.SquaredNorms)
                && polynomial.SquaredNorms.Count == polynomial.Alpha.Count + 1
                && polynomial.SquaredNorms.All(static norm => norm > 0),
            SplineConstant spline => AreFinite([.. spline.Knots, spline.Lower, spline.Upper])
                && spline.Lower < spline.Upper && spline.Knots.SequenceEqual(spline.Knots.Order())
                && spline.Knots.All(knot => knot > spline.Lower && knot < spline.Upper),
            LevelsConstant levels => levels.Levels.Count > 0 && AreDistinct(levels.Levels),
            _ => false,
        };
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
