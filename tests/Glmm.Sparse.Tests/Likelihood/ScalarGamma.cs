namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>
/// log Γ and its first two derivatives for x &gt; 0: the recurrence up to 20, then Stirling's series (Abramowitz &amp;
/// Stegun 6.1.40, 6.3.18, 6.4.12), whose next term is below 1e-17 there.
/// </summary>
internal static class ScalarGamma
{
    private const double Far = 20;

    internal static double LogGamma(double x)
    {
        double product = 1;
        for (; x < Far; x++) product *= x;
        double square = 1 / (x * x);
        double series = (1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square *
            ((1.0 / 1188) - (square * 691 / 360360)))))))));
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x) - Math.Log(product);
    }

    internal static double Digamma(double x)
    {
        double sum = 0;
        for (; x < Far; x++) sum += 1 / x;
        double square = 1 / (x * x);
        double series = square * ((1.0 / 12) - (square * ((1.0 / 120) - (square * ((1.0 / 252) - (square *
            ((1.0 / 240) - (square * ((1.0 / 132) - (square * 691 / 32760))))))))));
        return Math.Log(x) - (0.5 / x) - series - sum;
    }

    internal static double Trigamma(double x)
    {
        double sum = 0;
        for (; x < Far; x++) sum += 1 / (x * x);
        double square = 1 / (x * x);
        double series = square / x * ((1.0 / 6) - (square * ((1.0 / 30) - (square * ((1.0 / 42) - (square *
            ((1.0 / 30) - (square * ((5.0 / 66) - (square * 691 / 2730))))))))));
        return (1 / x) + (0.5 * square) + series + sum;
    }
}
