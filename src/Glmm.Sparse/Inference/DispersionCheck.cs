using System.Globalization;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Whether the response varies about its fitted means as the family says. Immutable. A ratio well above 1 is
/// overdispersion: standard errors are too small, and a family or random effect that has the extra variance is wanted.
/// </summary>
public sealed record DispersionCheck
{
    /// <summary>Σ Pearson residuals squared, divided by φ̂.</summary>
    public required double PearsonChiSquare { get; init; }

    /// <summary>n − p, which does not count what the predicted random effects took.</summary>
    public required double DegreesOfFreedom { get; init; }

    /// <summary>n less the trace of the hat matrix, which does.</summary>
    public required double EffectiveDegreesOfFreedom { get; init; }

    /// <summary>φ was estimated, so that the ratio is near 1 whatever the data: the check says nothing.</summary>
    public required bool DispersionEstimated { get; init; }

    /// <summary>χ²/(n − p).</summary>
    public double Ratio => PearsonChiSquare / DegreesOfFreedom;

    /// <summary>χ²/(n − tr H).</summary>
    public double EffectiveRatio => PearsonChiSquare / EffectiveDegreesOfFreedom;

    /// <summary>
    /// Upper tail of the chi-square distribution with n − p degrees of freedom: a common approximation, conservative
    /// for few rows a cluster and rough where the expected counts are small.
    /// </summary>
    public required double ChiSquarePValue { get; init; }

    /// <summary>The same with n − tr H degrees of freedom.</summary>
    public required double EffectiveChiSquarePValue { get; init; }

    /// <summary>Data sets simulated from the fit and fitted again, the fits that failed left out; 0 if none were asked
    /// for.</summary>
    public int Simulations { get; init; }

    /// <summary>Mean of χ²/(n − p) over the simulations: what this model gives when it is true.</summary>
    public double SimulatedRatio { get; init; } = double.NaN;

    /// <summary>Share of simulated data sets with a χ² at least as large, (1 + those)/(1 + all): the p-value to trust;
    /// NaN without simulations.</summary>
    public double SimulatedPValue { get; init; } = double.NaN;

    /// <summary>The simulated p-value where there is one, else the chi-square one with n − tr H.</summary>
    public double PValue => Simulations > 0 ? SimulatedPValue : EffectiveChiSquarePValue;

    /// <summary>The check in one plain sentence.</summary>
    public override string ToString()
    {
        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"Dispersion: Pearson chi-square {PearsonChiSquare:F1}, ratio {Ratio:F3} on n - p = {DegreesOfFreedom:F0}, " +
            $"{EffectiveRatio:F3} on the effective {EffectiveDegreesOfFreedom:F1}");
        if (DispersionEstimated) return figures + "; the dispersion was estimated, so the ratio is near 1 by design.";
        string p = Simulations > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; parametric bootstrap with {Simulations} refits: mean ratio {SimulatedRatio:F3}, p = {PValue:G3}")
            : string.Create(CultureInfo.InvariantCulture, $"; chi-square approximation p = {PValue:G3}");
        return figures + p + (PValue < 0.05 ? ". The response varies more than the family says." : ".");
    }
}
