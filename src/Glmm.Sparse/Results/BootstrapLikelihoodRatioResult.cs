using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>A likelihood ratio against its distribution over data simulated from the smaller model.
/// Immutable.</summary>
public sealed class BootstrapLikelihoodRatioResult
{
    private readonly double[] _statistics;

    /// <param name="statistics">2(ℓ of the larger − ℓ of the smaller) of each replicate used.</param>
    internal BootstrapLikelihoodRatioResult(double[] statistics) => _statistics = statistics;

    /// <summary>The comparison by its asymptotic distribution.</summary>
    public required LikelihoodRatioResult Asymptotic { get; init; }

    /// <summary>2(ℓ of the larger − ℓ of the smaller) of the data.</summary>
    public double Statistic => Asymptotic.Statistic;

    /// <summary>(1 + replicates with a statistic as large)/(1 + replicates) (Davison &amp; Hinkley 1997,
    /// §4.2.1).</summary>
    public required double PValue { get; init; }

    /// <summary>Its Monte-Carlo standard error.</summary>
    public double MonteCarloError => Math.Sqrt(PValue * (1 - PValue) / (1 + _statistics.Length));

    /// <summary>Statistics of the replicates used, in the order of their numbers.</summary>
    public ReadOnlySpan<double> ReplicateStatistics => _statistics;

    /// <summary>Replicates that one of the models could not be fitted to, left out.</summary>
    public required int Failures { get; init; }

    /// <summary>Why the first of them was, or null.</summary>
    public required string? FirstFailure { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Likelihood ratio {Statistic:F3}: p = {PValue:G3} by {_statistics.Length} replicates ({Failures} failed), ") +
        string.Create(CultureInfo.InvariantCulture, $"{Asymptotic.PValue:G3} by {Asymptotic.Reference}");
}
