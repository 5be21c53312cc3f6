using System.Text.Json;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>One interval of Reference/profiles/profiles.json, by lme4 or glmmTMB (see profiles.R).</summary>
internal sealed record ProfileReference(
    string Kind, string First, string Second, double Estimate, double Lower, double Upper)
{
    internal ProfileParameter Parameter(LikelihoodFit fit) => Kind switch
    {
        "fixed" => ProfileParameter.FixedEffect(fit, First),
        "sd" => ProfileParameter.StandardDeviation(fit, First),
        "correlation" => ProfileParameter.Correlation(fit, First, Second),
        "dispersion" => ProfileParameter.Dispersion(fit),
        _ => ProfileParameter.Shape(fit),
    };

    internal static JsonElement[] Models()
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.Reference("profiles", "profiles.json")));
        return [.. document.RootElement.EnumerateArray().Select(e => e.Clone())];
    }

    internal static IEnumerable<ProfileReference> Of(JsonElement model) =>
        model.GetProperty("intervals").EnumerateArray().Select(e => new ProfileReference(
            e.GetProperty("kind").GetString()!, e.GetProperty("first").GetString()!,
            e.GetProperty("second").GetString()!, Number(e, "estimate"), Number(e, "lower"), Number(e, "upper")));

    // An interval that the program could not close has no number there.
    private static double Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : double.NaN;
}
