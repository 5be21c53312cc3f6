using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>One fit of Reference/fits by the independent dense oracle.</summary>
internal sealed record OracleFit(string Model, string Key)
{
    internal required string Family { get; init; }

    internal required string Link { get; init; }

    internal required string Structure { get; init; }

    internal required bool Diverges { get; init; }

    internal required double[] Alpha { get; init; }

    internal required double[] StandardErrors { get; init; }

    internal required double[][] Covariance { get; init; }

    internal required double Dispersion { get; init; }

    internal required bool Singular { get; init; }

    internal required double WorkingLogLikelihood { get; init; }

    internal required double? ModeSquares { get; init; }

    internal required double[][] FirstModes { get; init; }

    internal bool IsPql => !Key.StartsWith("MQL", StringComparison.Ordinal);

    internal FitOptions Options => new()
    {
        Criterion = Key.Contains("REML", StringComparison.Ordinal) ? EstimationCriterion.Reml : EstimationCriterion.Ml,
        Dispersion = Key.EndsWith("phi1", StringComparison.Ordinal) ? DispersionOption.Fixed() : DispersionOption.Estimated,
    };

    internal Family GetFamily() => Sparse.Families.Family.Parse(Family.Replace("inverse.gaussian", "inverse-gaussian", StringComparison.Ordinal));

    public override string ToString() => $"{Model} {Key}";

    internal static IEnumerable<OracleFit> All()
    {
        foreach (string path in Directory.GetFiles(Repository.Reference("fits"), "*.json").Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty("oracle", out JsonElement oracle)) continue;
            foreach (JsonProperty fit in oracle.EnumerateObject())
            {
                if (!fit.Name.StartsWith("PQL", StringComparison.Ordinal) && !fit.Name.StartsWith("MQL", StringComparison.Ordinal) &&
                    !fit.Name.StartsWith("LMM", StringComparison.Ordinal)) continue;
                JsonElement value = fit.Value;
                bool diverges = value.TryGetProperty("diverges", out _);
                yield return new OracleFit(root.GetProperty("name").GetString()!, fit.Name)
                {
                    Family = root.GetProperty("family").GetString()!,
                    Link = root.GetProperty("link").GetString()!,
                    Structure = root.GetProperty("structure").GetString()!,
                    Diverges = diverges,
                    Alpha = diverges ? [] : Numbers(value.GetProperty("alpha")),
                    StandardErrors = diverges ? [] : Numbers(value.GetProperty("se")),
                    Covariance = diverges ? [] : Rows(value.GetProperty("D")),
                    Dispersion = diverges ? double.NaN : value.GetProperty("phi").GetDouble(),
                    Singular = !diverges && value.GetProperty("singular").GetBoolean(),
                    WorkingLogLikelihood = diverges
                        ? double.NaN
                        : value.GetProperty(fit.Name.Contains("REML", StringComparison.Ordinal) ? "working_loglik_REML" : "working_loglik_ML").GetDouble(),
                    ModeSquares = value.TryGetProperty("blups_ss", out JsonElement ss) ? ss.GetDouble() : null,
                    FirstModes = value.TryGetProperty("blups_first5", out JsonElement first) ? Rows(first) : [],
                };
            }
        }
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    private static double[][] Rows(JsonElement array) => [.. array.EnumerateArray().Select(Numbers)];
}
