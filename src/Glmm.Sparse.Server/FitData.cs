using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Server;

/// <summary>Where a fit has its rows from.</summary>
internal abstract class FitData
{
    /// <summary>What a body names.</summary>
    /// <exception cref="RequestException">It names none or several, or a file that is none of the data.</exception>
    public static FitData Of(FitDataBody body, ServerSettings settings) => body switch
    {
        { Path: { } path, Csv: null, Columns: null } =>
            new DataFile(DataFolder.Resolve(settings.DataDirectory, path), path),
        { Path: null, Csv: { } csv, Columns: null } => new InlineCsv(csv),
        { Path: null, Csv: null, Columns: { } columns } => new InlineColumns(Table(columns)),
        _ => throw RequestException.Bad("The data are given as one of \"path\", \"csv\" and \"columns\"."),
    };

    /// <summary>Reads the rows.</summary>
    /// <exception cref="GlmmException">They cannot be read.</exception>
    public abstract ColumnTable Read(IReadOnlySet<string>? columns);

    private static ColumnTable Table(Dictionary<string, JsonElement[]> columns) =>
        ColumnTable.FromColumns([.. columns.Select(static pair => Column(pair.Key, pair.Value))]);

    /// <summary>A column is of the kind of its first value that there is.</summary>
    private static TableColumn Column(string name, JsonElement[] values)
    {
        JsonElement first = values.FirstOrDefault(static value => value.ValueKind != JsonValueKind.Null);
        bool isTruth = first.ValueKind is JsonValueKind.True or JsonValueKind.False;
        for (int row = 0; row < values.Length; row++)
        {
            JsonValueKind kind = values[row].ValueKind;
            bool fits = kind == JsonValueKind.Null || kind == first.ValueKind
                || (isTruth && kind is JsonValueKind.True or JsonValueKind.False);
            if (fits && kind is not (JsonValueKind.Array or JsonValueKind.Object)) continue;
            throw RequestException.Bad(
                $"Column '{name}' holds {Short(values[row])} in row {row + 1}; a column has numbers only, texts only "
                + "or truth values only, and null where one is missing.");
        }

        return first.ValueKind switch
        {
            JsonValueKind.String => TableColumn.Text(name, [.. values.Select(static value => value.GetString())]),
            JsonValueKind.True or JsonValueKind.False => TableColumn.Boolean(
                name, [.. values.Select(static value => value.ValueKind == JsonValueKind.Null
                    ? (bool?)null
                    : value.GetBoolean())]),
            _ => TableColumn.Numeric(name, [.. values.Select(static value => value.ValueKind == JsonValueKind.Null
                ? TableColumn.MissingValue
                : value.GetDouble())]),
        };
    }

    private static string Short(JsonElement value) =>
        value.GetRawText() is { Length: > 20 } text ? text[..20] + "..." : value.GetRawText();

    /// <summary>A file of the server's.</summary>
    private sealed class DataFile(string fullPath, string asNamed) : FitData
    {
        public override ColumnTable Read(IReadOnlySet<string>? columns)
        {
            try
            {
                return CsvTable.Read(fullPath, columns);
            }
            catch (InvalidModelDataException error)
            {
                // Where the server has its data is not for the client.
                throw new InvalidModelDataException(
                    error.Message.Replace(fullPath, asNamed, StringComparison.Ordinal), error);
            }
        }
    }

    /// <summary>Text that came with the request.</summary>
    private sealed class InlineCsv(string text) : FitData
    {
        public override ColumnTable Read(IReadOnlySet<string>? columns)
        {
            string path = Path.Combine(Path.GetTempPath(), $"glmm-{Path.GetRandomFileName()}.csv");
            try
            {
                File.WriteAllText(path, text);
                return CsvTable.Read(path, columns);
            }
            catch (InvalidModelDataException error)
            {
                throw new InvalidModelDataException(
                    error.Message.Replace(path, "csv", StringComparison.Ordinal), error);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    private sealed class InlineColumns(ColumnTable table) : FitData
    {
        public override ColumnTable Read(IReadOnlySet<string>? columns) => table;
    }
}
