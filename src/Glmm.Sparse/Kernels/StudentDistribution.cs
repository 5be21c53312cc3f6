namespace Glmm.Sparse.Kernels;

/// <summary>Student's t distribution, with full relative precision in both tails; for infinite degrees of freedom the
/// standard normal.</summary>
public static class StudentDistribution
{
    // From here on Hill's (1970) expansion about the normal is exact to double precision.
    private const double NearlyNormal = 1e6;

    // From here on the tail is a power of t to double precision.
    private const double FarOut = 1e60;

    /// <summary>P(T ≥ t).</summary>
    /// <param name="t">The statistic.</param>
    /// <param name="degreesOfFreedom">Above 0, not necessarily whole; may be infinite.</param>
    /// <returns>The upper tail; NaN for a statistic or degrees of freedom that are NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The degrees of freedom are not above 0.</exception>
    public static double UpperTail(double t, double degreesOfFreedom)
    {
        double half = 0.5 * TwoSidedPValue(t, degreesOfFreedom);
        return t >= 0 ? half : 1 - half;
    }

    /// <summary>P(T ≤ t).</summary>
    /// <inheritdoc cref="UpperTail"/>
    public static double Cdf(double t, double degreesOfFreedom) => UpperTail(-t, degreesOfFreedom);

    /// <summary>P(|T| ≥ |t|), the two-sided p-value.</summary>
    /// <inheritdoc cref="UpperTail"/>
    public static double TwoSidedPValue(double t, double degreesOfFreedom)
    {
        if (double.IsNaN(t) || double.IsNaN(degreesOfFreedom)) return double.NaN;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        t = Math.Abs(t);
        if (double.IsPositiveInfinity(t)) return 0;
        if (double.IsPositiveInfinity(degreesOfFreedom)) return NormalDistribution.TwoSidedPValue(t);
        if (degreesOfFreedom >= NearlyNormal)
            return NormalDistribution.TwoSidedPValue(NormalDeviate(t, degreesOfFreedom));
        if (t > FarOut)
            return TwoSidedPValue(FarOut, degreesOfFreedom) * Math.Pow(t / FarOut, -degreesOfFreedom);
        (double x, double y) = Split(t, degreesOfFreedom);
        return IncompleteBeta.Tails(0.5 * degreesOfFreedom, 0.5, x, y).Lower;
    }

    /// <summary>The t with P(T ≤ t) = p; −∞ at 0, ∞ at 1, NaN outside [0, 1].</summary>
    /// <param name="probability">p.</param>
    /// <param name="degreesOfFreedom">Above 0; may be infinite.</param>
    /// <returns>The quantile.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The degrees of freedom are not above 0.</exception>
    public static double Quantile(double probability, double degreesOfFreedom)
    {
        if (double.IsNaN(degreesOfFreedom)) return double.NaN;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        if (!(probability > 0 && probability < 1) || double.IsPositiveInfinity(degreesOfFreedom))
            return NormalDistribution.Quantile(probability);
        if (probability == 0.5) return 0;
        double tail = 2 * Math.Min(probability, 1 - probability);
        double t = TwoSidedQuantile(tail, degreesOfFreedom);
        return probability < 0.5 ? -t : t;
    }

    // Newton on log P(|T| ≥ t) against log t, which is concave and nearly a line far out, in a bracket.
    private static double TwoSidedQuantile(double tail, double df)
    {
        if (TwoSidedPValue(double.MaxValue, df) > tail) return double.PositiveInfinity;
        double target = Math.Log(tail), low = -745, high = 709.7;
        double s = Math.Log(Math.Max(1e-300, NormalDistribution.Quantile(1 - (0.5 * Math.Max(tail, 1e-15)))));
        for (int i = 0; i < 200 && high - low > 1e-15 * Math.Abs(s); i++)
        {
            double t = Math.Exp(s), p = TwoSidedPValue(t, df), excess = Math.Log(p) - target;
            if (excess == 0) break;
            if (excess > 0) low = s;
            else high = s;
            double next = s + (excess * p / (2 * t * Density(t, df)));
            if (!(next > low && next < high)) next = 0.5 * (low + high);
            if (Math.Abs(next - s) < 1e-16 * Math.Max(1, Math.Abs(s))) break;
            s = next;
        }

        return Math.Exp(s);
    }

    private static double Density(double t, double df)
    {
        if (df >= NearlyNormal) return NormalDistribution.Density(NormalDeviate(t, df));
        if (t > FarOut) return 0.5 * df * TwoSidedPValue(t, df) / t;
        (double x, double y) = Split(t, df);
        return IncompleteBeta.Factor(x, y, 0.5 * df, 0.5) / t;
    }

    // df/(df + t²) and t²/(df + t²).
    private static (double X, double Y) Split(double t, double df)
    {
        double square = t / df * t;
        return (1 / (1 + square), square / (1 + square));
    }

    // Hill (1970), CACM Algorithm 395: the normal deviate of the same tail, its error of order df⁻⁴.
    private static double NormalDeviate(double t, double df)
    {
        double a = df - 0.5, z = Math.Sqrt(a * IncompleteBeta.LogOnePlus(t / df * t));
        return z + (((z * z * z) + (3 * z)) / (48 * a * a));
    }
}
