namespace Glmm.Sparse.Kernels;

/// <summary>The chi-square distribution, with full relative precision in its upper tail.</summary>
/// <remarks>
/// The regularised incomplete gamma function by its power series below the mean and by Legendre's continued fraction
/// (modified Lentz's method) above (Gil, Segura &amp; Temme 2007, chapters 6 and 8).
/// </remarks>
public static class ChiSquareDistribution
{
    private const int MostTerms = 100_000;
    private const double Tiny = 1e-300;

    /// <summary>P(χ² ≥ x).</summary>
    /// <param name="x">The statistic; at and below 0 the tail is 1.</param>
    /// <param name="degreesOfFreedom">A number of 0 or more; with 0 all probability is at 0.</param>
    /// <returns>The tail, with a relative error of about 1e-14; NaN for a statistic that is NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The degrees of freedom are negative.</exception>
    public static double UpperTail(double x, double degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degreesOfFreedom);
        if (double.IsNaN(x)) return double.NaN;
        if (x <= 0) return 1;
        if (degreesOfFreedom == 0 || double.IsPositiveInfinity(x)) return 0;
        double a = 0.5 * degreesOfFreedom, half = 0.5 * x;
        return half < a + 1 ? 1 - LowerSeries(a, half) : UpperFraction(a, half);
    }

    // P(a, x) = xᵃe⁻ˣ/Γ(a + 1) · Σ xⁿ/((a + 1)…(a + n)).
    private static double LowerSeries(double a, double x)
    {
        double term = 1, sum = 1;
        for (int n = 1; n < MostTerms && term > 1e-17 * sum; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum * Density(a, x) / a;
    }

    // Q(a, x) = xᵃe⁻ˣ/Γ(a) · 1/(x + 1 − a − 1(1 − a)/(x + 3 − a − 2(2 − a)/(x + 5 − a − …))).
    private static double UpperFraction(double a, double x)
    {
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, fraction = d;
        for (int n = 1; n < MostTerms; n++)
        {
            double numerator = n * (a - n);
            b += 2;
            d = Away((numerator * d) + b);
            c = Away(b + (numerator / c));
            d = 1 / d;
            double factor = c * d;
            fraction *= factor;
            if (Math.Abs(factor - 1) < 1e-16) break;
        }

        return fraction * Density(a, x);
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    // xᵃe⁻ˣ/Γ(a).
    private static double Density(double a, double x) =>
        Math.Exp((a * Math.Log(x)) - x - GammaFunctions.LogGamma(a));
}
