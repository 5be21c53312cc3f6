using Glmm.Sparse.Resampling;

namespace Glmm.Sparse.Cli;

/// <summary>A test of models that are yet to be fitted, checked as far as it can be without the data.</summary>
internal sealed record TestRequest
{
    /// <summary>The data.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The model and how it is fitted.</summary>
    public required ModelRequest Model { get; init; }

    /// <summary>The variance component to show alone, or null for all.</summary>
    public required string? Component { get; init; }

    /// <summary>Terms whose score test is asked for.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>How the distribution of the likelihood ratio is simulated, or null for not.</summary>
    public required BootstrapLikelihoodRatioOptions? Simulation { get; init; }

    /// <summary>Where the result goes.</summary>
    public required OutputRequest Output { get; init; }
}
