namespace Glmm.Sparse.Cli;

/// <summary>The Wald test of one coefficient: z against the standard normal distribution.</summary>
internal static class WaldTest
{
    /// <summary>Two-sided p-value, 2Φ(−|z|), to a relative error below 1e-12 however small it is.</summary>
    /// <param name="z">Estimate over standard error; NaN gives NaN.</param>
    public static double TwoSidedP(double z)
    {
        double x = Math.Abs(z);
        return x < 3 ? 1 - CentralProbability(x) : TailProbability(x);
    }

    /// <summary>2Φ(x) − 1 = 2φ(x)(x + x³/3 + x⁵/15 + …), a series of positive terms (Abramowitz &amp; Stegun 26.2.11).</summary>
    private static double CentralProbability(double x)
    {
        double term = x;
        double sum = x;
        for (int k = 3; term > 1e-17 * sum; k += 2)
        {
            term *= x * x / k;
            sum += term;
        }

        return 2 * Density(x) * sum;
    }

    /// <summary>2Φ(−x) = 2φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))), A&amp;S 26.2.14, from the inside out.</summary>
    private static double TailProbability(double x)
    {
        double fraction = x;
        for (int k = 200; k >= 1; k--) fraction = x + k / fraction;
        return 2 * Density(x) / fraction;
    }

    private static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
}
