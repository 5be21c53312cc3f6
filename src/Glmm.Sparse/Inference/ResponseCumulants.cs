using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Inference;

/// <summary>
/// The third to sixth cumulants of score residuals s = ω(y − μ)δ/(φV) in a model without random effects.
/// </summary>
/// <remarks>
/// In an exponential dispersion family κ_{r+1}(y) = (φ/ω)V(μ) dκ_r/dμ (Jørgensen 1997, §2.2), so that the variance
/// function and its derivatives tell all of them; the variance function of a quasi family is taken to tell them as
/// well. For s, κ_r = (ω/φ)(δ/V)ʳ times the polynomial in V, V′, V″, … that the recursion gives.
/// </remarks>
internal static class ResponseCumulants
{
    /// <summary>Evaluates them.</summary>
    /// <param name="family">The family.</param>
    /// <param name="mean">μ, n.</param>
    /// <param name="meanDerivative">δ, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="cumulants">Overwritten by κ₃, κ₄, κ₅, κ₆ of each row, 4n.</param>
    internal static void Evaluate(
        Family family, ReadOnlySpan<double> mean, ReadOnlySpan<double> meanDerivative,
        ReadOnlySpan<double> priorWeights, double dispersion, Span<double> cumulants)
    {
        if (family.Kind == VarianceKind.Constant)
        {
            cumulants.Clear();
            return;
        }

        for (int r = 0; r < mean.Length; r++)
        {
            (double v, double v1, double v2, double v3) = Variance(family, mean[r]);
            double slope = meanDerivative[r] / v;
            double scale = (priorWeights.IsEmpty ? 1 : priorWeights[r]) / dispersion * v * slope * slope * slope;
            Span<double> row = cumulants.Slice(4 * r, 4);
            row[0] = scale * v1;
            row[1] = (scale *= slope) * ((v1 * v1) + (v * v2));
            row[2] = (scale *= slope) * ((v1 * v1 * v1) + (4 * v * v1 * v2) + (v * v * v3));
            row[3] = scale * slope * ((v1 * v1 * v1 * v1) + (11 * v * v1 * v1 * v2) + (4 * v * v * v2 * v2) +
                (7 * v * v * v1 * v3));
        }
    }

    // V and its first three derivatives; the fourth is 0 but for a user's variance, where third and fourth are left
    // out.
    private static (double V, double First, double Second, double Third) Variance(Family family, double mu)
    {
        switch (family.Kind)
        {
            case VarianceKind.Poisson:
                return (mu, 1, 0, 0);
            case VarianceKind.Binomial:
                return (mu * (1 - mu), 1 - (2 * mu), -2, 0);
            case VarianceKind.Gamma:
                return (mu * mu, 2 * mu, 2, 0);
            case VarianceKind.InverseGaussian:
                return (mu * mu * mu, 3 * mu * mu, 6 * mu, 6);
            case VarianceKind.NegativeBinomial:
                double inverse = 1 / family.Theta!.Value;
                return (mu * (1 + (mu * inverse)), 1 + (2 * mu * inverse), 2 * inverse, 0);
            default:
                (double lower, double upper) = family.Domain switch
                {
                    MeanDomain.UnitInterval => (0.0, 1.0),
                    MeanDomain.Positive => (0.0, double.PositiveInfinity),
                    _ => (double.NegativeInfinity, double.PositiveInfinity),
                };
                (double first, double second) = NumericalDerivatives.At(family.Variance, mu, lower, upper);
                return (family.Variance(mu), first, second, 0);
        }
    }
}
