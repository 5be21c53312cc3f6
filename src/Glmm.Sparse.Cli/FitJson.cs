using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Glmm.Sparse.Cli;

/// <summary>Writes and reads fit documents as JSON.</summary>
internal static class FitJson
{
    // Names of coefficients such as I(week > 2)TRUE stay readable; JSON does not need them escaped.
    private static readonly FitJsonContext s_context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    });

    public static string Write(FitDocument document) => JsonSerializer.Serialize(document, s_context.FitDocument);
}

[JsonSerializable(typeof(FitDocument))]
internal sealed partial class FitJsonContext : JsonSerializerContext;
