using System.Text.Json;
using System.Text.Json.Serialization;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>A bootstrap as JSON; numbers that there are not are null.</summary>
internal sealed record BootstrapDocument
{
    private static readonly BootstrapJsonContext s_context = new(ContractJson.Options());

    public string Schema { get; init; } = "glmm.bootstrap/1";
    public required string Version { get; init; }
    public required string Method { get; init; }
    public required string Criterion { get; init; }
    public required string Family { get; init; }
    public required string Link { get; init; }
    public required string Formula { get; init; }
    public required int Observations { get; init; }
    public required IReadOnlyList<GroupEntry> Groups { get; init; }
    public required int ReplicatesAsked { get; init; }
    public required int Replicates { get; init; }
    public required int Failures { get; init; }
    public required int Refused { get; init; }
    public required ulong Seed { get; init; }
    public required double Level { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
    public required IReadOnlyList<BootstrapEntry> Parameters { get; init; }

    public static BootstrapDocument Of(
        BootstrapResult result, BootstrapIntervalOptions options, ModelFrame frame,
        IReadOnlyList<string> warnings) => new()
        {
            Version = CommandLine.Version,
            Method = ContractNames.Of(result.Fit.Method),
            Criterion = ContractNames.Of(result.Fit.Criterion),
            Family = result.Fit.Family.Name,
            Link = result.Fit.Link.Name,
            Formula = frame.Formula,
            Observations = result.Fit.Observations,
            Groups = [new GroupEntry(result.Fit.GroupName, result.Fit.GroupCount)],
            ReplicatesAsked = options.Replicates,
            Replicates = result.Replicates,
            Failures = result.Failures,
            Refused = result.Refused,
            Seed = options.Seed,
            Level = result.Level,
            Warnings = warnings,
            Parameters = [.. result.Parameters.Select(BootstrapEntry.Of)],
        };

    public string ToJson() => JsonSerializer.Serialize(this, s_context.BootstrapDocument);
}

/// <summary>What the bootstrap says of one parameter.</summary>
/// <param name="Kind">fixed-effect, standard-deviation, correlation or dispersion.</param>
/// <param name="Name">Its name.</param>
/// <param name="Estimate">The fit's.</param>
/// <param name="Bias">Mean of the replicates less the estimate.</param>
/// <param name="StdError">Standard deviation of the replicates.</param>
/// <param name="Percentile">Ends of the percentile interval.</param>
/// <param name="Basic">Ends of the basic interval.</param>
/// <param name="Replicates">Replicates that have the parameter.</param>
internal sealed record BootstrapEntry(
    string Kind, string Name, double? Estimate, double? Bias, double? StdError, double?[] Percentile, double?[] Basic,
    int Replicates)
{
    public static BootstrapEntry Of(BootstrapParameter row) => new(
        ContractNames.Of(row.Kind), row.Name, ContractJson.Finite(row.Estimate), ContractJson.Finite(row.Bias),
        ContractJson.Finite(row.StandardError),
        [ContractJson.Finite(row.PercentileLower), ContractJson.Finite(row.PercentileUpper)],
        [ContractJson.Finite(row.BasicLower), ContractJson.Finite(row.BasicUpper)], row.Replicates);
}

[JsonSerializable(typeof(BootstrapDocument))]
internal sealed partial class BootstrapJsonContext : JsonSerializerContext;
