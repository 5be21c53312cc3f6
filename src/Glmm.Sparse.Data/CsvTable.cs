using CsvHelper;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data;

/// <summary>Reads CSV files (plain or gzip-compressed) into columnar tables.</summary>
/// <remarks>
/// Fields are separated by commas (by semicolons or tabs where the header has those and no comma) and quoted as RFC
/// 4180 says; the text is UTF-8. An empty field and <c>NA</c> are missing values. A column is numeric where every
/// cell is a number, boolean where every cell spells a truth value as R does, of dates or times where every cell is one
/// as
/// ISO 8601 writes it (2024-02-29, 2024-02-29T23:59:59), else text, spelled as in the file.
/// </remarks>
public static class CsvTable
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">
    /// The file; one that is gzip-compressed is decompressed, and what comes through a pipe is read once.
    /// </param>
    /// <param name="columns">
    /// Names of the columns to keep, or null for all; names that the file lacks do no harm.
    /// </param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">The file cannot be read as CSV; the message says where.</exception>
    public static ColumnTable Read(string path, IReadOnlySet<string>? columns = null) => Read(path, columns, null);

    /// <summary>Reads a file some of whose columns are text whatever their cells look like: new rows for a model may
    /// hold fewer of the values by which a column shows what it is.</summary>
    /// <param name="path">As for the other overload.</param>
    /// <param name="columns">As for the other overload.</param>
    /// <param name="textColumns">Names of the columns of text, or null for none.</param>
    /// <returns>The table.</returns>
    /// <exception cref="InvalidModelDataException">The file cannot be read as CSV; the message says where.</exception>
    public static ColumnTable Read(string path, IReadOnlySet<string>? columns, IReadOnlySet<string>? textColumns)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new InvalidModelDataException($"'{path}' is a folder; name a CSV file.");
        try
        {
            return ReadColumns(path, columns, textColumns, CsvReadOptions.Default);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidModelDataException($"There is no file '{path}'; check the path and the spelling.", error);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidModelDataException(
                $"'{path}' does not decompress as gzip: it is damaged, cut short or no gzip file; get or compress it "
                + "anew.",
                error);
        }
        catch (CsvFormatException error)
        {
            throw new InvalidModelDataException($"'{path}' cannot be read as CSV: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidModelDataException($"'{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>As <see cref="Read(string, IReadOnlySet{string}?, IReadOnlySet{string}?)"/>, in a way that is
    /// given.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">Names of the columns to keep, or null for all.</param>
    /// <param name="texts">Names of the columns of text, or null for none.</param>
    /// <param name="options">The way; null for one record after the other.</param>
    internal static ColumnTable ReadColumns(
        string path, IReadOnlySet<string>? wanted, IReadOnlySet<string>? texts, CsvReadOptions? options)
    {
        using CsvFile file = CsvFile.Open(path);
        using CsvSource source = CsvSource.Open(file);
        CsvColumn[] columns = [.. ColumnsOf(source, wanted, texts)];
        if (options is null || !CsvBlockReader.TryRead(file, source, columns, options, out int rows))
        {
            options = null;
            columns = [.. ColumnsOf(source, wanted, texts)];
            rows = source.ReadInto(columns);
        }

        if (rows == 0)
        {
            throw new InvalidModelDataException(
                $"'{path}' has a header but no rows of data; a model needs at least some.");
        }

        Reread(file, [.. columns.Where(column => column.NeedsRereading)], options);
        return ColumnTable.FromSource([.. columns.Select(column => column.Build())], source.Header, rows);
    }

    private static IEnumerable<CsvColumn> ColumnsOf(
        CsvSource source, IReadOnlySet<string>? wanted, IReadOnlySet<string>? texts)
    {
        for (int field = 0; field < source.Header.Count; field++)
        {
            string name = source.Header[field];
            if (wanted is null || wanted.Contains(name))
                yield return new CsvColumn(name, field, texts is not null && texts.Contains(name));
        }
    }

    /// <summary>Columns that turned out to be text after some numbers: read once more, to keep the spelling of the
    /// numbers.</summary>
    private static void Reread(CsvFile file, CsvColumn[] columns, CsvReadOptions? options)
    {
        if (columns.Length == 0) return;
        foreach (CsvColumn column in columns) column.RestartAsText();
        using CsvSource again = CsvSource.Open(file);
        if (options is not null && CsvBlockReader.TryRead(file, again, columns, options, out _)) return;
        foreach (CsvColumn column in columns) column.RestartAsText();
        again.ReadInto(columns);
    }
}
