using CsvHelper;

namespace Glmm.Sparse.Data;

/// <summary>
/// An open CSV file whose header is read and found sound. It reads any file, record by record, and says what is wrong
/// with
/// one; <see cref="CsvBlockReader"/> is quicker and reads those with which nothing is.
/// </summary>
internal sealed class CsvSource : IDisposable
{
    private readonly string _name;
    private readonly CsvReader _reader;
    private readonly GzipFile? _gzip;
    private readonly MalformedRecords _malformed;

    private CsvSource(string name, char separator, CsvReader reader, GzipFile? gzip, MalformedRecords malformed)
    {
        _name = name;
        Separator = separator;
        _reader = reader;
        _gzip = gzip;
        _malformed = malformed;
        Header = [.. reader.Headers.Select(name => name.Trim())];
    }

    /// <summary>What separates fields.</summary>
    public char Separator { get; }

    /// <summary>The column names.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="InvalidModelDataException">The header is missing or unusable.</exception>
    public static CsvSource Open(CsvFile file)
    {
        CsvSource source = Open(file, ',');
        char separator = source.Header is not [string only] ? ','
            : only.Contains(';') ? ';'
            : only.Contains('\t') ? '\t'
            : ',';
        if (separator != ',')
        {
            source.Dispose();
            source = Open(file, separator);
        }

        try
        {
            source.CheckHeader();
            return source;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Reads all rows into some columns.</summary>
    /// <param name="columns">The columns; each takes its field of every row.</param>
    /// <returns>Number of rows.</returns>
    public int ReadInto(IReadOnlyList<CsvColumn> columns)
    {
        CsvColumn[] active = [.. columns];
        int rows = 0;
        while (_reader.Read())
        {
            if (_malformed.First is not null) ThrowMalformed(rows);
            if (_reader.FieldCount != Header.Count) ThrowRagged(rows);
            if (rows == Array.MaxLength)
                throw new InvalidModelDataException($"'{_name}' has more rows than a table can hold.");
            bool anyFinished = false;
            foreach (CsvColumn column in active)
            {
                column.Add(_reader.GetSpan(column.Field), _reader.LineNumber);
                anyFinished |= column.NeedsRereading;
            }

            if (anyFinished) active = [.. active.Where(column => !column.NeedsRereading)];
            rows++;
        }

        if (_malformed.First is not null) ThrowMalformed(rows);
        return rows;
    }

    public void Dispose() => _reader.Dispose();

    private static CsvSource Open(CsvFile file, char separator)
    {
        var malformed = new MalformedRecords();
        var options = new CsvReaderOptions
        {
            Separator = separator,
            TrackLineNumbers = true,
            OnMalformedRecord = malformed.Note,
        };
        GzipFile? gzip = file.IsGzip ? new GzipFile(file.Path) : null;
        CsvReader reader = gzip is null
            ? CsvReader.FromFile(file.Path, options)
            : CsvReader.Create(gzip, options, leaveOpen: false);
        try
        {
            return new CsvSource(file.Name, separator, reader, gzip, malformed);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private void CheckHeader()
    {
        if (_malformed.First is not null) ThrowMalformed(-1);
        if (Header.Count == 0 || Header is [""])
        {
            throw new InvalidModelDataException(
                $"'{_name}' is empty; its first line must name the columns.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int field = 0; field < Header.Count; field++)
        {
            if (string.IsNullOrWhiteSpace(Header[field]))
            {
                string mend = field == 0
                    ? "name it or leave it out (R: write.csv(..., row.names = FALSE); pandas: to_csv(..., index=False))"
                    : "name it or leave it out";
                throw new InvalidModelDataException(
                    $"'{_name}': column {field + 1} has an empty name in the header; {mend}.");
            }

            if (!seen.Add(Header[field]))
            {
                throw new InvalidModelDataException(
                    $"'{_name}': two columns are named '{Header[field]}'; give every column a name of its own.");
            }
        }
    }

    private void ThrowRagged(int row)
    {
        // A damaged archive decodes to nonsense before its checksum is reached; then that is the error to report.
        _gzip?.Drain();
        int found = _reader.FieldCount;
        string mend = found == Header.Count + 1
            ? "if the first field is a row name, give it a name in the header; if a field holds the separator, quote it"
            : found > Header.Count
                ? "quote a field that holds the separator"
                : "write the missing fields, empty or NA where there is no value";
        throw new InvalidModelDataException(
            $"'{_name}': row {row + 1} (line {_reader.LineNumber}) has {Fields(found)}, the header has "
            + $"{Header.Count}; {mend}.");
    }

    private void ThrowMalformed(int row)
    {
        _gzip?.Drain();
        CsvMalformedRecord record = _malformed.First!.Value;
        string place = row < 0 || record.RecordNumber <= 1
            ? $"the header (line {record.LineNumber})"
            : $"row {record.RecordNumber - 1} (line {record.LineNumber})";
        throw new InvalidModelDataException(
            record.Reason == CsvMalformedReason.UnterminatedQuote
                ? $"'{_name}': {place} opens a quote that is never closed; close it, and double a quote inside a "
                    + "quoted field."
                : $"'{_name}': {place} has text after a closing quote; quote the whole field, and double a quote "
                    + "inside it.");
    }

    private static string Fields(int count) => count == 1 ? "1 field" : $"{count} fields";

    /// <summary>Keeps the first record that no reading can be trusted for; stray quotes are taken as text.</summary>
    private sealed class MalformedRecords
    {
        public CsvMalformedRecord? First { get; private set; }

        public void Note(CsvMalformedRecord record)
        {
            if (record.Reason is CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.TextAfterClosingQuote)
                First ??= record;
        }
    }
}
