using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>How far an approximate method is from maximum likelihood.</summary>
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
/// What a better approximation of the likelihood does to the estimates of a fit: adaptive Gauss–Hermite quadrature,
/// with more nodes where the fit is one itself, or the Laplace approximation where a cluster has too many random
/// effects. Immutable.
/// </summary>
/// <remarks>
/// Both fits are of the same data: all of them where these are few, else whole clusters evenly chosen, at least fifty
/// of them. What such a sample happens to be moves both alike.
/// </remarks>
/// <param name="DeviationShift">The largest relative change of a random effect's standard deviation, with its
/// sign.</param>
/// <param name="DeviationTerm">Whose standard deviation that is.</param>
/// <param name="FixedShift">The largest change of a fixed effect in its standard errors, with its sign.</param>
/// <param name="FixedTerm">Which fixed effect that is.</param>
/// <param name="Better">The method that has the better approximation: quadrature or Laplace's.</param>
/// <param name="Nodes">Its nodes for each random effect; 1 for Laplace's.</param>
public sealed record ApproximationRisk(
    double DeviationShift, string DeviationTerm, double FixedShift, string FixedTerm, EstimationMethod Better,
    int Nodes)
{
    private const double LowDeviation = 0.05;
    private const double HighDeviation = 0.15;
    private const double LowFixed = 0.3;
    private const double HighFixed = 1;

    /// <summary>The family, with dispersion 1, by which a quasi-likelihood was judged; null for a likelihood of its
    /// own.</summary>
    public string? Counterpart { get; init; }

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
            string better = quadrature
                ? string.Create(CultureInfo.InvariantCulture, $"adaptive quadrature with {Nodes} nodes")
                : "the Laplace approximation";
            string mend = quadrature
                ? string.Create(CultureInfo.InvariantCulture, $"--method aghq --nodes {Nodes}")
                : "--method laplace";
            string judged = Counterpart is null ? "" : $", judged by family {Counterpart} with dispersion 1";
            if (Counterpart is not null) mend = $"--family {Counterpart} {mend}";
            string figures = string.Create(
                CultureInfo.InvariantCulture,
                $"{better} moves the standard deviation of '{DeviationTerm}' by " +
                $"{100 * DeviationShift:+0.#;-0.#;0} % and the fixed effect '{FixedTerm}' by " +
                $"{FixedShift:+0.##;-0.##;0} standard errors{judged}");
            return Level switch
            {
                RiskLevel.Low => $"Approximation risk: low; {figures}.",
                RiskLevel.Moderate => $"Approximation risk: moderate; {figures}. Compare with {mend}.",
                _ => $"Approximation risk: HIGH; {figures}. Do not rely on these estimates: use {mend}.",
            };
        }
    }
}
