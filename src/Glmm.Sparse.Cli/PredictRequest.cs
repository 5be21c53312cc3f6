using Glmm.Sparse.Persistence;

namespace Glmm.Sparse.Cli;

/// <summary>Everything that <c>glmm predict</c> was asked for, checked as far as it can be without files.</summary>
internal sealed record PredictRequest
{
    /// <summary>The model file.</summary>
    public required string ModelPath { get; init; }

    /// <summary>The rows to predict.</summary>
    public required DataSource Data { get; init; }

    /// <summary>Rows to learn clusters from, or null.</summary>
    public required DataSource? FoldIn { get; init; }

    /// <summary>Where the CSV goes; null for standard output, or nowhere where there is JSON.</summary>
    public required string? OutPath { get; init; }

    /// <summary>Where the JSON document goes: a file, <c>-</c> for standard output, or null for none.</summary>
    public required string? JsonPath { get; init; }

    /// <summary>No progress.</summary>
    public required bool Quiet { get; init; }

    /// <summary>What to predict.</summary>
    public required TablePredictionOptions Options { get; init; }
}
