using System.Globalization;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Results;

/// <summary>The score test of one candidate column x of X against a mixed model without it.</summary>
/// <param name="Score">U = xᵀPy*, the derivative of the working log-likelihood in the column's coefficient at
/// 0.</param>
/// <param name="Information">xᵀPx = Var U; NaN where the column has missing values, or depends on those of X.</param>
public readonly record struct ScoreScanResult(double Score, double Information)
{
    /// <summary>U/√(xᵀPx), standard normal where the column has no effect.</summary>
    public double Z => Score / Math.Sqrt(Information);

    /// <summary>Two-sided.</summary>
    public double PValue => NormalDistribution.TwoSidedPValue(Z);

    /// <summary>The coefficient that one step from 0 gives, U/(xᵀPx).</summary>
    public double Estimate => Score / Information;

    /// <summary>Its standard error, 1/√(xᵀPx).</summary>
    public double StandardError => 1 / Math.Sqrt(Information);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"estimate {Estimate:G5} (se {StandardError:G4}), z = {Z:F3}, p = {PValue:G3}");
}
