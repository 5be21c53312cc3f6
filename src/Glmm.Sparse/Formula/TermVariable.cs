namespace Glmm.Sparse.Formula;

/// <summary>One column that a variable gives to a term.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Evaluator">Its values.</param>
/// <param name="Level">The level that it is the indicator of, or null.</param>
/// <param name="Code">What it is of its variable.</param>
internal sealed record TermPart(string Name, RowEvaluator Evaluator, string? Level, ColumnCode Code);

/// <summary>A variable of a term: a factor, or one or more columns of numbers.</summary>
internal sealed record TermVariable
{
    private readonly IReadOnlyList<TermPart> _numbers;
    private IReadOnlyList<TermPart>? _indicators;
    private IReadOnlyList<TermPart>? _contrasts;

    /// <param name="factor">The factor.</param>
    /// <param name="columns">The columns of the table that it is computed from.</param>
    public TermVariable(Factor factor, IReadOnlyList<string> columns)
    {
        (Factor, _numbers) = (factor, []);
        Outline = new SchemaVariable(factor.Name, factor.Labels, columns);
    }

    /// <param name="name">What R calls the variable.</param>
    /// <param name="numbers">Its columns, with what is appended to the name where there are several.</param>
    /// <param name="columns">The columns of the table that it is computed from.</param>
    public TermVariable(
        string name, IReadOnlyList<(string Suffix, RowEvaluator Evaluator)> numbers, IReadOnlyList<string> columns)
    {
        _numbers =
        [
            .. numbers.Select((number, i) => new TermPart(
                numbers.Count == 1 ? name : name + number.Suffix, number.Evaluator, null, ColumnCode.Number(i))),
        ];
        Outline = new SchemaVariable(name, null, columns);
    }

    /// <summary>The factor; null for numbers.</summary>
    public Factor? Factor { get; }

    /// <summary>The variable as a schema has it.</summary>
    public SchemaVariable Outline { get; }

    /// <summary>The columns that it gives to a term.</summary>
    /// <param name="allLevels">A factor is coded by indicators of all its levels, not by contrasts.</param>
    public IReadOnlyList<TermPart> Parts(bool allLevels)
    {
        if (Factor is null) return _numbers;
        return allLevels
            ? _indicators ??= [.. Factor.Levels.Select((level, i) => Indicator(level.Label, i))]
            : _contrasts ??= [.. Factor.CodingUsed.Columns(Factor.Labels).Select(Contrast)];
    }

    private TermPart Indicator(string suffix, int level) => new(
        Factor!.Name + suffix, Factor.Levels[level].Indicator, Factor.Levels[level].Label, ColumnCode.Indicator(level));

    private TermPart Contrast((string Suffix, double[] Values) column)
    {
        int level = Array.IndexOf(column.Values, 1);
        bool isIndicator = level >= 0 && column.Values.Count(static value => value != 0) == 1;
        if (isIndicator) return Indicator(column.Suffix, level);
        RowEvaluator[] levels = [.. Factor!.Levels.Select(static level => level.Indicator)];
        return new TermPart(
            Factor.Name + column.Suffix, new CombinationEvaluator(levels, column.Values), null,
            ColumnCode.Contrast(column.Values));
    }
}
