using System.Text.Json;
using System.Text.Json.Serialization;

namespace Glmm.Sparse.Cli;

/// <summary>Writes and reads fit documents as JSON.</summary>
internal static class FitJson
{
    private static readonly FitJsonContext s_context = new(ContractJson.Options());

    public static string Write(FitDocument document) => JsonSerializer.Serialize(document, s_context.FitDocument);
}

[JsonSerializable(typeof(FitDocument))]
internal sealed partial class FitJsonContext : JsonSerializerContext;
