using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>Reads Parquet files into columnar tables, only the columns that are kept, by the embedded DuckDB
/// engine.</summary>
/// <remarks>
/// Integers, floating numbers and decimals are numeric (whole numbers that a double does not hold make a column of
/// text), booleans boolean, dates and timestamps dates and times, strings, enumerations and UUIDs text; null is a
/// missing value. Columns of other types must be left out or converted.
/// </remarks>
public static class ParquetTable
{
    /// <summary>Reads one or more files.</summary>
    /// <param name="path">A file, or a pattern such as <c>part-*.parquet</c>, whose files are read in the order of
    /// their names.</param>
    /// <param name="columns">Names of the columns to keep, or null for all; names that the file lacks do no
    /// harm.</param>
    /// <param name="textColumns">Names of columns that are text whatever their type, or null for none.</param>
    /// <param name="options">How the engine reads; null for <see cref="DuckDbOptions.Default"/>.</param>
    /// <returns>The table, its rows in the order of the file or as the options sort them.</returns>
    /// <exception cref="InvalidModelDataException">The file cannot be read; the message says why.</exception>
    /// <exception cref="InvalidModelOptionException">An option is wrong.</exception>
    public static ColumnTable Read(
        string path, IReadOnlySet<string>? columns = null, IReadOnlySet<string>? textColumns = null,
        DuckDbOptions? options = null) =>
        SqlData.Parquet(path).Read(columns, textColumns, options ?? DuckDbOptions.Default);
}
