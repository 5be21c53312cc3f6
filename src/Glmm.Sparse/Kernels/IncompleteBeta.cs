namespace Glmm.Sparse.Kernels;

/// <summary>The regularised incomplete beta function, with full relative precision in both tails.</summary>
/// <remarks>
/// The continued fraction DLMF 8.17.22 by the modified Lentz method, on the side where it converges; its factor
/// xᵃ(1 − x)ᵇ/B(a, b) in Loader's saddle-point form, in which nothing large cancels (DiDonato &amp; Morris 1992).
/// </remarks>
internal static class IncompleteBeta
{
    private const int MostTerms = 500_000;
    private const double Tiny = 1e-300;

    /// <summary>I_x(a, b) and its complement, the smaller of the two to about 1e-14 relative.</summary>
    /// <param name="a">First shape, above 0.</param>
    /// <param name="b">Second shape, above 0.</param>
    /// <param name="x">x, from 0 to 1.</param>
    /// <param name="complement">1 − x, as exact as the caller has it.</param>
    internal static (double Lower, double Upper) Tails(double a, double b, double x, double complement)
    {
        if (double.IsNaN(x + complement + a + b)) return (double.NaN, double.NaN);
        if (x <= 0) return (0, 1);
        if (complement <= 0) return (1, 0);
        if (x * b <= complement * a)
        {
            double lower = Math.Min(1, Fraction(x, complement, a, b));
            return (lower, 1 - lower);
        }

        double upper = Math.Min(1, Fraction(complement, x, b, a));
        return (1 - upper, upper);
    }

    /// <summary>xᵃ(1 − x)ᵇ/B(a, b), which is x(1 − x) times the density of the beta distribution.</summary>
    internal static double Factor(double x, double complement, double a, double b)
    {
        if (x <= 0 || complement <= 0) return 0;

        // With λ = x(a + b) − a the logarithm is a log(1 + λ/a) + b log(1 − λ/b), whose first orders are ±λ.
        double lambda = (x * b) - (complement * a);
        double exponent = -(a * LogExcess(lambda / a, x / a * (a + b))) -
            (b * LogExcess(-lambda / b, complement / b * (a + b)));
        double remainders = GammaFunctions.LogGammaRemainder(a + b) - GammaFunctions.LogGammaRemainder(a) -
            GammaFunctions.LogGammaRemainder(b);
        return Math.Sqrt(a / (a + b) * b / (2 * Math.PI)) * Math.Exp(exponent + remainders);
    }

    private static double Fraction(double x, double complement, double a, double b)
    {
        double factor = Factor(x, complement, a, b);
        if (factor == 0) return 0;

        // The even part of DLMF 8.17.22, β₀ + α₁/(β₁ + α₂/(β₂ + …)), in λ = a(1 − x) − bx ≥ 0 (DiDonato & Morris 1992).
        double lambda = (a * complement) - (b * x);
        double fraction = Away(a / (a + 1) * (lambda + 1)), c = fraction, d = 0;
        for (int m = 1; m < MostTerms; m++)
        {
            double between = a + (2 * m) - 1, share = m * (b - m) * x / between;
            double alpha = (a + m - 1) / between * (a + b + m - 1) * x * share;
            double beta = m + share + ((a + m) / (between + 2) * (lambda + 1 + (m * (1 + complement))));
            d = 1 / Away(beta + (alpha * d));
            c = Away(beta + (alpha / c));
            double step = c * d;
            fraction *= step;
            if (Math.Abs(step - 1) < 2e-16) break;
        }

        return factor / fraction;
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    /// <summary>u − log(1 + u), with 1 + u given too.</summary>
    private static double LogExcess(double u, double onePlus)
    {
        if (Math.Abs(u) > 0.4) return u - Math.Log(onePlus);

        // log(1 + u) = 2 artanh r with r = u/(2 + u), and u − 2r = ur.
        double r = u / (2 + u), square = r * r, sum = 0, power = square * r;
        for (int n = 3; n < 60; n += 2, power *= square)
        {
            double term = power / n;
            sum += term;
            if (Math.Abs(term) < 1e-17 * Math.Abs(sum)) break;
        }

        return (u * r) - (2 * sum);
    }

    /// <summary>log(1 + u) for u > −1, to full relative precision.</summary>
    internal static double LogOnePlus(double u)
    {
        if (Math.Abs(u) < 1e-17) return u;
        double sum = 1 + u;
        return Math.Log(sum) + ((u - (sum - 1)) / sum);
    }
}
