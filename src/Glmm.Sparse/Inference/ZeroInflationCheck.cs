using System.Globalization;

namespace Glmm.Sparse.Inference;

/// <summary>Whether there are more zeros (or fewer) than the model expects. Immutable.</summary>
/// <remarks>
/// The expectation and its variance are exact sums of P(Y = 0) and P(1 − P) at the fitted conditional means. They take
/// the means as known; as these follow the data, the variance is on the large side, and the p-value of the normal
/// approximation conservative. Simulations fit every simulated data set again and have no such flaw.
/// </remarks>
public sealed record ZeroInflationCheck
{
    /// <summary>Zeros among the responses.</summary>
    public required int Observed { get; init; }

    /// <summary>Σ P(Y = 0) at the conditional means.</summary>
    public required double Expected { get; init; }

    /// <summary>√Σ P(1 − P).</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Observed over expected.</summary>
    public double Ratio => Observed / Expected;

    /// <summary>(Observed − expected)/standard deviation.</summary>
    public double Z => (Observed - Expected) / StandardDeviation;

    /// <summary>Two-sided p-value of <see cref="Z"/> as a standard normal.</summary>
    public required double NormalPValue { get; init; }

    /// <summary>Data sets simulated from the fit and fitted again, the fits that failed left out; 0 if none were asked
    /// for.</summary>
    public int Simulations { get; init; }

    /// <summary>Mean of observed − expected over the simulations, each with its own fit.</summary>
    public double SimulatedExcess { get; init; } = double.NaN;

    /// <summary>Two-sided p-value of observed − expected among those of the simulations; NaN without them.</summary>
    public double SimulatedPValue { get; init; } = double.NaN;

    /// <summary>The simulated p-value where there is one, else the normal one.</summary>
    public double PValue => Simulations > 0 ? SimulatedPValue : NormalPValue;

    /// <summary>The check in one plain sentence.</summary>
    public override string ToString()
    {
        string figures = string.Create(
            CultureInfo.InvariantCulture, $"Zeros: {Observed} observed, {Expected:F1} expected (sd {StandardDeviation:F1})");
        figures += Simulations > 0
            ? string.Create(CultureInfo.InvariantCulture, $"; parametric bootstrap with {Simulations} refits p = {PValue:G3}")
            : string.Create(CultureInfo.InvariantCulture, $"; normal approximation p = {PValue:G3}");
        if (!(PValue < 0.05)) return figures + ".";
        return figures + (Observed > Expected ? ". There are more zeros than the model explains." :
            ". There are fewer zeros than the model expects.");
    }
}
