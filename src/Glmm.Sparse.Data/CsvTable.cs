using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>Reads CSV files (plain or gzip-compressed) into columnar tables.</summary>
public static class CsvTable
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; a name that ends in <c>.gz</c> is decompressed.</param>
    /// <param name="columns">Names of the columns to keep, or null for all.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">The file cannot be read as CSV; the message says where.</exception>
    public static ColumnTable Read(string path, IReadOnlySet<string>? columns = null) =>
        throw new NotImplementedException();
}
