using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Compares estimates in their own units.</summary>
internal static class Estimates
{
    /// <param name="actual">One fit.</param>
    /// <param name="expected">Another.</param>
    /// <param name="tolerance">In standard errors for α, relative to the variances for D, to φ for φ.</param>
    internal static void AssertSame(FitSummary actual, FitSummary expected, double tolerance)
    {
        for (int j = 0; j < expected.FixedEffects.Count; j++)
        {
            FixedEffect effect = expected.FixedEffects[j];
            Assert.That(
                actual.FixedEffects[j].Estimate,
                Is.EqualTo(effect.Estimate).Within(tolerance * effect.StandardError), effect.Name);
        }

        int q = expected.Covariance.GetLength(0);
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                double scale = Math.Sqrt(expected.Covariance[a, a] * expected.Covariance[b, b]);
                Assert.That(
                    actual.Covariance[a, b],
                    Is.EqualTo(expected.Covariance[a, b]).Within(tolerance * scale), $"D[{a},{b}]");
            }
        }

        Assert.That(
            actual.Dispersion, Is.EqualTo(expected.Dispersion).Within(tolerance * expected.Dispersion), "dispersion");
    }
}
