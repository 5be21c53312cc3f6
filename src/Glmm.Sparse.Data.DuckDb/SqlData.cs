using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>The rows that a query finds under the name <c>data</c>.</summary>
public abstract class SqlData
{
    private protected SqlData()
    {
    }

    /// <summary>What the rows come from, for messages.</summary>
    private protected abstract string Described { get; }

    /// <summary>One or more Parquet files.</summary>
    /// <param name="path">A file, or a pattern such as <c>part-*.parquet</c>.</param>
    public static SqlData Parquet(string path) => new ParquetSource(path);

    /// <summary>A database file of DuckDB, opened for reading only. The query may name any of its tables.</summary>
    /// <param name="databaseFile">The file.</param>
    /// <param name="table">
    /// The table or view that is <c>data</c>, with its schema before a dot where that is not main; null for the only
    /// one there is.
    /// </param>
    public static SqlData Database(string databaseFile, string? table = null) =>
        new DatabaseSource(databaseFile, table);

    /// <summary>A table in memory.</summary>
    /// <param name="table">The table; it is copied into the engine.</param>
    public static SqlData Table(ColumnTable table) => new MemorySource(table);

    /// <summary>Makes the rows known to an engine.</summary>
    /// <exception cref="InvalidModelDataException">They cannot be read.</exception>
    internal abstract void Attach(DuckDbSession session, bool isNeeded);

    /// <summary>Reads the rows themselves.</summary>
    internal ColumnTable Read(
        IReadOnlySet<string>? columns, IReadOnlySet<string>? textColumns, DuckDbOptions options)
    {
        using DuckDbSession session = DuckDbSession.Open(options);
        Attach(session, isNeeded: true);
        try
        {
            IReadOnlyList<string> names = Names(session);
            string[] kept = [.. names.Where(name => columns is null || columns.Contains(name))];
            using DuckDbResult result = session.Query(SelectText.Of(kept, names, options.OrderBy));
            (IReadOnlyList<TableColumn> made, int rows) = result.Fetch(kept.ToHashSet(), textColumns);
            return rows > 0
                ? ColumnTable.FromSource(made, names, rows)
                : throw new InvalidModelDataException(
                    $"{Described} has columns but no rows of data; a model needs at least some.");
        }
        catch (DuckDbFailure failure)
        {
            throw Error(failure);
        }
    }

    private protected static IReadOnlyList<string> Names(DuckDbSession session)
    {
        using DuckDbResult nothing = session.Query("FROM data LIMIT 0");
        return nothing.Names;
    }

    private protected abstract InvalidModelDataException Error(DuckDbFailure failure);
}
