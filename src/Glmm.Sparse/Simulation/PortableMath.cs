namespace Glmm.Sparse.Simulation;

/// <summary>
/// exp, log and log k! from additions, multiplications and divisions alone. The platform's own functions may differ in
/// the last bit from one system to another, and a simulated data set must not: a seed means the same bytes everywhere.
/// </summary>
internal static class PortableMath
{
    // ln 2 in two parts; the first ends in 20 zero bits, so k·Ln2High is exact for every exponent k.
    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Low = 1.9082149292705877e-10;
    private const double Log2E = 1.4426950408889634;

    // ½ ln 2π
    private const double HalfLogTwoPi = 0.91893853320467274;

    private static readonly double[] s_logFactorials = TabulateLogFactorials(128);

    /// <summary>eˣ to about one unit in the last place; 0 below −745, +∞ above 709.78.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.78) return double.PositiveInfinity;
        if (x < -745.0) return 0;

        // x = k ln 2 + r with |r| ≤ ½ ln 2, then the Taylor series of e^r to r¹³/13!, whose rest is below 2⁻⁵⁷.
        double k = Math.Floor(x * Log2E + 0.5);
        double r = x - k * Ln2High - k * Ln2Low;
        double sum = 1;
        for (int i = 13; i >= 1; i--) sum = 1 + sum * r / i;
        return Math.ScaleB(sum, (int)k);
    }

    /// <summary>ln x to about one unit in the last place, for x &gt; 0.</summary>
    public static double Log(double x)
    {
        if (!(x > 0)) return x == 0 ? double.NegativeInfinity : double.NaN;
        if (double.IsPositiveInfinity(x)) return x;

        // x = m 2^e with m in [√½, √2), then ln m = 2 artanh s with s = (m − 1)/(m + 1), |s| < 0.172.
        int exponent = Math.ILogB(x);
        double m = Math.ScaleB(x, -exponent);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        double s = (m - 1) / (m + 1);
        double z = s * s;
        double tail = 0;
        for (int i = 25; i >= 3; i -= 2) tail = z * (tail + 1.0 / i);
        return exponent * Ln2High + (2 * s + (2 * s * tail + exponent * Ln2Low));
    }

    /// <summary>ln k! for k ≥ 0.</summary>
    public static double LogFactorial(double k)
    {
        if (k < s_logFactorials.Length) return s_logFactorials[(int)k];

        // Stirling's series; its first term left out is below 1e-18 from k = 128 on.
        double inverse = 1 / k;
        double square = inverse * inverse;
        double correction = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260)));
        return (k + 0.5) * Log(k) - k + HalfLogTwoPi + correction;
    }

    private static double[] TabulateLogFactorials(int count)
    {
        var table = new double[count];
        for (int k = 2; k < count; k++) table[k] = table[k - 1] + Log(k);
        return table;
    }
}
