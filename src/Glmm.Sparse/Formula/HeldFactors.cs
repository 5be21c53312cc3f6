using System.Globalization;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Factors with the levels of a model, over new rows.</summary>
/// <param name="columns">The model's columns by name.</param>
/// <param name="constants">What the model took from its data.</param>
/// <param name="table">The new rows.</param>
/// <param name="map">Those that are used.</param>
/// <param name="unseen">What becomes of levels that the model never met.</param>
/// <param name="warnings">Takes what the user should know.</param>
/// <param name="isResponse">They are of the response, which nothing can stand in for.</param>
internal sealed class HeldFactors(
    IReadOnlyDictionary<string, SchemaColumn> columns, DataConstants constants, ColumnTable table, RowMap map,
    UnseenLevels unseen, List<string> warnings, bool isResponse = false) : IFactorSource
{
    private readonly Dictionary<string, Factor> _byColumn = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool HasLevels(string column) => columns[column].IsFactor;

    /// <inheritdoc/>
    public Factor Build(string column, string name)
    {
        if (!_byColumn.TryGetValue(column, out Factor? factor))
        {
            factor = Build(ColumnLookup.Find(table, column, "the formula"));
            _byColumn.Add(column, factor);
        }

        return factor with { Name = name };
    }

    /// <inheritdoc/>
    public Factor BuildTruth(string name, RowEvaluator truth) => new(name, Factor.TruthLevels(truth));

    /// <inheritdoc/>
    public Factor BuildComputed(Expression call, IReadOnlyList<string> labels, RowEvaluator codes)
    {
        IReadOnlyList<string> levels = Held(call.ToString()).Levels;
        var levelOf = Index(levels, static label => label);
        int[] levelOfCode = [.. labels.Select(label => levelOf.GetValueOrDefault(label, -1))];
        return OfRows(call, levels, codes, code => code < 0 ? -1 : levelOfCode[(int)code]);
    }

    /// <inheritdoc/>
    public Factor BuildNumber(Expression expression, RowEvaluator number)
    {
        IReadOnlyList<string> levels = Held(expression.ToString()).Levels;
        var levelOf = Index(levels, static label => NumberText.TryParse(label, out double value) ? value : double.NaN);
        return OfRows(expression, levels, number, value => levelOf.GetValueOrDefault(value, -1));
    }

    /// <inheritdoc/>
    /// <remarks>They were counted when the model was fitted.</remarks>
    public void CheckLevelCount(Factor factor, string column)
    {
    }

    private LevelsConstant Held(string call) => constants.Of<LevelsConstant>(
        call, () => throw new InvalidOperationException("The constants of a model are held."));

    private Factor OfRows(
        Expression expression, IReadOnlyList<string> levels, RowEvaluator values, Func<double, int> levelOf)
    {
        int[] levelOfRow = new int[table.RowCount];
        Array.Fill(levelOfRow, -1);
        map.Visit(values, (_, rows, block) =>
        {
            for (int i = 0; i < block.Length; i++) levelOfRow[rows[i]] = levelOf(block[i]);
        });
        string Label(int row) =>
            string.Join(", ", expression.Columns.Select(name => $"{name} = {table[name]!.LabelAt(row)}"));
        CheckUnseen(expression.ToString(), Label, levels, levelOfRow);
        return OfLevels(expression.ToString(), levels, levelOfRow);
    }

    private static Factor OfLevels(string name, IReadOnlyList<string> levels, int[] levelOfRow) => new(
        name,
        [.. levels.Select((label, level) => new FactorLevel(
            label, new LevelEvaluator(levelOfRow, level, 1.0 / levels.Count)))]);

    private Factor Build(TableColumn column)
    {
        IReadOnlyList<string> levels = columns[column.Name].Levels
            ?? throw new InvalidModelDataException($"The model holds no levels of the factor '{column.Name}'.");
        int[] levelOfRow = LevelOfRows(column, levels);
        CheckUnseen($"Column '{column.Name}'", column.LabelAt, levels, levelOfRow);
        return OfLevels(column.Name, levels, levelOfRow);
    }

    private static int[] LevelOfRows(TableColumn column, IReadOnlyList<string> levels)
    {
        int[] levelOfRow = new int[column.Length];
        switch (column)
        {
            case TextColumn text:
                var byText = Index(levels, static label => label);
                int[] levelOfCode = [.. text.Texts.Select(label => byText.GetValueOrDefault(label, -1))];
                for (int row = 0; row < levelOfRow.Length; row++)
                    levelOfRow[row] = text.IsMissing(row) ? -1 : levelOfCode[text[row]];
                break;
            case NumericColumn numeric:
                var byNumber = Index(levels, label => numeric.TryReadLabel(label, out double x) ? x : double.NaN);
                for (int row = 0; row < levelOfRow.Length; row++)
                    levelOfRow[row] = byNumber.GetValueOrDefault(numeric[row], -1);
                break;
            case BooleanColumn boolean:
                var byTruth = Index(
                    levels, static label => BooleanColumn.TryParse(label, out bool truth) && truth ? 1 : 0);
                for (int row = 0; row < levelOfRow.Length; row++)
                    levelOfRow[row] = byTruth.GetValueOrDefault(boolean[row], -1);
                break;
        }

        return levelOfRow;
    }

    private static Dictionary<T, int> Index<T>(IReadOnlyList<string> levels, Func<string, T> valueOf)
        where T : notnull
    {
        var index = new Dictionary<T, int>();
        for (int level = 0; level < levels.Count; level++) index.TryAdd(valueOf(levels[level]), level);
        return index;
    }

    private void CheckUnseen(string what, Func<int, string> labelAt, IReadOnlyList<string> levels, int[] levelOfRow)
    {
        int first = -1;
        int count = 0;
        for (int i = 0; i < map.Count; i++)
        {
            int row = map.TableRow(i);
            if (levelOfRow[row] >= 0) continue;
            if (count++ == 0) first = row;
        }

        if (count == 0) return;
        string label = labelAt(first);
        string found = string.Create(CultureInfo.InvariantCulture, $"'{label}' in row {first + 1}");
        if (unseen == UnseenLevels.Error || isResponse)
        {
            string mend = isResponse
                ? "Mend the value, or leave it empty (or NA) to drop the row."
                : "Mend the value, or ask for the average over the known levels (--unseen-levels population, "
                    + "UnseenLevels.Population).";
            throw new InvalidModelDataException(
                $"{what} holds {found}, a level that the model does not know"
                + $"{NearestName.Suggestion(label, levels)}; it knows {ColumnLookup.List([.. levels])}. {mend}");
        }

        string rows = count == 1 ? "1 row" : string.Create(CultureInfo.InvariantCulture, $"{count} rows");
        warnings.Add(
            $"{what} holds levels that the model does not know in {rows}, the first {found}; these "
            + $"rows have the average over the levels {ColumnLookup.List([.. levels])}.");
    }
}
