namespace Glmm.Sparse.Kernels;

/// <summary>
/// The regularised incomplete gamma functions, P(a, x) = γ(a, x)/Γ(a) and Q = 1 − P, each with full relative precision
/// where it is small.
/// </summary>
/// <remarks>
/// The power series below x = a + 1, Legendre's continued fraction (modified Lentz's method) above, and Temme's uniform
/// expansion where a is large (Gil, Segura &amp; Temme 2007, chapters 6 and 8; Temme 1979; DiDonato &amp; Morris 1986).
/// </remarks>
internal static class IncompleteGamma
{
    private const int MostTerms = 100_000;
    private const double Tiny = 1e-300;
    private const double Large = 1e4;

    // Temme's coefficients c_0(η) and c_1(η), lowest power first.
    private static ReadOnlySpan<double> First =>
    [
        -1.0 / 3, 1.0 / 12, -2.0 / 135, 1.0 / 864, 1.0 / 2835, -139.0 / 777600, 0.39192631785224377817e-4,
        -0.218544851067999216147e-5, -0.18540622107151599607e-5, 0.829671134095308600502e-6,
    ];

    private static ReadOnlySpan<double> Second =>
    [
        -1.0 / 540, -1.0 / 288, 1.0 / 378, -77.0 / 77760, 0.205761316872427983539e-3, -0.40187757201646090535e-6,
        -0.18098550334489977837e-4,
    ];

    /// <summary>P(a, x), the lower tail.</summary>
    /// <param name="a">Shape, above 0.</param>
    /// <param name="x">0 or more.</param>
    public static double Lower(double a, double x) => Tails(a, x).Lower;

    /// <summary>Q(a, x), the upper tail.</summary>
    /// <param name="a">Shape, above 0.</param>
    /// <param name="x">0 or more.</param>
    public static double Upper(double a, double x) => Tails(a, x).Upper;

    /// <summary>Both tails.</summary>
    /// <param name="a">Shape, above 0.</param>
    /// <param name="x">0 or more; at and below 0 all probability is above.</param>
    public static (double Lower, double Upper) Tails(double a, double x)
    {
        if (double.IsNaN(a) || double.IsNaN(x)) return (double.NaN, double.NaN);
        if (x <= 0) return (0, 1);
        if (double.IsPositiveInfinity(x)) return (1, 0);
        if (a > Large) return Uniform(a, x);
        if (x < a + 1)
        {
            double lower = LowerSeries(a, x);
            return (lower, 1 - lower);
        }

        double upper = UpperFraction(a, x);
        return (1 - upper, upper);
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

    // Q = Φ̄(η√a) + e^{−aη²/2}/√(2πa) Σ c_k(η)/aᵏ with ½η² = λ − 1 − log λ, λ = x/a, and P likewise of −η.
    private static (double Lower, double Upper) Uniform(double a, double x)
    {
        double half = -LogOnePlusLess((x - a) / a), eta = Math.CopySign(Math.Sqrt(2 * half), x - a);
        double z = eta * Math.Sqrt(a), lower = NormalDistribution.UpperTail(-z), upper = NormalDistribution.UpperTail(z);
        if (Math.Abs(z) > 39) return (lower, upper);
        double rest = NormalDistribution.Density(z) / Math.Sqrt(a) *
            (Polynomial(First, eta) + (Polynomial(Second, eta) / a));
        return (Math.Max(0, lower - rest), Math.Max(0, upper + rest));
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    // xᵃe⁻ˣ/Γ(a); by Binet's remainder for a above 1, so that the large parts of the exponent do not cancel.
    private static double Density(double a, double x)
    {
        if (a < 1) return Math.Exp((a * Math.Log(x)) - x - GammaFunctions.LogGamma(a));
        double exponent = (a * LogOnePlusLess((x - a) / a)) - GammaFunctions.LogGammaRemainder(a);
        return Math.Sqrt(a / (2 * Math.PI)) * Math.Exp(exponent);
    }

    // log(1 + t) − t, by u = t/(2 + t), log(1 + t) = 2 artanh u, where t is small.
    private static double LogOnePlusLess(double t)
    {
        if (Math.Abs(t) > 0.4) return Math.Log(1 + t) - t;
        double u = t / (2 + t), square = u * u, power = u * square, sum = 0;
        for (int k = 3; k < 60; k += 2)
        {
            double next = sum + (power / k);
            if (next == sum) break;
            sum = next;
            power *= square;
        }

        // 2u − t = −tu.
        return (2 * sum) - (t * u);
    }

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--) sum = (sum * x) + coefficients[i];
        return sum;
    }
}
