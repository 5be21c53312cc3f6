namespace Glmm.Sparse.Benchmarks;

/// <summary>What a fit estimated, ours or a peer's.</summary>
internal sealed record PeerEstimates
{
    /// <summary>The fixed effects, in the order of the formula.</summary>
    public required IReadOnlyList<(string Name, double Value)> Fixed { get; init; }

    /// <summary>Standard errors of the fixed effects; null where they are not asked for.</summary>
    public IReadOnlyList<double>? StandardErrors { get; init; }

    /// <summary>Standard deviations of the random effects.</summary>
    public required IReadOnlyList<(string Name, double Value)> StandardDeviations { get; init; }

    /// <summary>Correlation of the two random effects; null where there is one.</summary>
    public required double? Correlation { get; init; }

    /// <summary>φ, 1 where it is held.</summary>
    public required double Dispersion { get; init; }

    /// <summary>The largest difference of a fixed effect, in standard errors of the other fit.</summary>
    public double LargestDifference(PeerEstimates other)
    {
        IReadOnlyList<double> errors = other.StandardErrors
            ?? throw new ArgumentException("The fit to compare with has no standard errors.", nameof(other));
        return Fixed.Zip(other.Fixed, Difference).Zip(errors, static (difference, error) => difference / error).Max();
    }

    /// <summary>The largest relative difference of a standard deviation of the random effects.</summary>
    public double LargestRelativeDifference(PeerEstimates other) => StandardDeviations
        .Zip(other.StandardDeviations, static (mine, theirs) => Difference(mine, theirs) / theirs.Value).Max();

    /// <summary>Every number is the same to the last bit.</summary>
    public bool IsSameAs(PeerEstimates other) =>
        Fixed.SequenceEqual(other.Fixed)
        && StandardDeviations.SequenceEqual(other.StandardDeviations)
        && Nullable.Equals(Correlation, other.Correlation)
        && Dispersion.Equals(other.Dispersion);

    private static double Difference((string Name, double Value) mine, (string Name, double Value) theirs) =>
        mine.Name == theirs.Name
            ? Math.Abs(mine.Value - theirs.Value)
            : throw new InvalidOperationException($"One fit has '{mine.Name}' where the other has '{theirs.Name}'.");
}
