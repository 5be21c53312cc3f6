using Glmm.Sparse.Resampling;

namespace Glmm.Sparse.Cli;

/// <summary>Everything that <c>glmm bootstrap</c> was asked for, checked as far as it can be without the
/// data.</summary>
internal sealed record BootstrapRequest
{
    /// <summary>The data.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The model and how it is fitted.</summary>
    public required ModelRequest Model { get; init; }

    /// <summary>How the bootstrap is made.</summary>
    public required BootstrapIntervalOptions Options { get; init; }

    /// <summary>Where the result goes.</summary>
    public required OutputRequest Output { get; init; }
}
