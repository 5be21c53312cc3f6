using System.Text.Json;
using System.Text.Json.Serialization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>A test as JSON: what it was of, and one of <c>likelihood_ratio</c>, <c>variance_score</c> and
/// <c>fixed_score</c>. Numbers that there are not are null.</summary>
internal sealed record TestDocument
{
    private static readonly TestJsonContext s_context = new(ContractJson.Options());

    public string Schema { get; init; } = "glmm.test/1";
    public required string Version { get; init; }

    /// <summary>likelihood-ratio, variance-score or fixed-score.</summary>
    public required string Test { get; init; }
    public string? Method { get; init; }
    public required string Family { get; init; }
    public required string Link { get; init; }

    /// <summary>The model that a score test starts from; a likelihood ratio has two of its own.</summary>
    public string? Formula { get; init; }
    public required int Observations { get; init; }
    public required IReadOnlyList<GroupEntry> Groups { get; init; }
    public bool Converged { get; init; } = true;
    public string? Message { get; init; }
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public LikelihoodRatioEntry? LikelihoodRatio { get; init; }
    public VarianceScoreSection? VarianceScore { get; init; }
    public IReadOnlyList<FixedScoreEntry>? FixedScore { get; init; }

    public static TestDocument Empty(
        string test, Family family, Link link, int observations, string group, int clusters) => new()
        {
            Version = CommandLine.Version,
            Test = test,
            Family = family.Name,
            Link = link.Name,
            Observations = observations,
            Groups = [new GroupEntry(group, clusters)],
        };

    public static TestDocument Of(string test, GlmmFit fit) =>
        Empty(test, fit.Family, fit.Link, fit.Observations, fit.GroupName, fit.GroupCount);

    public string ToJson() => JsonSerializer.Serialize(this, s_context.TestDocument);
}

/// <summary>One of two models that are compared.</summary>
internal sealed record ComparedEntry(string? Formula, double? LogLikelihood, int? Parameters);

/// <summary>The distribution of a likelihood ratio by simulation.</summary>
internal sealed record SimulatedEntry(double? P, int Replicates, int Failures, ulong Seed);

/// <summary>A likelihood-ratio test.</summary>
internal sealed record LikelihoodRatioEntry(
    ComparedEntry Smaller, ComparedEntry Larger, double? Statistic, int Df, double? P, string Reference,
    bool Conservative, string? Caution, SimulatedEntry? Simulated)
{
    public static LikelihoodRatioEntry Of(
        LikelihoodRatioResult ratio, ComparedEntry smaller, ComparedEntry larger,
        BootstrapLikelihoodRatioResult? simulated, ulong? seed) => new(
            smaller, larger, ContractJson.Finite(ratio.Statistic), ratio.DegreesOfFreedom,
            ContractJson.Finite(ratio.PValue), ratio.ReferenceInWords, ratio.IsConservative, ratio.Caution,
            simulated is null
                ? null
                : new SimulatedEntry(
                    ContractJson.Finite(simulated.PValue), simulated.ReplicateStatistics.Length,
                    simulated.Failures, seed ?? 1));
}

/// <summary>The score test of random effects.</summary>
internal sealed record VarianceScoreSection(
    string Reference, double? Dispersion, VarianceScoreEntry Overall, IReadOnlyList<VarianceScoreEntry> Components)
{
    public static VarianceScoreSection Of(VarianceScoreResult result, IEnumerable<VarianceScore> shown) => new(
        result.ReferenceInWords, ContractJson.Finite(result.Dispersion), VarianceScoreEntry.Of(result.Overall),
        [.. shown.Select(VarianceScoreEntry.Of)]);
}

/// <summary>The score test of one variance component.</summary>
internal sealed record VarianceScoreEntry(
    string Name, double? Score, double? Information, double? Z, double? P, double? OneStepVariance)
{
    public static VarianceScoreEntry Of(VarianceScore score) => new(
        score.Name, ContractJson.Finite(score.Score), ContractJson.Finite(score.Information),
        ContractJson.Finite(score.Z), ContractJson.Finite(score.PValue),
        ContractJson.Finite(score.OneStepVariance));
}

/// <summary>The score test of one column of X.</summary>
internal sealed record FixedScoreEntry(
    string Name, double? Score, double? Information, double? Z, double? P, double? Estimate, double? StdError)
{
    public static FixedScoreEntry Of(string name, ScoreScanResult result) => new(
        name, ContractJson.Finite(result.Score), ContractJson.Finite(result.Information),
        ContractJson.Finite(result.Z), ContractJson.Finite(result.PValue), ContractJson.Finite(result.Estimate),
        ContractJson.Finite(result.StandardError));
}

[JsonSerializable(typeof(TestDocument))]
internal sealed partial class TestJsonContext : JsonSerializerContext;
