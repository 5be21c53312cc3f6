using System.Globalization;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Factors with the levels of a model, over new rows.</summary>
/// <param name="columns">The model's columns by name.</param>
/// <param name="table">The new rows.</param>
/// <param name="map">Those that are used.</param>
/// <param name="unseen">What becomes of levels that the model never met.</param>
/// <param name="warnings">Takes what the user should know.</param>
/// <param name="isResponse">They are of the response, which nothing can stand in for.</param>
internal sealed class HeldFactors(
    IReadOnlyDictionary<string, SchemaColumn> columns, ColumnTable table, RowMap map, UnseenLevels unseen,
    List<string> warnings, bool isResponse = false) : IFactorSource
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
    /// <remarks>They were counted when the model was fitted.</remarks>
    public void CheckLevelCount(Factor factor, string column)
    {
    }

    private Factor Build(TableColumn column)
    {
        IReadOnlyList<string> levels = columns[column.Name].Levels
            ?? throw new InvalidModelDataException($"The model holds no levels of the factor '{column.Name}'.");
        int[] levelOfRow = LevelOfRows(column, levels);
        CheckUnseen(column, levels, levelOfRow);
        return new Factor(
            column.Name,
            [.. levels.Select((label, level) => new FactorLevel(
                label, new LevelEvaluator(levelOfRow, level, 1.0 / levels.Count)))]);
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

    private void CheckUnseen(TableColumn column, IReadOnlyList<string> levels, int[] levelOfRow)
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
        string label = column.LabelAt(first);
        string found = string.Create(CultureInfo.InvariantCulture, $"'{label}' in row {first + 1}");
        if (unseen == UnseenLevels.Error || isResponse)
        {
            string mend = isResponse
                ? "Mend the value, or leave it empty (or NA) to drop the row."
                : "Mend the value, or ask for the average over the known levels (--unseen-levels population, "
                    + "UnseenLevels.Population).";
            throw new InvalidModelDataException(
                $"Column '{column.Name}' holds {found}, a level that the model does not know"
                + $"{ColumnLookup.Suggestion(label, levels)}; it knows {ColumnLookup.List([.. levels])}. {mend}");
        }

        string rows = count == 1 ? "1 row" : string.Create(CultureInfo.InvariantCulture, $"{count} rows");
        warnings.Add(
            $"Column '{column.Name}' holds levels that the model does not know in {rows}, the first {found}; these "
            + $"rows have the average over the levels {ColumnLookup.List([.. levels])}.");
    }
}
