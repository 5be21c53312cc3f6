using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Inference;

/// <summary>Intervals on scales on which they cannot leave the parameter's range.</summary>
/// <param name="level">Coverage.</param>
/// <param name="interval">How intervals of variances are made.</param>
internal sealed class VarianceComponentBounds(double level, VarianceComponentInterval interval)
{
    private readonly double _tail = 0.5 * (1 - level);
    private readonly double _z = -NormalDistribution.Quantile(0.5 * (1 - level));

    /// <summary>Of a variance.</summary>
    /// <param name="variance">The estimate, above 0.</param>
    /// <param name="error">Its standard error.</param>
    internal (double Lower, double Upper) OfVariance(double variance, double error)
    {
        if (!(variance > 0) || !double.IsFinite(error)) return (double.NaN, double.NaN);
        if (interval == VarianceComponentInterval.Satterthwaite)
        {
            double ratio = variance / error, degrees = 2 * ratio * ratio;
            return (degrees * variance / ChiSquareDistribution.Quantile(1 - _tail, degrees),
                degrees * variance / ChiSquareDistribution.Quantile(_tail, degrees));
        }

        return OfPositive(variance, error);
    }

    /// <summary>Of a positive number, normal on the scale of its logarithm.</summary>
    internal (double Lower, double Upper) OfPositive(double estimate, double error)
    {
        double factor = Math.Exp(_z * error / estimate);
        return (estimate / factor, estimate * factor);
    }

    /// <summary>Of a correlation, by Fisher's z.</summary>
    internal (double Lower, double Upper) OfCorrelation(double estimate, double error)
    {
        double centre = Math.Atanh(estimate), half = _z * error / (1 - (estimate * estimate));
        return (Math.Tanh(centre - half), Math.Tanh(centre + half));
    }

    /// <summary>Of a covariance, symmetric.</summary>
    internal (double Lower, double Upper) Symmetric(double estimate, double error) =>
        (estimate - (_z * error), estimate + (_z * error));
}
