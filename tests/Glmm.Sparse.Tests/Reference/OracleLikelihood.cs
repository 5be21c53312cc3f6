using System.Text.Json;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>
/// A maximum of Laplace's or the quadrature's log-likelihood that the independent dense program found (Reference/fits).
/// </summary>
/// <param name="Model">The model's name.</param>
/// <param name="Key">Laplace (observed curvature), Laplace_expected_hessian, AGQ25, AGQ100 or AGQ15x15.</param>
internal sealed record OracleLikelihood(string Model, string Key)
{
    internal required string Family { get; init; }

    internal required Link Link { get; init; }

    internal required string Structure { get; init; }

    internal required double[] Alpha { get; init; }

    internal required double[] StandardErrors { get; init; }

    internal required double[,] Covariance { get; init; }

    internal required double Dispersion { get; init; }

    internal required bool Singular { get; init; }

    internal required double LogLikelihood { get; init; }

    internal required double[] FirstModes { get; init; }

    internal required double ModeSquares { get; init; }

    /// <summary>The largest element of its last Newton step, in units of the parameters' sizes.</summary>
    internal required double LastStep { get; init; }

    /// <summary>Nodes for each random effect, 1 for Laplace.</summary>
    internal int Nodes => Key switch { "AGQ25" => 25, "AGQ100" => 100, "AGQ15x15" => 15, _ => 1 };

    internal bool Observed => Key != "Laplace_expected_hessian";

    /// <summary>Free elements of D.</summary>
    internal int ComponentCount =>
        Structure == "diagonal" ? Covariance.GetLength(0) : Covariance.GetLength(0) * (Covariance.GetLength(0) + 1) / 2;

    internal ClusteredDesign Design => ReferenceDesign.Read(Model, Structure);

    public override string ToString() => $"{Model} {Key}";

    internal static IEnumerable<OracleLikelihood> All()
    {
        foreach (string path in Directory.GetFiles(Repository.Reference("fits"), "*.json").Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            if (!root.TryGetProperty("oracle", out JsonElement oracle)) continue;
            foreach (JsonProperty fit in oracle.EnumerateObject())
            {
                if (!fit.Name.StartsWith("Laplace", StringComparison.Ordinal) && !fit.Name.StartsWith("AGQ", StringComparison.Ordinal)) continue;
                yield return Read(root, fit.Name, fit.Value);
            }
        }
    }

    private static OracleLikelihood Read(JsonElement root, string key, JsonElement fit) =>
        new(root.GetProperty("name").GetString()!, key)
        {
            Family = root.GetProperty("family").GetString()!.Replace('.', '-'),
            Link = Link.Parse(root.GetProperty("link").GetString()!),
            Structure = root.GetProperty("structure").GetString()!,
            Alpha = JsonNumbers.Array(fit.GetProperty("alpha")),
            StandardErrors = JsonNumbers.Array(fit.GetProperty("se")),
            Covariance = JsonNumbers.Matrix(fit.GetProperty("D")),
            Dispersion = fit.GetProperty("phi").GetDouble(),
            Singular = fit.GetProperty("singular").GetBoolean(),
            LogLikelihood = fit.GetProperty("loglik").GetDouble(),
            FirstModes = [.. fit.GetProperty("modes_first5").EnumerateArray().SelectMany(JsonNumbers.Array)],
            ModeSquares = fit.GetProperty("modes_ss").GetDouble(),
            LastStep = fit.GetProperty("last_newton_step_scaled").GetDouble(),
        };
}
