using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>Reads tables of DuckDB database files into columnar tables, only the columns that are kept.</summary>
/// <remarks>The file is opened for reading only. Types become what <see cref="ParquetTable"/> says.</remarks>
public static class DuckDbTable
{
    /// <summary>Reads a table or view.</summary>
    /// <param name="databaseFile">The database file.</param>
    /// <param name="table">
    /// The table's name, with its schema before a dot where that is not main; null for the only one there is.
    /// </param>
    /// <param name="columns">Names of the columns to keep, or null for all; names that the table lacks do no
    /// harm.</param>
    /// <param name="textColumns">Names of columns that are text whatever their type, or null for none.</param>
    /// <param name="options">How the engine reads; null for <see cref="DuckDbOptions.Default"/>.</param>
    /// <returns>The table, its rows in the order of the database or as the options sort them.</returns>
    /// <exception cref="InvalidModelDataException">The file or table cannot be read; the message says why.</exception>
    /// <exception cref="InvalidModelOptionException">An option is wrong.</exception>
    public static ColumnTable Read(
        string databaseFile, string? table = null, IReadOnlySet<string>? columns = null,
        IReadOnlySet<string>? textColumns = null, DuckDbOptions? options = null) =>
        SqlData.Database(databaseFile, table).Read(columns, textColumns, options ?? DuckDbOptions.Default);
}
