using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes factors of columns, by the rules of R and the user's choice of levels.</summary>
internal sealed class FactorBuilder(ColumnTable table, RowMap map, ModelFrameOptions options, List<string> warnings)
{
    private readonly Dictionary<string, Factor> _byColumn = new(StringComparer.Ordinal);

    /// <summary>Whether the user gave the column's levels, and so made it a factor.</summary>
    public bool HasLevels(string column) => options.Levels.ContainsKey(column);

    /// <summary>Makes a factor.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="name">What R calls the factor: the column, or a call such as <c>factor(x)</c>.</param>
    /// <exception cref="InvalidModelDataException">A level is unknown or a value is not listed.</exception>
    public Factor Build(string column, string name)
    {
        if (!_byColumn.TryGetValue(column, out Factor? factor))
        {
            factor = new Factor(column, PutReferenceFirst(column, OccurringLevels(column)));
            _byColumn.Add(column, factor);
        }

        return factor with { Name = name };
    }

    /// <summary>The factor of a truth value.</summary>
    public Factor BuildTruth(string name, RowEvaluator truth) =>
        new(name, [.. TruthLevels(truth).Where(Occurs)]);

    private static FactorLevel[] TruthLevels(RowEvaluator truth) =>
        [new("FALSE", new UnaryEvaluator(truth, static value => 1 - value)), new("TRUE", truth)];

    private bool Occurs(FactorLevel level) => map.FirstRow(level.Indicator, static value => value == 1) >= 0;

    private List<FactorLevel> OccurringLevels(string name)
    {
        TableColumn column = ColumnLookup.Find(table, name, "the formula");
        LevelList.Check(options.Levels, column);
        options.Levels.TryGetValue(name, out IReadOnlyList<string>? listed);
        IEnumerable<(FactorLevel Level, bool Occurs)> levels = column switch
        {
            TextColumn text => TextLevels(text, listed),
            NumericColumn numeric => NumericLevels(numeric, listed),
            BooleanColumn boolean => BooleanLevels(boolean, listed),
            _ => throw new InvalidOperationException($"Unknown kind of column: {column.Kind}."),
        };
        var occurring = new List<FactorLevel>();
        foreach ((FactorLevel level, bool occurs) in levels)
        {
            if (occurs)
                occurring.Add(level);
            else if (listed is not null)
                warnings.Add($"Level '{level.Label}' of '{name}' occurs in no row that is used; it is left out.");
        }

        return occurring;
    }

    private IEnumerable<(FactorLevel Level, bool Occurs)> TextLevels(TextColumn column, IReadOnlyList<string>? listed)
    {
        bool[] occurs = new bool[column.Texts.Count];
        for (int i = 0; i < map.Count; i++) occurs[column[map.TableRow(i)]] = true;
        var codeOf = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int code = 0; code < occurs.Length; code++) codeOf.Add(column.Texts[code], code);
        foreach (string label in listed ?? [.. column.Texts.Order(CodePointComparer.Instance)])
        {
            int code = codeOf.GetValueOrDefault(label, TextColumn.MissingCode);
            yield return (new FactorLevel(label, new TextEvaluator(column, code)), code >= 0 && occurs[code]);
        }
    }

    private IEnumerable<(FactorLevel Level, bool Occurs)> BooleanLevels(
        BooleanColumn column, IReadOnlyList<string>? listed)
    {
        FactorLevel[] both = TruthLevels(new BooleanEvaluator(column));
        foreach (string label in listed ?? ["FALSE", "TRUE"])
        {
            FactorLevel level = both[BooleanColumn.TryParse(label, out bool value) && value ? 1 : 0];
            yield return (level, Occurs(level));
        }
    }

    private IEnumerable<(FactorLevel Level, bool Occurs)> NumericLevels(
        NumericColumn column, IReadOnlyList<string>? listed)
    {
        var values = new NumericEvaluator(column);
        var distinct = new HashSet<double>();
        map.Visit(values, (_, _, block) =>
        {
            foreach (double value in block) distinct.Add(value);
        });
        foreach (string label in listed ?? [.. distinct.Order().Select(NumericColumn.Label)])
        {
            double level = NumberText.TryParse(label, out double number) ? number : double.NaN;
            var indicator = new UnaryEvaluator(values, value => value == level ? 1 : 0);
            yield return (new FactorLevel(label, indicator), distinct.Contains(level));
        }
    }

    private List<FactorLevel> PutReferenceFirst(string name, List<FactorLevel> levels)
    {
        if (!options.References.TryGetValue(name, out string? reference)) return levels;
        FactorLevel first = levels.Find(level => level.Label == reference)
            ?? throw new InvalidModelDataException(
                $"'{reference}' is no level of '{name}' that occurs in the rows used"
                + $"{ColumnLookup.Suggestion(reference, levels.Select(level => level.Label))}; its levels are "
                + $"{ColumnLookup.List([.. levels.Select(level => level.Label)])}.");
        return [first, .. levels.Where(level => level != first)];
    }
}
