using System.Text.Json;
using System.Text.Json.Serialization;

namespace Glmm.Sparse.Cli;

/// <summary>A power analysis as JSON.</summary>
/// <param name="Schema">glmm.power/1.</param>
/// <param name="Version">The command's version.</param>
/// <param name="Test">wald or variance.</param>
/// <param name="Effect">The fixed effect of a Wald test.</param>
/// <param name="Alpha">The level of the test.</param>
/// <param name="Replicates">Data sets of each design.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Level">Coverage of the limits.</param>
/// <param name="Results">A row for each design.</param>
internal sealed record PowerDocument(
    string Schema, string Version, string Test, string? Effect, double Alpha, int Replicates, ulong Seed, double Level,
    IReadOnlyList<PowerRow> Results)
{
    private static readonly PowerJsonContext s_context = new(ContractJson.Options());

    public string ToJson() => JsonSerializer.Serialize(this, s_context.PowerDocument);
}

/// <summary>The power of one design.</summary>
internal sealed record PowerRow(
    int Clusters, double ClusterSize, double Power, double Lower, double Upper, int Rejections, int Failures,
    double? MeanEstimate);

[JsonSerializable(typeof(PowerDocument))]
internal sealed partial class PowerJsonContext : JsonSerializerContext;
