namespace Glmm.Sparse.Kernels;

/// <summary>The chi-square distribution, with full relative precision in its upper tail.</summary>
/// <remarks>Its tail is the <see cref="IncompleteGamma"/> function.</remarks>
public static class ChiSquareDistribution
{
    /// <summary>P(χ² ≥ x).</summary>
    /// <param name="x">The statistic; at and below 0 the tail is 1.</param>
    /// <param name="degreesOfFreedom">A number of 0 or more; with 0 all probability is at 0.</param>
    /// <returns>The tail, with a relative error of about 1e-14; NaN for a statistic that is NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The degrees of freedom are negative.</exception>
    public static double UpperTail(double x, double degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(degreesOfFreedom);
        if (double.IsNaN(x)) return double.NaN;
        if (x <= 0) return 1;
        if (degreesOfFreedom == 0 || double.IsPositiveInfinity(x)) return 0;
        return IncompleteGamma.Upper(0.5 * degreesOfFreedom, 0.5 * x);
    }

    /// <summary>The x with P(χ² ≤ x) = p.</summary>
    /// <param name="probability">p; 0 at 0, infinity at 1, NaN outside [0, 1].</param>
    /// <param name="degreesOfFreedom">Above 0.</param>
    /// <returns>The quantile, with a relative error of about 1e-14 times the slope of its logarithm.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The degrees of freedom are not above 0.</exception>
    public static double Quantile(double probability, double degreesOfFreedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(degreesOfFreedom);
        if (!(probability > 0 && probability < 1))
            return probability switch { 0 => 0, 1 => double.PositiveInfinity, _ => double.NaN };

        // Bisection on the scale of log x, by the smaller tail, from a bracket about the mean.
        double shape = 0.5 * degreesOfFreedom, low = shape, high = shape;
        bool IsBelow(double half)
        {
            (double lower, double upper) = IncompleteGamma.Tails(shape, half);
            return probability < 0.5 ? lower < probability : upper > 1 - probability;
        }

        while (!IsBelow(low) && low > 1e-300) low *= 0.25;
        while (IsBelow(high)) high *= 2;
        for (int step = 0; step < 200; step++)
        {
            double middle = Math.Sqrt(low) * Math.Sqrt(high);
            if (middle <= low || middle >= high) break;
            if (IsBelow(middle)) low = middle;
            else high = middle;
        }

        return 2 * high;
    }
}
