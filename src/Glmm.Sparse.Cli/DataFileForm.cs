namespace Glmm.Sparse.Cli;

/// <summary>Tells the form of a file by its first bytes and, where these say nothing, by its name.</summary>
internal static class DataFileForm
{
    private const int DuckDbMagicOffset = 8;
    private const int Start = 16;

    /// <summary>Forms that are not read, and what to do about it; {0} is the file.</summary>
    private static readonly (string[] Extensions, string Kind, string Mend)[] s_foreign =
    [
        ([".json", ".jsonl", ".ndjson"], "JSON",
            "read it by a query instead, without --data: --sql \"SELECT * FROM read_json('{0}')\""),
        ([".xlsx", ".xls", ".ods"], "a spreadsheet", "save the sheet as CSV and name that file"),
        ([".rds", ".rda", ".rdata"], "a file of R",
            "write the data as CSV in R: write.csv(x, \"data.csv\", row.names = FALSE)"),
        ([".sas7bdat", ".xpt"], "a file of SAS",
            "export it as CSV (PROC EXPORT DBMS=CSV, or in R haven::read_sas and write.csv)"),
        ([".dta"], "a file of Stata", "export it as CSV (export delimited using data.csv)"),
        ([".sav"], "a file of SPSS", "save it as CSV"),
        ([".sqlite", ".sqlite3"], "an SQLite database", "export the table as CSV"),
    ];

    /// <summary>Tells the form of a file.</summary>
    /// <param name="path">The file; what comes through a pipe is taken for CSV, and a file that does not exist by its
    /// name.</param>
    /// <exception cref="InvalidModelDataException">It is of a form that is not read.</exception>
    public static DataFormat Of(string path)
    {
        Span<byte> buffer = stackalloc byte[Start];
        ReadOnlySpan<byte> start = buffer[..ReadStart(path, buffer)];
        if (start.StartsWith("PAR1"u8)) return DataFormat.Parquet;
        if (start.StartsWith("ARROW1"u8) || start.StartsWith<byte>([0xFF, 0xFF, 0xFF, 0xFF])) return DataFormat.Arrow;
        if (start.Length > DuckDbMagicOffset && start[DuckDbMagicOffset..].StartsWith("DUCK"u8))
            return DataFormat.DuckDb;
        if (start.StartsWith("PK\u0003\u0004"u8)) throw Foreign(path, ".xlsx");
        if (start.StartsWith("SQLite format 3"u8)) throw Foreign(path, ".sqlite");

        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (s_foreign.Any(form => form.Extensions.Contains(extension))) throw Foreign(path, extension);
        DataFormat format = extension switch
        {
            ".parquet" or ".pq" => DataFormat.Parquet,
            ".arrow" or ".arrows" or ".feather" or ".ipc" => DataFormat.Arrow,
            ".duckdb" or ".ddb" or ".db" => DataFormat.DuckDb,
            _ => DataFormat.Csv,
        };
        if (format != DataFormat.Parquet && start.IsEmpty && IsPattern(path))
        {
            throw new InvalidModelDataException(
                $"There is no file '{path}'; only Parquet files can be named by a pattern. Others can by a query, "
                + "without --data, such as --sql \"SELECT * FROM read_csv('part-*.csv')\".");
        }

        return format;
    }

    private static bool IsPattern(string path) => path.Contains('*') && !File.Exists(path);

    private static InvalidModelDataException Foreign(string path, string extension)
    {
        (_, string kind, string mend) = s_foreign.First(form => form.Extensions.Contains(extension));
        return new InvalidModelDataException(
            $"'{path}' is {kind}, which glmm does not read; {mend.Replace("{0}", path, StringComparison.Ordinal)}.");
    }

    /// <summary>The first bytes; none where they cannot be had or would be lost to the reader.</summary>
    private static int ReadStart(string path, Span<byte> start)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            return file.CanSeek ? file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The reader of the form says what is wrong with the file.
            return 0;
        }
    }
}
