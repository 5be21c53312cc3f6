using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>What a parametric bootstrap says of one parameter.</summary>
/// <param name="Kind">What the parameter is.</param>
/// <param name="Name">The fixed effect, <c>sd(term)</c>, <c>cor(term,term)</c> or <c>dispersion</c>.</param>
/// <param name="Estimate">The fit's.</param>
/// <param name="Bias">Mean of the replicates less the estimate.</param>
/// <param name="StandardError">Standard deviation of the replicates.</param>
/// <param name="PercentileLower">Lower end of the percentile interval, a quantile of the replicates.</param>
/// <param name="PercentileUpper">Upper end of the percentile interval.</param>
/// <param name="BasicLower">Lower end of the basic interval, twice the estimate less the upper quantile, but no value
/// that the parameter cannot take.</param>
/// <param name="BasicUpper">Upper end of the basic interval.</param>
/// <param name="Replicates">Replicates that have the parameter: a correlation is not there where a variance is
/// 0.</param>
public readonly record struct BootstrapParameter(
    ProfileKind Kind, string Name, double Estimate, double Bias, double StandardError, double PercentileLower,
    double PercentileUpper, double BasicLower, double BasicUpper, int Replicates)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: {Estimate:G5} (bias {Bias:G3}, se {StandardError:G4}), percentile [{PercentileLower:G5}, ") +
        string.Create(CultureInfo.InvariantCulture, $"{PercentileUpper:G5}], basic [{BasicLower:G5}, {BasicUpper:G5}]");
}
