using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes factors of columns, by the rules of R and the user's choice of levels.</summary>
internal sealed class FactorBuilder(
    ColumnTable table, RowMap map, ModelFrameOptions options, DataConstants constants, List<string> warnings)
    : IFactorSource
{
    /// <summary>A factor with so few levels tells nothing by their number.</summary>
    private const int FewLevels = 2;

    private readonly Dictionary<string, Factor> _byColumn = new(StringComparer.Ordinal);
    private readonly List<FactorLevels> _used = [];

    /// <summary>The factors made so far of columns, in order.</summary>
    public IReadOnlyList<FactorLevels> Used => _used;

    /// <inheritdoc/>
    /// <remarks>The user listed them.</remarks>
    public bool HasLevels(string column) => options.Levels.ContainsKey(column);

    /// <inheritdoc/>
    /// <exception cref="InvalidModelDataException">A level is unknown or a value is not listed.</exception>
    public Factor Build(string column, string name)
    {
        if (!_byColumn.TryGetValue(column, out Factor? factor))
        {
            factor = new Factor(column, PutReferenceFirst(column, OccurringLevels(column)));
            _byColumn.Add(column, factor);
            _used.Add(new FactorLevels(column, [.. factor.Levels.Select(level => level.Label)]));
        }

        return factor with { Name = name };
    }

    /// <inheritdoc/>
    public Factor BuildTruth(string name, RowEvaluator truth) =>
        new(name, [.. Factor.TruthLevels(truth).Where(Occurs)]);

    /// <inheritdoc/>
    public Factor BuildComputed(Expression call, IReadOnlyList<string> labels, RowEvaluator codes)
    {
        int none = map.FirstRow(codes, static code => code < 0);
        if (none >= 0)
        {
            IEnumerable<string> inputs = call.Columns.Select(name => $"{name} = {table[name]!.LabelAt(none)}");
            throw new InvalidModelDataException(
                $"{call} has no level for row {none + 1}, where {string.Join(", ", inputs)}; widen the breaks, for "
                + "instance by -Inf and Inf, or give include.lowest = TRUE.");
        }

        bool[] occurs = new bool[labels.Count];
        map.Visit(codes, (_, _, block) =>
        {
            foreach (double code in block) occurs[(int)code] = true;
        });
        int[] occurring = [.. Enumerable.Range(0, labels.Count).Where(code => occurs[code])];
        constants.Of(
            call.ToString(), () => new LevelsConstant(call.ToString(), [.. occurring.Select(code => labels[code])]));
        return new Factor(
            call.ToString(),
            [.. occurring.Select(code => new FactorLevel(
                labels[code], new UnaryEvaluator(codes, value => value == code ? 1 : 0)))]);
    }

    /// <inheritdoc/>
    public Factor BuildNumber(Expression expression, RowEvaluator number)
    {
        ColumnChecks.RefuseNonFinite(expression, number, map, table);
        double[] distinct = [.. Distinct(number).Order()];
        var codes = distinct.Select((value, code) => (value, code)).ToDictionary(pair => pair.value, pair => pair.code);
        return BuildComputed(
            expression, [.. distinct.Select(NumericColumn.Label)], new NumberCodeEvaluator(number, codes));
    }

    /// <summary>
    /// Refuses a factor with a level for each row, and warns of one with nearly as many, unless the user listed them.
    /// </summary>
    /// <exception cref="InvalidModelDataException">Every row has a level of its own.</exception>
    public void CheckLevelCount(Factor factor, string column)
    {
        int levels = factor.Levels.Count;
        if (levels <= FewLevels || 2 * levels <= map.Count || HasLevels(column)) return;
        string mend = ColumnLookup.Find(table, column, "the formula") is TextColumn text
            && ColumnChecks.FirstBadNumber(text) is >= 0 and var row
                ? $"It is no column of numbers because row {row + 1} holds '{text.LabelAt(row)}'; mend the cell, or "
                    + "leave it empty (or NA) if the value is missing."
                : $"Leave it out, or use it in a random-effect term, such as (1 | {factor.Name}).";
        if (levels == map.Count)
        {
            throw new InvalidModelDataException(
                $"The factor '{factor.Name}' has a level of its own in each of the {levels} rows used, so it would "
                + $"explain everything. {mend}");
        }

        warnings.Add($"The factor '{factor.Name}' has {levels} levels in {map.Count} rows. {mend}");
    }

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
        FactorLevel[] both = Factor.TruthLevels(new BooleanEvaluator(column));
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
        HashSet<double> distinct = Distinct(values);
        foreach (string label in listed ?? [.. distinct.Order().Select(column.LabelOf)])
        {
            double level = column.TryReadLabel(label, out double number) ? number : double.NaN;
            var indicator = new UnaryEvaluator(values, value => value == level ? 1 : 0);
            yield return (new FactorLevel(label, indicator), distinct.Contains(level));
        }
    }

    private HashSet<double> Distinct(RowEvaluator values)
    {
        var distinct = new HashSet<double>();
        map.Visit(values, (_, _, block) =>
        {
            foreach (double value in block) distinct.Add(value);
        });
        return distinct;
    }

    private List<FactorLevel> PutReferenceFirst(string name, List<FactorLevel> levels)
    {
        if (!options.References.TryGetValue(name, out string? reference)) return levels;
        // Truth values have several spellings.
        string label = table[name] is BooleanColumn && BooleanColumn.TryParse(reference, out bool truth)
            ? truth ? "TRUE" : "FALSE"
            : reference;
        FactorLevel first = levels.Find(level => level.Label == label)
            ?? throw new InvalidModelDataException(
                $"'{reference}' is no level of '{name}' that occurs in the rows used"
                + $"{NearestName.Suggestion(reference, levels.Select(level => level.Label))}; its levels are "
                + $"{ColumnLookup.List([.. levels.Select(level => level.Label)])}.");
        return [first, .. levels.Where(level => level != first)];
    }
}
