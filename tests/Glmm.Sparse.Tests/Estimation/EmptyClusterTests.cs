using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.ModelLayer;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Clusters without rows say nothing and are predicted by their prior.</summary>
[TestFixture]
internal sealed class EmptyClusterTests
{
    private static readonly RandomData Data = RandomData.Simulate(70, Family.Poisson, 2, 20, 8);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void TheyChangeNoEstimate(EstimationMethod method)
    {
        GlmmFit without = Fit(method, 1), with = Fit(method, 3);
        Assert.That(
            with.FixedEffects.Select(e => e.Estimate),
            Is.EqualTo(without.FixedEffects.Select(e => e.Estimate)).Within(1e-9));
        Assert.That(with.Covariance, Is.EqualTo(without.Covariance).Within(1e-9));
        Assert.That(with.LogQuasiLikelihood, Is.EqualTo(without.LogQuasiLikelihood).Within(1e-8));
    }

    [Test]
    public void TheyArePredictedAsZeroWithTheErrorOfTheirPrior()
    {
        var fit = (PqlFit)Fit(EstimationMethod.Pql, 3);
        for (int l = 0; l < 2; l++)
        {
            Assert.That(fit.RandomEffects[2 + l], Is.Zero);
            Assert.That(
                fit.RandomEffectStandardErrors[2 + l], Is.EqualTo(Math.Sqrt(fit.Covariance[l, l])).Within(1e-14));
        }
    }

    // Codes spread out: every code that is no multiple of the spacing is an empty cluster.
    private static GlmmFit Fit(EstimationMethod method, int spacing)
    {
        int[] codes = [.. Data.Cluster.Select(c => c * spacing)];
        return GlmmEstimator.Fit(
            method, Designs.Of(Data.Y, Data.X, Data.Z, codes, offset: Data.Offset, clusters: 20 * spacing), Family.Poisson, null,
            new FitOptions { Tolerance = 1e-11 });
    }
}
