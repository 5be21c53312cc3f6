using System.Text.Encodings.Web;
using System.Text.Json;

namespace Glmm.Sparse.Cli;

/// <summary>How every document of the command is written as JSON.</summary>
internal static class ContractJson
{
    /// <summary>Options of its own for each context, which binds them.</summary>
    // Names of coefficients such as I(week > 2)TRUE stay readable; JSON does not need them escaped.
    public static JsonSerializerOptions Options() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>A number as JSON has it: null where it is not finite.</summary>
    public static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
