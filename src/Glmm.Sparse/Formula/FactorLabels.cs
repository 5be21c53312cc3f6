using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Orders and renames the levels of a factor as the arguments levels and labels of <c>factor()</c> say.
/// </summary>
internal static class FactorLabels
{
    /// <summary>Applies the arguments of a call.</summary>
    /// <exception cref="GlmmException">The levels leave one out, or the labels are not as many.</exception>
    public static Factor Apply(Factor factor, CallArguments arguments)
    {
        IReadOnlyList<Expression>? listed = arguments.Literals("levels");
        FactorLevel?[] levels = listed is null ? [.. factor.Levels] : Order(factor, listed, arguments);
        string[]? labels = arguments.Literals("labels") is { } literals ? [.. literals.Select(LabelOf)] : null;
        if (labels is not null && labels.Length != levels.Length)
        {
            throw arguments.Wrong(
                "labels", $"lists {labels.Length}, and there are {levels.Length} levels; give each one a label");
        }

        // Levels of the same label are one.
        FactorLevel[] renamed =
        [
            .. levels.Select((level, i) => level is null || labels is null ? level : level with { Label = labels[i] })
                .OfType<FactorLevel>().GroupBy(static level => level.Label, StringComparer.Ordinal)
                .Select(static same => same.Count() == 1
                    ? same.First()
                    : new FactorLevel(same.Key, new CombinationEvaluator(
                        [.. same.Select(static level => level.Indicator)], [.. same.Select(static _ => 1.0)]))),
        ];
        return factor with { Levels = renamed };
    }

    /// <summary>The text of a string, a number or a truth value.</summary>
    private static string LabelOf(Expression literal) => literal switch
    {
        Expression.Text text => text.Value,
        Expression.Number number => NumericColumn.Label(number.Value),
        _ => literal.ToString(),
    };

    /// <summary>The factor's levels in the order listed, null for those that do not occur.</summary>
    private static FactorLevel?[] Order(Factor factor, IReadOnlyList<Expression> listed, CallArguments arguments)
    {
        FactorLevel?[] levels =
            [.. listed.Select(literal => factor.Levels.FirstOrDefault(level => Is(level, literal)))];
        IEnumerable<IGrouping<FactorLevel, FactorLevel>> same = levels.OfType<FactorLevel>().GroupBy(level => level);
        if (same.FirstOrDefault(static group => group.Count() > 1) is { } twice)
            throw arguments.Wrong("levels", $"lists '{twice.Key.Label}' twice");
        if (factor.Levels.FirstOrDefault(level => !levels.Contains(level)) is { } missing)
        {
            throw arguments.Wrong(
                "levels", $"leaves out '{missing.Label}', which occurs in the rows used"
                + $"{NearestName.Suggestion(missing.Label, listed.Select(LabelOf))}; list every level");
        }

        return levels;
    }

    private static bool Is(FactorLevel level, Expression literal) =>
        level.Label == LabelOf(literal)
        || (literal is Expression.Number number && NumberText.TryParse(level.Label, out double value)
            && value == number.Value);
}
