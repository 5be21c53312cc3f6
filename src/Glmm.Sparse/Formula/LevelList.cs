using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Checks the levels that the user listed for a column against its values.</summary>
internal static class LevelList
{
    /// <summary>Refuses a list that does not cover the column, whatever rows are used.</summary>
    /// <param name="levels">The lists by column.</param>
    /// <param name="column">The column.</param>
    /// <exception cref="InvalidModelDataException">
    /// The list is empty or repeats itself, or a value is not listed.
    /// </exception>
    public static void Check(IReadOnlyDictionary<string, IReadOnlyList<string>> levels, TableColumn column)
    {
        if (!levels.TryGetValue(column.Name, out IReadOnlyList<string>? listed)) return;
        if (listed.Count == 0)
            throw new InvalidModelDataException(
                $"The list of levels of '{column.Name}' is empty; list all its levels.");
        IEnumerable<IGrouping<string, string>> same = listed.GroupBy(level => level, StringComparer.Ordinal);
        if (same.FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidModelDataException(
                $"Level '{twice.Key}' of '{column.Name}' is listed twice; list it once.");

        Predicate<int> isListed = column switch
        {
            TextColumn text => InText(text, listed),
            NumericColumn numeric => InNumbers(numeric, listed),
            BooleanColumn boolean => InTruths(boolean, listed),
            _ => throw new InvalidOperationException($"Unknown kind of column: {column.Kind}."),
        };
        for (int row = 0; row < column.Length; row++)
        {
            if (column.IsMissing(row) || isListed(row)) continue;
            throw new InvalidModelDataException(
                $"Column '{column.Name}' holds '{column.LabelAt(row)}' in row {row + 1}, which is not among the levels "
                + $"listed for it, {ColumnLookup.List(listed)}; list every level.");
        }
    }

    private static Predicate<int> InText(TextColumn column, IReadOnlyList<string> listed)
    {
        var known = listed.ToHashSet(StringComparer.Ordinal);
        bool[] isListed = [.. column.Texts.Select(known.Contains)];
        return row => isListed[column[row]];
    }

    private static Predicate<int> InNumbers(NumericColumn column, IReadOnlyList<string> listed)
    {
        var known = new HashSet<double>();
        foreach (string label in listed)
        {
            if (!column.TryReadLabel(label, out double value))
                throw CannotOccur(label, column, $"the column holds {(column is DateColumn ? "dates" : "numbers")}");
            if (!known.Add(value))
                throw CannotOccur(label, column, "it is the same number as another one listed");
        }

        return row => known.Contains(column[row]);
    }

    private static Predicate<int> InTruths(BooleanColumn column, IReadOnlyList<string> listed)
    {
        bool[] isListed = new bool[2];
        foreach (string label in listed)
        {
            if (!BooleanColumn.TryParse(label, out bool value))
                throw CannotOccur(label, column, "the column is boolean, with the levels FALSE and TRUE");
            isListed[value ? 1 : 0] = true;
        }

        return row => isListed[column[row]];
    }

    private static InvalidModelDataException CannotOccur(string level, TableColumn column, string why) =>
        new($"Level '{level}' listed for '{column.Name}' cannot occur: {why}; list the levels that the column has.");
}
