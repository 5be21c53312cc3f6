using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Inference;

/// <summary>The upper tail of a variable whose first three cumulants are known: that of the gamma distribution moved
/// and scaled to them (Pearson's type III).</summary>
internal static class SkewedTail
{
    // Below it the gamma distribution is its own Edgeworth series to seven digits.
    private const double Slight = 1e-3;

    /// <summary>P(Z &gt; z).</summary>
    /// <param name="z">In standard deviations above the mean.</param>
    /// <param name="skewness">κ₃/κ₂^{3/2}, of any sign.</param>
    /// <returns>The probability.</returns>
    internal static double At(double z, double skewness)
    {
        if (!double.IsFinite(skewness) || double.IsNaN(z)) return double.NaN;
        if (Math.Abs(skewness) < Slight)
        {
            double correction = skewness / 6 * ((z * z) - 1) * NormalDistribution.Density(z);
            return Math.Clamp(NormalDistribution.UpperTail(z) + correction, 0, 1);
        }

        double half = 2 / Math.Abs(skewness), shape = half * half;
        double gamma = shape + (Math.CopySign(half, skewness) * z);
        double upper = ChiSquareDistribution.UpperTail(2 * gamma, 2 * shape);
        return skewness > 0 ? upper : 1 - upper;
    }
}
