using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>Everything that <c>glmm fit</c> was asked for, checked as far as it can be without the data.</summary>
internal sealed record FitRequest
{
    /// <summary>The data.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The formula as written.</summary>
    public required string Formula { get; init; }

    /// <summary>The family.</summary>
    public required Family Family { get; init; }

    /// <summary>The link, or null for the family's default.</summary>
    public required Link? Link { get; init; }

    /// <summary>The method.</summary>
    public required EstimationMethod Method { get; init; }

    /// <summary>How to fit.</summary>
    public required FitOptions Options { get; init; }

    /// <summary>How the formula meets the data.</summary>
    public required ModelFrameOptions FrameOptions { get; init; }

    /// <summary>Where the JSON document goes: a file, <c>-</c> for standard output, or null for none.</summary>
    public required string? JsonPath { get; init; }

    /// <summary>Where the random effects go, or null.</summary>
    public required string? RandomEffectsPath { get; init; }

    /// <summary>Where fitted values and residuals go, or null.</summary>
    public required string? FittedPath { get; init; }

    /// <summary>Where the model goes, or null.</summary>
    public required string? SavePath { get; init; }

    /// <summary>The clusters stay out of the model that is saved.</summary>
    public bool SaveWithoutClusters { get; init; }

    /// <summary>No progress.</summary>
    public required bool Quiet { get; init; }
}
