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
            $"There is no column '{name}', which {user} names{NearestName.Suggestion(name, names)}; the columns are "
            + $"{List(names)}.");
    }

    /// <summary>Names in a row, the end of a long list left out.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        names.Count <= MostListed
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(MostListed))} and {names.Count - MostListed} more";
}
