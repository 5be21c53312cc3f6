using System.Globalization;
using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Data.Tests;

/// <summary>Carries a table through every form of data and back.</summary>
internal static class Forms
{
    public static readonly string[] OfFiles =
    [
        "data.csv", "data.csv.gz", "data.tsv", "data.parquet", "data.arrow", "lz4.feather", "zstd.arrow", "data.arrows",
        "data.duckdb",
    ];

    public static readonly string[] All = [.. OfFiles, "sql", "frame", "records", "arrays", "batches"];

    public static ColumnTable Through(string form, ColumnTable table, TemporaryFolder folder)
    {
        switch (form)
        {
            case "sql":
                return SqlTable.Query("SELECT * FROM data", SqlData.Table(table));
            case "frame":
                return DataFrameTable.From(Frames.Of(table));
            case "records":
                return Records(table);
            case "arrays":
                return Arrays(table);
            case "batches":
                return ArrowTable.From(Batches.Of(table, 100));
            default:
                Write(form, table, folder);
                return Read(folder[form]);
        }
    }

    public static ColumnTable Read(string path) => Path.GetExtension(path) switch
    {
        ".parquet" => ParquetTable.Read(path),
        ".arrow" or ".feather" or ".arrows" => ArrowTable.Read(path),
        ".duckdb" => DuckDbTable.Read(path),
        _ => CsvTable.Read(path),
    };

    /// <summary>Writes a file of the form that its name says.</summary>
    public static void Write(string file, ColumnTable table, TemporaryFolder folder)
    {
        string path = folder[file];
        switch (Path.GetExtension(file))
        {
            case ".csv":
                File.WriteAllText(path, Text(table, ','));
                break;
            case ".tsv":
                File.WriteAllText(path, Text(table, '\t'));
                break;
            case ".gz":
                using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
                    gzip.Write(Encoding.UTF8.GetBytes(Text(table, ',')));
                break;
            case ".parquet":
                Engine.Run(table, $"COPY given TO {SqlText.Literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 2048)");
                break;
            case ".duckdb":
                Engine.Run(
                    table, $"ATTACH {SqlText.Literal(path)} AS made", "CREATE TABLE made.visits AS FROM given",
                    "DETACH made");
                break;
            default:
                WriteArrow(path, table);
                break;
        }
    }

    private static void WriteArrow(string path, ColumnTable table)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        var options = new IpcOptions
        {
            CompressionCodecFactory = new CompressionCodecFactory(),
            CompressionCodec = name switch
            {
                "lz4" => CompressionCodecType.Lz4Frame,
                "zstd" => CompressionCodecType.Zstd,
                _ => null,
            },
        };
        RecordBatch[] batches = [.. Batches.Of(table, 250)];
        using FileStream file = File.Create(path);
        using ArrowStreamWriter writer = Path.GetExtension(path) == ".arrows"
            ? new ArrowStreamWriter(file, batches[0].Schema, leaveOpen: false, options)
            : new ArrowFileWriter(file, batches[0].Schema, leaveOpen: false, options);
        foreach (RecordBatch batch in batches) writer.WriteRecordBatch(batch);
        writer.WriteEnd();
    }

    private static string Text(ColumnTable table, char separator)
    {
        var text = new StringBuilder();
        text.AppendJoin(separator, table.Columns.Select(static column => column.Name)).Append('\n');
        for (int row = 0; row < table.RowCount; row++)
            text.AppendJoin(separator, table.Columns.Select(column => Cell(column, row))).Append('\n');
        return text.ToString();
    }

    private static string Cell(TableColumn column, int row) => column switch
    {
        _ when column.IsMissing(row) => row % 2 == 0 ? "" : "NA",
        DateColumn => column.LabelAt(row),
        NumericColumn numbers => numbers[row].ToString("R", CultureInfo.InvariantCulture),
        TextColumn => $"\"{column.LabelAt(row).Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => column.LabelAt(row),
    };

    private static ColumnTable Records(ColumnTable table)
    {
        RecordTable<int> records = RecordTable.From(Enumerable.Range(0, table.RowCount));
        foreach (TableColumn column in table.Columns)
        {
            records = column switch
            {
                DateColumn { Unit: DateUnit.Days } days => records.Date(
                    days.Name, row => days.IsMissing(row) ? null : DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(days[row]))),
                DateColumn times => records.Time(
                    times.Name, row => times.IsMissing(row) ? null : SampleTables.Time(times[row])),
                NumericColumn numbers => records.Number(
                    numbers.Name, row => numbers.IsMissing(row) ? null : numbers[row]),
                BooleanColumn truths => records.Boolean(
                    truths.Name, row => truths.IsMissing(row) ? null : truths[row] == 1),
                _ => records.Text(column.Name, row => SampleTables.Text(column, row)),
            };
        }

        return records.ToTable();
    }

    private static ColumnTable Arrays(ColumnTable table)
    {
        var builder = new ColumnTableBuilder();
        int[] rows = [.. Enumerable.Range(0, table.RowCount)];
        foreach (TableColumn column in table.Columns)
        {
            switch (column)
            {
                case DateColumn { Unit: DateUnit.Days } days:
                    builder.Date(days.Name, [.. rows.Select(DateOnly? (row) =>
                        days.IsMissing(row) ? null : DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(days[row])))]);
                    break;
                case DateColumn times:
                    builder.Time(times.Name, [.. rows.Select(row => SampleTables.Time(times[row]))]);
                    break;
                case NumericColumn { MissingCount: 0 } numbers:
                    builder.Number(numbers.Name, (double[])[.. rows.Select(row => numbers[row])]);
                    break;
                case NumericColumn numbers:
                    builder.Number(numbers.Name, (double?[])[.. rows.Select(double? (row) =>
                        numbers.IsMissing(row) ? null : numbers[row])]);
                    break;
                case BooleanColumn truths:
                    builder.Boolean(truths.Name, (bool?[])[.. rows.Select(bool? (row) =>
                        truths.IsMissing(row) ? null : truths[row] == 1)]);
                    break;
                case TextColumn text:
                    builder.Text(text.Name, [.. rows.Select(row => text[row])], text.Texts);
                    break;
            }
        }

        return builder.ToTable();
    }
}
