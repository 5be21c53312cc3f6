using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Prediction;

/// <summary>The regularised incomplete gamma function P(a, x): the distribution function of the gamma distribution of
/// shape a, and one minus that of the Poisson.</summary>
/// <remarks>
/// Power series below the mean, Legendre's continued fraction above (Gil, Segura &amp; Temme 2007, §§8.2–8.4); of large
/// shapes, where these take long, the density itself is integrated from x into the nearer tail.
/// </remarks>
internal static class IncompleteGamma
{
    private const double LargeShape = 1000;
    private const double Tiny = 1e-300;

    /// <summary>P(a, x), to about 1e-13 of 1.</summary>
    /// <param name="a">Shape, above 0.</param>
    /// <param name="x">The point; at and below 0 the function is 0.</param>
    internal static double Lower(double a, double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (x <= 0) return 0;
        if (double.IsPositiveInfinity(x)) return 1;
        if (a > LargeShape) return x < a ? Tail(a, x) : 1 - Tail(a, x);
        return x < a + 1 ? Series(a, x) : 1 - Fraction(a, x);
    }

    /// <summary>1 − P(a, x).</summary>
    internal static double Upper(double a, double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (x <= 0) return 1;
        if (double.IsPositiveInfinity(x)) return 0;
        if (a > LargeShape) return x < a ? 1 - Tail(a, x) : Tail(a, x);
        return x < a + 1 ? 1 - Series(a, x) : Fraction(a, x);
    }

    /// <summary>a log(a/x) − (a − x) ≥ 0, exact where the two are close.</summary>
    internal static double RelativeEntropy(double a, double x) => RowVector128.Get(
        Lanes<RowVector128>.RelativeEntropy(
            RowVector128.Create(a), RowVector128.Create(x), RowVector128.Create(a - x),
            RowVector128.Create(Math.Log(a / x))),
        0);

    // xᵃe⁻ˣ/Γ(a), by Loader's (2000) saddle-point form: nothing cancels.
    private static double Density(double a, double x) => Math.Sqrt(a / (2 * Math.PI)) *
        Math.Exp(-RelativeEntropy(a, x) - GammaFunctions.LogGammaRemainder(a));

    // P(a, x) = xᵃe⁻ˣ/Γ(a + 1) · Σ xⁿ/((a + 1)…(a + n)).
    private static double Series(double a, double x)
    {
        double term = 1, sum = 1;
        for (double n = 1; term > 1e-17 * sum; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum * Density(a, x) / a;
    }

    // Q(a, x) = xᵃe⁻ˣ/Γ(a) · 1/(x + 1 − a − 1(1 − a)/(x + 3 − a − …)).
    private static double Fraction(double a, double x)
    {
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, fraction = d;
        for (int n = 1; n < 100_000; n++)
        {
            double numerator = n * (a - n);
            b += 2;
            d = 1 / Away((numerator * d) + b);
            c = Away(b + (numerator / c));
            double factor = c * d;
            fraction *= factor;
            if (Math.Abs(factor - 1) < 1e-16) break;
        }

        return fraction * Density(a, x);
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    // The tail beyond x on its side of the mean. With t = x·eᵛ the density in v is that at x times
    // exp(−(x(eᵛ − 1) − av)), nearly normal of deviation 1/√a.
    private static double Tail(double a, double x)
    {
        double away = Math.Abs(Math.Log(x / a)), deviation = 1 / Math.Sqrt(a);

        // As far as exp(−½t²) falls by 1e-17 from where it is.
        double length = Math.Sqrt((away * away) + (78 * deviation * deviation)) - away + deviation;
        double half = x < a ? -0.5 * length : 0.5 * length, sum = 0;
        for (int i = 0; i < GaussLegendre.Points.Length; i++)
        {
            double near = half * (1 - GaussLegendre.Points[i]), far = half * (1 + GaussLegendre.Points[i]);
            sum += GaussLegendre.Weights[i] * (Ratio(a, x, near) + Ratio(a, x, far));
        }

        return Math.Min(1, Density(a, x) * Math.Abs(half) * sum);
    }

    private static double Ratio(double a, double x, double v)
    {
        // x(eᵛ − 1) − av = (x − a)v + x(eᵛ − 1 − v).
        double rest = Math.Abs(v) < 0.1
            ? v * v * (1.0 / 2 + (v * (1.0 / 6 + (v * (1.0 / 24 + (v * (1.0 / 120 + (v * (1.0 / 720 + (v * (1.0 / 5040 +
                (v * (1.0 / 40320 + (v / 362880))))))))))))))
            : Math.Exp(v) - 1 - v;
        return Math.Exp(-(((x - a) * v) + (x * rest)));
    }
}
