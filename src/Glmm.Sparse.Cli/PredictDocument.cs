using System.Text.Json;
using System.Text.Json.Serialization;
using Glmm.Sparse.Persistence;

namespace Glmm.Sparse.Cli;

/// <summary>The document that reports predictions; numbers that there are not are null.</summary>
internal sealed record PredictDocument
{
    public string Schema { get; init; } = "glmm.predictions/1";
    public required string Version { get; init; }
    public required string Formula { get; init; }
    public required string Family { get; init; }
    public required string Link { get; init; }

    /// <summary>linear-predictor, conditional-mean or population-mean.</summary>
    public required string Target { get; init; }

    /// <summary>confidence, prediction or none.</summary>
    public required string Interval { get; init; }
    public required double Level { get; init; }
    public required int Rows { get; init; }
    public required int RowsMissing { get; init; }
    public required int RowsOfUnseenClusters { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
    public required IReadOnlyList<PredictionEntry> Predictions { get; init; }

    public static PredictDocument Of(
        GlmmModel model, PredictionTable predictions, IReadOnlyList<string> warnings) => new()
        {
            Version = CommandLine.Version,
            Formula = model.Schema!.Formula,
            Family = model.Fitted.Family.Name,
            Link = model.Fitted.Link.Name,
            Target = ContractNames.Of(predictions.Target),
            Interval = ContractNames.Of(predictions.Interval),
            Level = predictions.Level,
            Rows = predictions.Count,
            RowsMissing = predictions.RowsMissing,
            RowsOfUnseenClusters = predictions.RowsOfUnseenClusters,
            Warnings = warnings,
            Predictions =
        [
            .. predictions.Select(row => new PredictionEntry(
                row.Row + 1, ContractJson.Finite(row.Estimate), ContractJson.Finite(row.StandardError),
                    ContractJson.Finite(row.Lower), ContractJson.Finite(row.Upper),
                row.Cluster, PredictTables.Basis(predictions, row))),
        ],
        };
}

/// <summary>The prediction of one row, counted from 1.</summary>
internal sealed record PredictionEntry(
    int Row, double? Fitted, double? StdError, double? Lower, double? Upper, string? Cluster, string Basis);

/// <summary>Writes predictions as JSON.</summary>
internal static class PredictJson
{
    private static readonly PredictJsonContext s_context = new(ContractJson.Options());

    public static string Write(PredictDocument document) =>
        JsonSerializer.Serialize(document, s_context.PredictDocument);
}

[JsonSerializable(typeof(PredictDocument))]
internal sealed partial class PredictJsonContext : JsonSerializerContext;
