using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>A database file of DuckDB.</summary>
internal sealed class DatabaseSource(string file, string? table) : SqlData
{
    private const int MagicOffset = 8;
    private const string Tables =
        "SELECT CASE WHEN schema_name = 'main' THEN name ELSE schema_name || '.' || name END AS listed, "
        + "schema_name, name FROM ("
        + "SELECT schema_name, table_name AS name FROM duckdb_tables() WHERE database_name = 'source' UNION ALL "
        + "SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = 'source' AND NOT internal) "
        + "ORDER BY 1";

    private static ReadOnlySpan<byte> Magic => "DUCK"u8;

    private protected override string Described =>
        table is null ? $"The table in '{file}'" : $"The table '{table}' in '{file}'";

    internal override void Attach(DuckDbSession session, bool isNeeded)
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckFile();
        try
        {
            session.Execute($"ATTACH {SqlText.Literal(file)} AS source (READ_ONLY)");
            session.Execute("USE source");
            if (Choose(List(session), isNeeded) is { } chosen)
                session.Execute($"CREATE TEMP VIEW data AS FROM source.{chosen}");
        }
        catch (DuckDbFailure failure)
        {
            throw Error(failure);
        }
    }

    private protected override InvalidModelDataException Error(DuckDbFailure failure) => failure.For(
        $"'{file}' cannot be read as a DuckDB database",
        "check that no other program is writing to it, and that it was not made by a newer DuckDB");

    private static List<(string Listed, string Sql)> List(DuckDbSession session)
    {
        using DuckDbResult result = session.Query(Tables);
        (IReadOnlyList<TableColumn> columns, int rows) = result.Fetch(null, null);
        return [.. Enumerable.Range(0, rows).Select(row => (
            columns[0].LabelAt(row),
            $"{SqlText.Name(columns[1].LabelAt(row))}.{SqlText.Name(columns[2].LabelAt(row))}"))];
    }

    private string? Choose(List<(string Listed, string Sql)> tables, bool isNeeded)
    {
        string names = string.Join(", ", tables.Select(static entry => entry.Listed));
        if (table is not null)
        {
            int found = tables.FindIndex(entry => entry.Listed == table || entry.Listed == Unqualified(table));
            if (found < 0) found = tables.FindIndex(entry => SameButForCase(entry.Listed, table));
            return found >= 0
                ? tables[found].Sql
                : throw new InvalidModelDataException(
                    tables.Count == 0
                        ? $"There is no table '{table}' in '{file}', nor any other."
                        : $"There is no table '{table}' in '{file}'; it has {names}.");
        }

        return tables.Count switch
        {
            1 => tables[0].Sql,
            _ when !isNeeded => null,
            0 => throw new InvalidModelDataException($"The database '{file}' has no table; name another file."),
            _ => throw new InvalidModelDataException(
                $"The database '{file}' has several tables; name one of them (--table): {names}."),
        };
    }

    private static string Unqualified(string name) =>
        name.StartsWith("main.", StringComparison.OrdinalIgnoreCase) ? name[5..] : name;

    /// <summary>SQL does not tell names by their case.</summary>
    private static bool SameButForCase(string listed, string name) =>
        string.Equals(listed, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(listed, Unqualified(name), StringComparison.OrdinalIgnoreCase);

    private void CheckFile()
    {
        if (Directory.Exists(file))
            throw new InvalidModelDataException($"'{file}' is a folder; name a DuckDB database file.");
        if (!File.Exists(file))
            throw new InvalidModelDataException($"There is no file '{file}'; check the path and the spelling.");
        Span<byte> start = stackalloc byte[MagicOffset + Magic.Length];
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
                && start[MagicOffset..].SequenceEqual(Magic))
            {
                return;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidModelDataException($"'{file}' cannot be read: {error.Message}", error);
        }

        throw new InvalidModelDataException(
            $"'{file}' is no DuckDB database; name one, or a file of another form by its own extension.");
    }
}
