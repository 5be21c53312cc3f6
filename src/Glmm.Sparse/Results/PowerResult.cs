using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>The power of a test with so many clusters of such a size, by simulation.</summary>
public readonly record struct PowerResult
{
    /// <summary>k.</summary>
    public required int Clusters { get; init; }

    /// <summary>Rows in a cluster; the mean number where they differ.</summary>
    public required double ClusterSize { get; init; }

    /// <summary>Data sets simulated.</summary>
    public required int Replicates { get; init; }

    /// <summary>Data sets in which the test rejected.</summary>
    public required int Rejections { get; init; }

    /// <summary>Data sets that could not be tested, because a fit did not converge or the response did not vary; they
    /// count as not rejected.</summary>
    public required int Failures { get; init; }

    /// <summary>Lower limit of the power: Wilson's score interval of a binomial share.</summary>
    public required double Lower { get; init; }

    /// <summary>Upper limit of the power.</summary>
    public required double Upper { get; init; }

    /// <summary>Mean estimate of the effect over the data sets that were fitted; of the score test the mean one-step
    /// variance.</summary>
    public required double MeanEstimate { get; init; }

    /// <summary>Share of data sets in which the test rejected.</summary>
    public double Power => Rejections / (double)Replicates;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Clusters} clusters of {ClusterSize:0.##}: power {Power:F3} [{Lower:F3}, {Upper:F3}], {Replicates} data ") +
        string.Create(CultureInfo.InvariantCulture, $"sets, {Failures} failed");
}
