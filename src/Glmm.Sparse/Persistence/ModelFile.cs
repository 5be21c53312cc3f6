using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Glmm.Sparse.Persistence;

/// <summary>The model file: a JSON envelope with a version and a checksum around one JSON object, the model.</summary>
/// <remarks>
/// <para>
/// UTF-8 JSON, one line: <c>{"schema": "glmm.model/1", "sha256": …, "model": {…}}</c>. The checksum is the SHA-256, in
/// hexadecimal digits, of the bytes of the model as they stand in the file, from its opening brace to its closing one.
/// The model has
/// </para>
/// <list type="bullet">
/// <item><c>fit</c>: how it came about (method, order, criterion, observations, clusters, verdict, message, structure,
/// deviance, log_likelihood, …);</item>
/// <item><c>family</c> (name, shape, shape_estimated), <c>link</c>, <c>dispersion</c>;</item>
/// <item><c>fixed</c>: names, estimates (p), covariance (p×p);</item>
/// <item><c>random</c>: group, terms, covariance (q×q);</item>
/// <item><c>clusters</c>: labels and rows (k), modes (k×q), covariances (k×q(q+1)/2, lower triangles), crosses (k×p×q);
/// all empty for MQL;</item>
/// <item><c>schema</c>: formula, columns (name, kind, is_factor, levels, mean), scales (expression, mean, deviation),
/// weights, offset, fixed_columns; null for a model that was made without a formula.</item>
/// </list>
/// <para>
/// Numbers that stand by themselves are JSON numbers (or the strings NaN, Infinity, -Infinity); arrays of them are
/// lists of blocks of at most 65,536 doubles, each a base64 string of IEEE 754 values, least significant byte first,
/// row by row. Members that a reader does not know are skipped, so that a later version 1 may add some; any other
/// change makes a version 2. There are no rows of data in it; labels of clusters and levels of factors there are.
/// </para>
/// </remarks>
internal static class ModelFile
{
    /// <summary>The newest version, which is written.</summary>
    public const int Version = 1;

    private const string Schema = "glmm.model/";
    private const int MostBytes = 2_000_000_000;

    /// <summary>The file of a model.</summary>
    /// <exception cref="ModelFileException">The model cannot be put into a file.</exception>
    public static void Write(Stream stream, GlmmModel model)
    {
        byte[] content = ModelJson.Write(ModelDocumentWriter.Write(model, MostBytes));
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"schema\": \"{Schema}{Version}\", \"sha256\": \"{Checksum(content)}\", \"model\": ");
        stream.Write(Encoding.ASCII.GetBytes(head));
        stream.Write(content);
        stream.Write("}\n"u8);
    }

    /// <summary>The model of a file.</summary>
    /// <param name="stream">Read to its end.</param>
    /// <exception cref="ModelFileException">The file is damaged, newer, or none.</exception>
    public static GlmmModel Read(Stream stream)
    {
        using var memory = new MemoryStream();
        Copy(stream, memory);
        return Read(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    /// <summary>The model of the bytes of a file.</summary>
    /// <exception cref="ModelFileException">The file is damaged, newer, or none.</exception>
    public static GlmmModel Read(ReadOnlySpan<byte> file)
    {
        try
        {
            ReadOnlySpan<byte> content = Open(file);
            return ModelDocumentReader.Read(ModelJson.Read(content));
        }
        catch (JsonException error)
        {
            throw Damaged("its JSON does not parse", error);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            // What the JSON reader throws for text that is not UTF-8.
            throw Damaged("a text of it is not UTF-8", error);
        }
    }

    /// <summary>The error of a file whose content cannot be right.</summary>
    public static ModelFileException Damaged(string why, Exception? error = null) => new(
        $"The model file is damaged: {why}. Copy it anew, or fit the model and save it again.", error);

    /// <summary>Checks the envelope.</summary>
    /// <returns>The bytes of the model.</returns>
    private static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> file)
    {
        var reader = new Utf8JsonReader(file);
        string? schema = null, checksum = null;
        ReadOnlySpan<byte> content = default;
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw NoModel(file);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isSchema = reader.ValueTextEquals("schema"u8), isSum = reader.ValueTextEquals("sha256"u8);
                bool isModel = reader.ValueTextEquals("model"u8);
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && isSchema) schema ??= CheckVersion(reader.GetString()!);
                if (reader.TokenType == JsonTokenType.String && isSum) checksum ??= reader.GetString();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isModel && schema is null) throw NoModel(file);
                if (isModel) content = file[start..(int)reader.BytesConsumed];
            }

            reader.Read();
        }
        catch (JsonException) when (schema is null)
        {
            throw NoModel(file);
        }

        if (schema is null) throw NoModel(file);
        if (content.IsEmpty || checksum is null) throw Damaged("it has no model or no checksum");
        return string.Equals(checksum, Checksum(content), StringComparison.OrdinalIgnoreCase)
            ? content
            : throw Damaged("its checksum is not that of its content");
    }

    private static string CheckVersion(string schema)
    {
        if (schema == "glmm.fit/1")
        {
            throw new ModelFileException(
                "This is the report of a fit (--json), not a model; save the model with --save and read that.");
        }

        bool isModel = schema.StartsWith(Schema, StringComparison.Ordinal);
        ReadOnlySpan<char> number = isModel ? schema.AsSpan(Schema.Length) : "";
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version < 1)
        {
            throw new ModelFileException(
                $"This is no model file: it says that it is '{Short(schema)}', and a model file '{Schema}{Version}'. "
                + "Name a file that was written by --save or GlmmModel.Save.");
        }

        return version <= Version
            ? schema
            : throw new ModelFileException(
                $"The model file is of version {version}, and this version of Glmm.Sparse reads versions up to "
                + $"{Version}; read it with a newer version of Glmm.Sparse, or save the model with this one.");
    }

    private static ModelFileException NoModel(ReadOnlySpan<byte> file) => new(
        (file.IsEmpty ? "The file is empty, and no model. " : "This is no model file: it does not say what it is. ")
        + "Name a file that was written by --save or GlmmModel.Save.");

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}...";

    private static string Checksum(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static void Copy(Stream source, MemoryStream destination)
    {
        if (source.CanSeek)
        {
            RefuseSize(source.Length - source.Position);
            destination.Capacity = (int)(source.Length - source.Position);
        }

        byte[] buffer = new byte[1 << 16];
        for (int read; (read = source.Read(buffer)) > 0;)
        {
            RefuseSize(destination.Length + read);
            destination.Write(buffer, 0, read);
        }
    }

    private static void RefuseSize(long length)
    {
        if (length <= MostBytes) return;
        throw new ModelFileException(
            $"The file has more than {MostBytes / 1_000_000} megabytes, which no model file has. Name a file that was "
            + "written by --save or GlmmModel.Save.");
    }
}
