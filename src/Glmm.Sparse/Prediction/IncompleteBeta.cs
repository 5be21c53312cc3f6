using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Prediction;

/// <summary>The regularised incomplete beta function I_x(a, b): the distribution function of the beta distribution, and
/// with it those of the binomial and the negative binomial.</summary>
/// <remarks>
/// The continued fraction of Didonato &amp; Morris (1992) in its classical form (Abramowitz &amp; Stegun 26.5.8); where
/// both shapes are large the density itself is integrated from x into the nearer tail.
/// </remarks>
internal static class IncompleteBeta
{
    private const double LargeShape = 1000;
    private const double Tiny = 1e-300;

    /// <summary>I_x(a, b), to about 1e-13 of 1.</summary>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    /// <param name="x">x.</param>
    /// <param name="complement">1 − x, as exact as the caller has it.</param>
    internal static double Regularized(double a, double b, double x, double complement)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (x <= 0) return 0;
        if (complement <= 0) return 1;
        if (a > LargeShape && b > LargeShape)
            return x * (a + b) < a ? Tail(a, b, x, complement) : 1 - Tail(b, a, complement, x);
        return x * (a + b + 2) < a + 1
            ? Density(a, b, x, complement) * Fraction(a, b, x) / a
            : 1 - (Density(a, b, x, complement) * Fraction(b, a, complement) / b);
    }

    // xᵃ(1 − x)ᵇ/B(a, b), by Loader's (2000) saddle-point form: nothing cancels.
    private static double Density(double a, double b, double x, double y)
    {
        double n = a + b;
        double entropy = IncompleteGamma.RelativeEntropy(a, n * x) + IncompleteGamma.RelativeEntropy(b, n * y);
        double remainder = GammaFunctions.LogGammaRemainder(n) - GammaFunctions.LogGammaRemainder(a) -
                           GammaFunctions.LogGammaRemainder(b);
        return Math.Sqrt(a / n * b / (2 * Math.PI)) * Math.Exp(remainder - entropy);
    }

    // Lentz's method, modified by Thompson & Barnett.
    private static double Fraction(double a, double b, double x)
    {
        double c = 1, d = 1 / Away(1 - ((a + b) * x / (a + 1))), fraction = d;
        for (int m = 1; m < 100_000; m++)
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

    // I_x below the mean. With the logit of t that of x less v, the density in v is that at x times
    // exp(−av − (a + b) log(1 − x + xe⁻ᵛ)), nearly normal.
    private static double Tail(double a, double b, double x, double y)
    {
        double away = Math.Abs(Math.Log(x / y * (b / a))), deviation = Math.Sqrt((1 / a) + (1 / b));
        double half = 0.5 * (Math.Sqrt((away * away) + (78 * deviation * deviation)) - away + deviation), sum = 0;
        for (int i = 0; i < GaussLegendre.Points.Length; i++)
        {
            double near = half * (1 - GaussLegendre.Points[i]), far = half * (1 + GaussLegendre.Points[i]);
            sum += GaussLegendre.Weights[i] * (Ratio(a, b, x, near) + Ratio(a, b, x, far));
        }

        return Math.Min(1, Density(a, b, x, y) * half * sum);
    }

    private static double Ratio(double a, double b, double x, double v) =>
        Math.Exp(-(a * v) - ((a + b) * LogOnePlus(x * ExpMinusOne(-v))));

    // log(1 + v) and eᵛ − 1 (Kahan).
    private static double LogOnePlus(double v)
    {
        double u = 1 + v;
        return u == 1 ? v : Math.Log(u) * v / (u - 1);
    }

    private static double ExpMinusOne(double v)
    {
        double u = Math.Exp(v);
        return u == 1 ? v : u == 0 ? -1 : (u - 1) * v / Math.Log(u);
    }
}
