namespace Glmm.Sparse.Cli;

/// <summary>Everything that <c>glmm describe</c> was asked for.</summary>
internal sealed record DescribeRequest
{
    /// <summary>The data.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The grouping column, or null.</summary>
    public required string? Group { get; init; }

    /// <summary>The response, or null.</summary>
    public required string? Response { get; init; }

    /// <summary>A formula that names both, or null.</summary>
    public required string? Formula { get; init; }

    /// <summary>Where the result goes.</summary>
    public required OutputRequest Output { get; init; }
}
