using System.Text.Json;
using System.Text.Json.Serialization;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>What data look like as JSON; numbers that there are not are null.</summary>
internal sealed record DescribeDocument
{
    private static readonly DescribeJsonContext s_context = new(ContractJson.Options());

    public string Schema { get; init; } = "glmm.describe/1";
    public required string Version { get; init; }
    public required int Rows { get; init; }
    public required IReadOnlyList<ColumnEntry> Columns { get; init; }
    public required IReadOnlyList<string> GroupingCandidates { get; init; }
    public required IReadOnlyList<ClusterEntry> Clusters { get; init; }
    public required ResponseEntry? Response { get; init; }

    /// <summary>A command to begin with, or null.</summary>
    public string? Suggestion { get; init; }

    /// <summary>What to know of the suggestion; for the eye alone.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Notes { get; init; } = [];

    public static DescribeDocument Of(
        TableDescription table, IEnumerable<ClusterDescription> clusters, string? response,
        FamilySuggestion? family) => new()
        {
            Version = CommandLine.Version,
            Rows = table.RowCount,
            Columns = [.. table.Columns.Select(ColumnEntry.Of)],
            GroupingCandidates = table.GroupingCandidates,
            Clusters = [.. clusters.Select(ClusterEntry.Of)],
            Response = response is null || family is null
                ? null
                : new ResponseEntry(response, family.Family?.Name, family.Link?.Name, family.Reason, family.Hint),
        };

    public string ToJson() => JsonSerializer.Serialize(this, s_context.DescribeDocument);
}

/// <summary>A column; what only numbers have is null for others.</summary>
internal sealed record ColumnEntry(
    string Name, string Kind, int Missing, int Distinct, double? Minimum, double? Mean, double? Maximum,
    double? StdDev, double? Skewness, string? Least, string? Most, IReadOnlyList<LevelEntry> Levels)
{
    public static ColumnEntry Of(ColumnDescription column) => new(
        column.Name, column.Kind, column.Missing, column.Distinct, ContractJson.Finite(column.Minimum),
        ContractJson.Finite(column.Mean), ContractJson.Finite(column.Maximum),
        ContractJson.Finite(column.StandardDeviation), ContractJson.Finite(column.Skewness),
        column.Least.Length == 0 ? null : column.Least, column.Most.Length == 0 ? null : column.Most,
        [.. column.Levels.Select(static level => new LevelEntry(level.Label, level.Rows))]);
}

/// <summary>How often a value comes.</summary>
internal sealed record LevelEntry(string Label, int Rows);

/// <summary>The clusters of a grouping column.</summary>
internal sealed record ClusterEntry(
    string Name, int Count, int Smallest, double? Median, int Largest, int Singletons, IReadOnlyList<string> Varying,
    IReadOnlyList<string> Constant, IReadOnlyList<string> NestedIn, IReadOnlyList<string> RepeatedIn)
{
    public static ClusterEntry Of(ClusterDescription clusters) => new(
        clusters.Name, clusters.Count, clusters.Smallest, ContractJson.Finite(clusters.Median), clusters.Largest,
        clusters.Singletons, clusters.Varying, clusters.Constant, clusters.NestedIn, clusters.RepeatedIn);
}

/// <summary>The response and the family that suits it.</summary>
internal sealed record ResponseEntry(string Name, string? Family, string? Link, string Reason, string? Hint);

[JsonSerializable(typeof(DescribeDocument))]
internal sealed partial class DescribeJsonContext : JsonSerializerContext;
