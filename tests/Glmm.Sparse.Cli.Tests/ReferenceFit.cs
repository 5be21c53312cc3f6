using System.Text.Json;
using System.Text.RegularExpressions;

namespace Glmm.Sparse.Cli.Tests;

/// <summary>One model of the reference fits, with what an independent dense program found for it.</summary>
internal sealed record ReferenceFit(
    string Name, string[] Arguments, string[] FixedNames, string Family, Dictionary<string, ReferenceEstimates> Oracle)
{
    private static readonly JsonSerializerOptions s_snakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
    };

    /// <summary>Families whose dispersion is held at 1 unless the user says otherwise.</summary>
    public bool HoldsDispersion => Family is "binomial" or "poisson";

    public static ReferenceFit Read(string name)
    {
        using JsonDocument json = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(Repository.ReferenceFits, $"{name}.json")));
        JsonElement root = json.RootElement;
        string formula = root.GetProperty("formula").GetString()!;
        string family = root.GetProperty("family").GetString()!.Replace('.', '-');
        string group = root.GetProperty("cluster_column").GetString()!;
        var arguments = new List<string>
        {
            "fit", "--data", Repository.Data(root.GetProperty("data").GetString()!), "--formula", formula, "--family",
            family, "--link", root.GetProperty("link").GetString()!,
        };
        foreach (JsonProperty factor in root.GetProperty("levels").EnumerateObject())
        {
            // A set of levels may also belong to a column that this model does not use, or to the grouping factor.
            if (factor.Name == group || !Word(factor.Name).IsMatch(formula)) continue;
            string levels = string.Join(',', factor.Value.EnumerateArray().Select(static level => level.GetString()));
            arguments.AddRange("--levels", $"{factor.Name}={levels}");
        }

        return new ReferenceFit(
            name,
            [.. arguments],
            [.. root.GetProperty("fixed_names").EnumerateArray().Select(static n => n.GetString()!)],
            family,
            root.GetProperty("oracle").Deserialize<Dictionary<string, ReferenceEstimates>>(s_snakeCase)!);
    }

    private static Regex Word(string name) => new($@"\b{Regex.Escape(name)}\b");
}

/// <summary>Estimates of one method and criterion.</summary>
internal sealed record ReferenceEstimates(
    double[] Alpha, double[] Se, double[][] D, double Phi, bool? Singular, bool? Converged, double? Loglik,
    double[][]? ModesFirst5);
