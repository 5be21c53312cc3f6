using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>How far an approximate method is likely to be from maximum likelihood.</summary>
public enum RiskLevel
{
    /// <summary>Standard deviations within 5 %, fixed effects within 0.3 standard errors.</summary>
    Low,

    /// <summary>Within 15 % and one standard error.</summary>
    Moderate,

    /// <summary>Beyond that.</summary>
    High,
}

/// <summary>
/// What one step towards the maximum of a better approximation of the likelihood, from the estimates of a fit, does to
/// them: the better one is adaptive Gauss–Hermite quadrature, or the Laplace approximation where a cluster has too many
/// random effects for that. Immutable.
/// </summary>
/// <remarks>
/// A step rather than a fit: where it is long, the fit itself would move farther still. It is computed from whole
/// clusters, evenly chosen: at most some twenty thousand rows, or fifty to a hundred clusters where these have more.
/// </remarks>
/// <param name="DeviationShift">The largest relative change of a random effect's standard deviation, with its
/// sign.</param>
/// <param name="DeviationTerm">Whose standard deviation that is.</param>
/// <param name="FixedShift">The largest change of a fixed effect in its standard errors, with its sign.</param>
/// <param name="FixedTerm">Which fixed effect that is.</param>
/// <param name="Better">The method that has the better approximation: quadrature or Laplace's.</param>
public sealed record ApproximationRisk(
    double DeviationShift, string DeviationTerm, double FixedShift, string FixedTerm, EstimationMethod Better)
{
    private const double LowDeviation = 0.05;
    private const double HighDeviation = 0.15;
    private const double LowFixed = 0.3;
    private const double HighFixed = 1;

    /// <summary>The figure in one word.</summary>
    public RiskLevel Level
    {
        get
        {
            double deviation = Math.Abs(DeviationShift), fixedEffect = Math.Abs(FixedShift);
            if (deviation <= LowDeviation && fixedEffect <= LowFixed) return RiskLevel.Low;
            return deviation <= HighDeviation && fixedEffect <= HighFixed ? RiskLevel.Moderate : RiskLevel.High;
        }
    }

    /// <summary>The figure in one plain sentence, with what to do.</summary>
    public string Statement
    {
        get
        {
            bool quadrature = Better == EstimationMethod.Aghq;
            string better = quadrature ? "adaptive quadrature" : "the Laplace approximation";
            string mend = quadrature ? "--method aghq" : "--method laplace";
            string figures = string.Create(
                CultureInfo.InvariantCulture,
                $"one step of {better} moves the standard deviation of '{DeviationTerm}' by " +
                $"{100 * DeviationShift:+0.#;-0.#;0} % and the fixed effect '{FixedTerm}' by " +
                $"{FixedShift:+0.##;-0.##;0} standard errors");
            return Level switch
            {
                RiskLevel.Low => $"Approximation risk: low; {figures}.",
                RiskLevel.Moderate => $"Approximation risk: moderate; {figures}. Compare with {mend}.",
                _ => $"Approximation risk: HIGH; {figures}, and a fit would move farther. " +
                     $"Do not rely on these estimates: use {mend}.",
            };
        }
    }
}
