namespace Glmm.Sparse.Cli;

/// <summary>Everything that <c>glmm fit</c> was asked for, checked as far as it can be without the data.</summary>
internal sealed record FitRequest
{
    /// <summary>The data.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The model and how it is fitted.</summary>
    public required ModelRequest Model { get; init; }

    /// <summary>Where the result goes.</summary>
    public required OutputRequest Output { get; init; }

    /// <summary>Where the random effects go, or null.</summary>
    public required string? RandomEffectsPath { get; init; }

    /// <summary>Where fitted values and residuals go, or null.</summary>
    public required string? FittedPath { get; init; }

    /// <summary>Where the model goes, or null.</summary>
    public required string? SavePath { get; init; }

    /// <summary>The clusters stay out of the model that is saved.</summary>
    public bool SaveWithoutClusters { get; init; }
}
