using System.Runtime.CompilerServices;
using Glmm.Sparse.Data;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Where a command reads rows.</summary>
/// <param name="Path">The file; <see cref="QueryAlone"/> where a query names its files itself.</param>
/// <param name="Sql">A query to read instead of the whole file, or null.</param>
/// <param name="Table">The table of a database file, or null for the only one.</param>
internal sealed record DataSource(string Path, string? Sql, string? Table = null)
{
    /// <summary>Stands for the file where a query names its files itself.</summary>
    public const string QueryAlone = "(query)";

    /// <summary>Whether the command has <c>--table</c> for this source, so that a message may speak of it.</summary>
    public bool HasTableOption { get; init; } = true;

    /// <summary>Reads the rows.</summary>
    /// <param name="columns">Names of the columns to keep, or null for all; names that the source lacks do no
    /// harm.</param>
    /// <param name="textColumns">Names of columns that are text whatever their cells look like, or null.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">It cannot be read; the message says where and why.</exception>
    public ColumnTable Read(IReadOnlySet<string>? columns = null, IReadOnlySet<string>? textColumns = null)
    {
        if (Path == QueryAlone) return Query(null, columns, textColumns);
        DataFormat format = DataFileForm.Of(Path);
        if (Table is not null && format != DataFormat.DuckDb)
        {
            throw new InvalidModelOptionException(
                $"--table names a table of a DuckDB database, which '{Path}' is not; leave it out.");
        }

        if (Sql is not null) return Query(format, columns, textColumns);
        return format switch
        {
            DataFormat.Parquet => ReadParquet(columns, textColumns),
            DataFormat.Arrow => ReadArrow(columns, textColumns),
            DataFormat.DuckDb => ReadDatabase(columns, textColumns),
            _ => CsvTable.Read(Path, columns, textColumns),
        };
    }

    // Each in a method of its own, so that a command loads the engine of a form only when it reads that form.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ColumnTable ReadParquet(IReadOnlySet<string>? columns, IReadOnlySet<string>? textColumns) =>
        ParquetTable.Read(Path, columns, textColumns);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ColumnTable ReadArrow(IReadOnlySet<string>? columns, IReadOnlySet<string>? textColumns) =>
        ArrowTable.Read(Path, columns, textColumns);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ColumnTable ReadDatabase(IReadOnlySet<string>? columns, IReadOnlySet<string>? textColumns)
    {
        const string mend = "name one of them (--table)";
        try
        {
            return DuckDbTable.Read(Path, Table, columns, textColumns);
        }
        catch (InvalidModelDataException error)
            when (!HasTableOption && error.Message.Contains(mend, StringComparison.Ordinal))
        {
            throw new InvalidModelDataException(
                error.Message.Replace(
                    mend, "write the one with the rows to a file of its own, such as Parquet, and name that file",
                    StringComparison.Ordinal),
                error);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ColumnTable Query(
        DataFormat? format, IReadOnlySet<string>? columns, IReadOnlySet<string>? textColumns)
    {
        SqlData? data = format switch
        {
            DataFormat.Csv => SqlData.Table(CsvTable.Read(Path)),
            DataFormat.Arrow => SqlData.Table(ReadArrow(null, null)),
            DataFormat.Parquet => SqlData.Parquet(Path),
            DataFormat.DuckDb => SqlData.Database(Path, Table),
            _ => null,
        };
        return SqlTable.Query(Sql!, data, columns, textColumns);
    }
}
