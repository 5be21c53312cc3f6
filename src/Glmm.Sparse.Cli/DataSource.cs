using Glmm.Sparse.Data;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Where a command reads rows.</summary>
/// <param name="Path">The file.</param>
/// <param name="Sql">A query to read instead of the whole file, or null.</param>
internal sealed record DataSource(string Path, string? Sql)
{
    /// <summary>Reads the rows.</summary>
    /// <param name="columns">Names of the columns to keep, or null for all; names that the source lacks do no
    /// harm.</param>
    /// <param name="textColumns">Names of columns that are text whatever their cells look like, or null.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">It cannot be read; the message says where and why.</exception>
    public ColumnTable Read(IReadOnlySet<string>? columns = null, IReadOnlySet<string>? textColumns = null) =>
        CsvTable.Read(Path, columns, textColumns);
}
