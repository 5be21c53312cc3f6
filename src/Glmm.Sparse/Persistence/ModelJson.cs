using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Persistence;

/// <summary>The content of a model file to and from JSON, by code that the compiler generated: no type is named by a
/// file, and nothing is looked up by reflection.</summary>
internal static class ModelJson
{
    private static readonly ModelJsonContext s_context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // Names such as I(week > 2)TRUE stay readable; JSON does not need them escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        Converters =
        {
            Names<EstimationMethod>(),
            Names<EstimationCriterion>(),
            Names<Verdict>(),
        },
    });

    public static byte[] Write(ModelDocument document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, s_context.ModelDocument);

    /// <exception cref="JsonException">The text is not such a document.</exception>
    public static ModelDocument Read(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, s_context.ModelDocument) ?? throw new JsonException("The model is null.");

    private static JsonStringEnumConverter<T> Names<T>()
        where T : struct, Enum => new(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
}

[JsonSerializable(typeof(ModelDocument))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
