using DuckDB.NET.Native;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>Makes columnar tables of SQL queries, which the embedded DuckDB engine runs.</summary>
/// <remarks>
/// A query may name files itself, as in <c>FROM 'visits.parquet'</c> or <c>FROM read_csv('visits.csv')</c>, and finds
/// rows that are given to it under the name <c>data</c>. It only reads. Types become what <see cref="ParquetTable"/>
/// says.
/// </remarks>
public static class SqlTable
{
    private static readonly HashSet<string> s_readers = new(StringComparer.OrdinalIgnoreCase)
    {
        "SELECT", "WITH", "FROM", "VALUES", "TABLE", "PIVOT", "UNPIVOT", "DESCRIBE", "SHOW", "SUMMARIZE",
    };

    /// <summary>Runs a query.</summary>
    /// <param name="sql">One query in DuckDB's SQL.</param>
    /// <param name="data">The rows that are <c>data</c> in the query, or null for none.</param>
    /// <param name="columns">Names of the query's columns to keep, or null for all; names that it lacks do no
    /// harm.</param>
    /// <param name="textColumns">Names of columns that are text whatever their type, or null for none.</param>
    /// <param name="options">How the engine reads; null for <see cref="DuckDbOptions.Default"/>. The query sorts by
    /// an ORDER BY of its own.</param>
    /// <returns>The table, its rows in the order of the query.</returns>
    /// <exception cref="InvalidModelDataException">The data cannot be read or the query cannot be run.</exception>
    /// <exception cref="InvalidModelOptionException">The text is no query, or an option is wrong.</exception>
    public static ColumnTable Query(
        string sql, SqlData? data = null, IReadOnlySet<string>? columns = null,
        IReadOnlySet<string>? textColumns = null, DuckDbOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sql);
        options ??= DuckDbOptions.Default;
        if (options.OrderBy is not null)
            throw new InvalidModelOptionException("A query sorts by its own ORDER BY; leave the option OrderBy out.");
        using DuckDbSession session = DuckDbSession.Open(options);
        data?.Attach(session, isNeeded: false);
        try
        {
            RequireOneQuery(session, sql);
            using DuckDbResult result = session.Query(sql);
            RequireDifferentNames(result.Names, columns);
            (IReadOnlyList<TableColumn> made, int rows) = result.Fetch(columns, textColumns);
            return rows > 0
                ? ColumnTable.FromSource(made, result.Names, rows)
                : throw new InvalidModelDataException("The query gives no rows; a model needs at least some.");
        }
        catch (DuckDbFailure failure)
            when (failure.Message.Contains("name data does not exist", StringComparison.Ordinal))
        {
            throw new InvalidModelDataException(
                data is null
                    ? "The query reads 'data', but no data were given (--data); give them, or name a file in the "
                        + "query, as in FROM 'visits.parquet'."
                    : "The query reads 'data', but the database has several tables or none; name the one (--table), or "
                        + "name a table of the database in the query.",
                failure);
        }
        catch (DuckDbFailure failure)
        {
            throw failure.For("The query cannot be run", "mend the query");
        }
    }

    /// <summary>One that only reads: whatever can define a view does.</summary>
    private static void RequireOneQuery(DuckDbSession session, string sql)
    {
        int statements = session.CountStatements(sql);
        if (statements != 1)
        {
            throw new InvalidModelOptionException(
                statements == 0
                    ? "The query is empty; write one such as SELECT * FROM data WHERE visit > 1."
                    : $"The query holds {statements} statements; give a single one.");
        }

        // Preparing is harmless for what reads, and not for all else: EXPORT makes its folder then.
        if (!s_readers.Contains(SqlText.FirstWord(sql))) throw NotReading(null);
        using DuckDBPreparedStatement statement = session.Prepare(sql);
        if (NativeMethods.PreparedStatements.DuckDBParams(statement) > 0)
        {
            throw new InvalidModelOptionException(
                "The query has parameters (? or $1), for which there are no values; write the values themselves.");
        }

        try
        {
            session.Prepare($"CREATE TEMP VIEW checked AS {sql}").Dispose();
        }
        catch (DuckDbFailure failure)
        {
            throw NotReading(failure);
        }
    }

    private static InvalidModelOptionException NotReading(DuckDbFailure? failure) => new(
        "Only a query that reads can be run, such as SELECT * FROM data WHERE visit > 1; run other statements with "
        + "DuckDB itself first.",
        failure);

    private static void RequireDifferentNames(IReadOnlyList<string> names, IReadOnlySet<string>? kept)
    {
        string? twice = names
            .Where(name => kept is null || kept.Contains(name))
            .GroupBy(static name => name, StringComparer.Ordinal)
            .FirstOrDefault(static group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new InvalidModelDataException(
                $"The query gives two columns named '{twice}'; name them apart with AS, or select one of them.");
        }
    }
}
