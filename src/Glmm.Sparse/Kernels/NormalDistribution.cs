using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The standard normal distribution, with full relative precision in both tails.</summary>
public static class NormalDistribution
{
    /// <summary>Φ(z), the lower tail.</summary>
    public static double Cdf(double z) => UpperTail(-z);

    /// <summary>1 − Φ(z), the upper tail; under 1e-15 relative error down to the smallest normal double.</summary>
    public static double UpperTail(double z)
    {
        if (double.IsNaN(z))
            return double.NaN;

        // Beyond 39 the density, and so the tail, is 0 in doubles.
        double x = Math.Min(Math.Abs(z), 39);
        double tail = Density(x) * RowVector256.Get(VectorMath<RowVector256>.MillsRatio(RowVector256.Create(x)), 0);
        return z >= 0 ? tail : 1 - tail;
    }

    /// <summary>P(|Z| ≥ |z|), the two-sided p-value of a Wald statistic.</summary>
    public static double TwoSidedPValue(double z) => 2 * UpperTail(Math.Abs(z));

    /// <summary>φ(z), the density.</summary>
    public static double Density(double z)
    {
        if (double.IsInfinity(z))
            return 0;

        // z² in an exact part and a small rest, since rounding it would cost z²/2 units in the last place.
        double upper = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(z) & ~0x7FFFFFFL);
        double rest = (z - upper) * (z + upper);
        return 0.39894228040143267794 * Math.Exp(-0.5 * upper * upper) * Math.Exp(-0.5 * rest);
    }

    /// <summary>The z with Φ(z) = p; −∞ at 0, ∞ at 1, NaN outside [0, 1].</summary>
    public static double Quantile(double probability) => NormalQuantile.At(probability);
}
