namespace Glmm.Sparse.Results;

/// <summary>A likelihood-ratio comparison of two nested models. Immutable.</summary>
public sealed record LikelihoodRatioResult
{
    /// <summary>2(ℓ of the larger − ℓ of the smaller), at least 0.</summary>
    public required double Statistic { get; init; }

    /// <summary>Parameters that the larger model has more.</summary>
    public required int DegreesOfFreedom { get; init; }

    /// <summary>The p-value by <see cref="Reference"/>.</summary>
    public required double PValue { get; init; }

    /// <summary>The distribution that the statistic is referred to.</summary>
    public required ChiSquareMixture Reference { get; init; }

    /// <summary>That distribution, and why it is the one, in words.</summary>
    public required string ReferenceInWords { get; init; }

    /// <summary>The p-value is an upper bound: the distribution under the smaller model has no closed form and lies
    /// below the <see cref="Reference"/>.</summary>
    public required bool IsConservative { get; init; }

    /// <summary>What to bear in mind, or null.</summary>
    public required string? Caution { get; init; }
}
