namespace Glmm.Sparse.Kernels;

/// <summary>Fisher's F distribution, with full relative precision in its upper tail.</summary>
public static class FDistribution
{
    // Beyond, F's numerator is chi-square to more digits than the denominator's degrees of freedom ever have.
    private const double NearlyChiSquare = 1e10;

    /// <summary>P(F ≥ x).</summary>
    /// <param name="x">The statistic; at and below 0 the tail is 1.</param>
    /// <param name="numerator">Degrees of freedom of the numerator, above 0.</param>
    /// <param name="denominator">Degrees of freedom of the denominator, above 0, not necessarily whole; where infinite,
    /// <paramref name="numerator"/>·F is chi-square.</param>
    /// <returns>The tail, with a relative error of about 1e-13; NaN where an argument is NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Degrees of freedom are not above 0.</exception>
    public static double UpperTail(double x, double numerator, double denominator)
    {
        if (double.IsNaN(x) || double.IsNaN(numerator) || double.IsNaN(denominator)) return double.NaN;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numerator);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        if (x <= 0) return 1;
        if (double.IsPositiveInfinity(x)) return 0;
        if (denominator >= NearlyChiSquare) return ChiSquareDistribution.UpperTail(numerator * x, numerator);
        double ratio = numerator / denominator * x;
        return IncompleteBeta.Tails(
            0.5 * denominator, 0.5 * numerator, 1 / (1 + ratio), ratio / (1 + ratio)).Lower;
    }
}
