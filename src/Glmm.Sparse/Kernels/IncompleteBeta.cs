namespace Glmm.Sparse.Kernels;

/// <summary>
/// The regularised incomplete beta function I_x(a, b) and its complement, each with full relative precision where it is
/// small: the tails of the beta distribution, and with them those of the binomial and the negative binomial.
/// </summary>
/// <remarks>
/// The continued fraction of Abramowitz &amp; Stegun 26.5.8 (modified Lentz's method) on the side of the mean where it
/// converges fast, times the density in Loader's (2000) saddle-point form, in which nothing cancels.
/// </remarks>
internal static class IncompleteBeta
{
    private const int MostTerms = 100_000;
    private const double Tiny = 1e-300;

    /// <summary>I_x(a, b) and 1 − I_x(a, b).</summary>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    /// <param name="x">x, from 0 to 1.</param>
    /// <param name="complement">1 − x, as exact as the caller has it.</param>
    public static (double Lower, double Upper) Tails(double a, double b, double x, double complement)
    {
        if (double.IsNaN(a) || double.IsNaN(b) || double.IsNaN(x)) return (double.NaN, double.NaN);
        if (x <= 0) return (0, 1);
        if (complement <= 0) return (1, 0);
        if (x * (a + b + 2) < a + 1)
        {
            double lower = Density(a, b, x, complement) * Fraction(a, b, x) / a;
            return (lower, 1 - lower);
        }

        double upper = Density(a, b, x, complement) * Fraction(b, a, complement) / b;
        return (1 - upper, upper);
    }

    // xᵃ(1 − x)ᵇ/B(a, b): the exponents a log(a/nx) + nx − a of both sides, their linear parts cancelling exactly.
    private static double Density(double a, double b, double x, double y)
    {
        double n = a + b;
        double entropy = (-a * IncompleteGamma.LogOnePlusLess(((n * x) - a) / a)) -
            (b * IncompleteGamma.LogOnePlusLess(((n * y) - b) / b));
        double remainder = GammaFunctions.LogGammaRemainder(n) - GammaFunctions.LogGammaRemainder(a) -
            GammaFunctions.LogGammaRemainder(b);
        return Math.Sqrt(a / n * b / (2 * Math.PI)) * Math.Exp(remainder - entropy);
    }

    private static double Fraction(double a, double b, double x)
    {
        double c = 1, d = 1 / Away(1 - ((a + b) * x / (a + 1))), fraction = d;
        for (int m = 1; m < MostTerms; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / Away(1 + (even * d));
            c = Away(1 + (even / c));
            fraction *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Away(1 + (odd * d));
            c = Away(1 + (odd / c));
            double factor = c * d;
            fraction *= factor;
            if (Math.Abs(factor - 1) < 1e-16) break;
        }

        return fraction;
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
