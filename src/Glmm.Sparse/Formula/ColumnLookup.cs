using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Finds columns of a table, and says what there is where one is not found.</summary>
internal static class ColumnLookup
{
    private const int MostListed = 40;

    /// <summary>Finds a column.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="user">Who asks for it, such as <c>the formula</c>.</param>
    /// <exception cref="InvalidModelDataException">There is no such column.</exception>
    public static TableColumn Find(ColumnTable table, string name, string user)
    {
        if (table[name] is { } column) return column;
        IReadOnlyList<string> names = table.SourceColumns;
        if (names.Contains(name))
        {
            throw new InvalidModelDataException(
                $"Column '{name}', which {user} names, was left out when the table was read; read it too.");
        }

        throw new InvalidModelDataException(
            $"There is no column '{name}', which {user} names{Suggestion(name, names)}; the columns are "
            + $"{List(names)}.");
    }

    /// <summary>Names in a row, the end of a long list left out.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        names.Count <= MostListed
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(MostListed))} and {names.Count - MostListed} more";

    /// <summary><c> (did you mean 'x'?)</c> where some name is close, else nothing.</summary>
    public static string Suggestion(string name, IEnumerable<string> names)
    {
        (string? closest, int distance) = names
            .Select(other => ((string?)other, Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .DefaultIfEmpty((null, int.MaxValue))
            .MinBy(pair => pair.Item2);
        // A name that shares no letter is no suggestion.
        bool isClose = distance <= Math.Max(1, name.Length / 3) && distance < name.Length;
        return closest is not null && isClose ? $" (did you mean '{closest}'?)" : "";
    }

    /// <summary>Edit distance: fewest insertions, deletions and replacements (Levenshtein 1966).</summary>
    private static int Distance(string a, string b)
    {
        int[] previous = [.. Enumerable.Range(0, b.Length + 1)];
        int[] current = new int[b.Length + 1];
        for (int i = 0; i < a.Length; i++)
        {
            current[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int replaced = previous[j] + (a[i] == b[j] ? 0 : 1);
                current[j + 1] = Math.Min(replaced, 1 + Math.Min(previous[j + 1], current[j]));
            }

            (previous, current) = (current, previous);
        }

        return previous[b.Length];
    }
}
