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
    /// <param name="x">From 0 to 1.</param>
    /// <param name="complement">1 − x, with what precision there is.</param>
    /// <param name="a">Above 0.</param>
    /// <param name="b">Above 0.</param>
    internal static (double Lower, double Upper) Regularized(double x, double complement, double a, double b)
    {
        if (double.IsNaN(x + complement + a + b)) return (double.NaN, double.NaN);
        if (x <= 0) return (0, 1);
        if (complement <= 0) return (1, 0);
        if (x * (b + 1) < complement * (a + 1))
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
        double exponent = -(a * LogExcess(lambda / a)) - (b * LogExcess(-lambda / b));
        double remainders = GammaFunctions.LogGammaRemainder(a + b) - GammaFunctions.LogGammaRemainder(a) -
            GammaFunctions.LogGammaRemainder(b);
        return Math.Sqrt(a / (a + b) * b / (2 * Math.PI)) * Math.Exp(exponent + remainders);
    }

    private static double Fraction(double x, double complement, double a, double b)
    {
        double factor = Factor(x, complement, a, b);
        if (factor == 0) return 0;

        // 1 + d₁/(1 + d₂/(1 + …)), d_{2m} = m(b − m)x/((a + 2m − 1)(a + 2m)), d_{2m+1} = −(a + m)(a + b + m)x/(…).
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
            double step = c * d;
            fraction *= step;
            if (Math.Abs(step - 1) < 2e-16) break;
        }

        return factor * fraction / a;
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    /// <summary>u − log(1 + u) for u > −1.</summary>
    private static double LogExcess(double u)
    {
        if (u <= -1) return double.PositiveInfinity;
        if (Math.Abs(u) > 0.4) return u - LogOnePlus(u);

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
