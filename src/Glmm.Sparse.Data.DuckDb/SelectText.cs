namespace Glmm.Sparse.Data;

/// <summary>Writes the query that reads some columns of <c>data</c>.</summary>
internal static class SelectText
{
    /// <param name="kept">The columns to read; where there are none, rows are still counted.</param>
    /// <param name="all">All columns there are.</param>
    /// <param name="orderBy">The column to sort by, or null.</param>
    /// <exception cref="InvalidModelOptionException">There is no such column to sort by.</exception>
    public static string Of(IReadOnlyList<string> kept, IReadOnlyList<string> all, string? orderBy)
    {
        string columns = kept.Count == 0 ? "1" : List(kept);
        if (orderBy is null) return $"SELECT {columns} FROM data";
        if (!all.Contains(orderBy))
        {
            throw new InvalidModelOptionException(
                $"There is no column '{orderBy}' to sort by; the columns are {string.Join(", ", all)}.");
        }

        // Sorting is not stable: the number of the row decides between equals.
        string row = "row";
        while (all.Contains(row, StringComparer.OrdinalIgnoreCase)) row += "_";
        return $"SELECT {columns} FROM (SELECT {List([.. kept.Append(orderBy).Distinct()])}, "
            + $"row_number() OVER () AS {SqlText.Name(row)} FROM data) "
            + $"ORDER BY {SqlText.Name(orderBy)} NULLS LAST, {SqlText.Name(row)}";
    }

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Select(SqlText.Name));
}
