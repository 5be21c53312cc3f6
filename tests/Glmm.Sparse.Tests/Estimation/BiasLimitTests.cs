using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>How far both orders are from the truth when there are clusters without end: exact, nothing is drawn.</summary>
[TestFixture]
internal sealed class BiasLimitTests
{
    // Small enough for the first order in it, large enough for what whole clusters can tell.
    private const double Small = 0.04;

    [Test]
    public void TheFirstOrderLosesOneNthOfASmallVariance(
        [Values(EstimationMethod.Pql, EstimationMethod.Mql)] EstimationMethod method, [Values(2, 5, 20)] int size) =>
        Assert.That(
            Ratio(method, 1, Family.Binomial, Link.Logit, -1, Small, size), Is.EqualTo(1 - (1.0 / size)).Within(0.02));

    [TestCase("logit", 2)]
    [TestCase("logit", 5)]
    [TestCase("probit", 5)]
    [TestCase("cloglog", 5)]
    public void PqlOfTheSecondOrderLosesNothingOfASmallVariance(string link, int size) =>
        Assert.That(
            Ratio(EstimationMethod.Pql, 2, Family.Binomial, Link.Parse(link), -1, Small, size),
            Is.EqualTo(1).Within(0.02));

    [TestCase("logit", 2)]
    [TestCase("probit", 5)]
    [TestCase("cloglog", 5)]
    public void MqlOfTheSecondOrderLosesNothingOfALargeVariance(string link, int size) =>
        Assert.That(
            Ratio(EstimationMethod.Mql, 2, Family.Binomial, Link.Parse(link), -1, 0.5, size),
            Is.EqualTo(1).Within(0.01));

    [Test]
    public void CountsLoseNothingOfASmallVarianceAtEitherOrder(
        [Values(EstimationMethod.Pql, EstimationMethod.Mql)] EstimationMethod method, [Values(1, 2)] int order) =>
        Assert.That(
            Ratio(method, order, Family.Poisson, Link.Log, 0, Small, 2), Is.EqualTo(1).Within(0.025));

    // Roots of the scalar estimating equations of the first order, computed apart from this library.
    [TestCase(0, 1, 5, 0.675, 0.555)]
    [TestCase(-2, 1, 5, 0.634, 0.721)]
    [TestCase(-2, 2, 20, 1.534, 1.390)]
    public void TheFirstOrderHasItsKnownLimits(
        double intercept, double variance, int size, double pql, double mql)
    {
        ClusteredDesign design = ClusterTotals.Design(Family.Binomial, Link.Logit, intercept, variance, size);
        Assert.That(Pql.Fit(design, Family.Binomial).Covariance[0, 0], Is.EqualTo(pql).Within(3e-3));
        Assert.That(Mql.Fit(design, Family.Binomial).Covariance[0, 0], Is.EqualTo(mql).Within(3e-3));
    }

    // The same for PQL of the second order; MQL of the second order has the moments of the model itself.
    [TestCase(0, 1, 2, 0.927)]
    [TestCase(-2, 1, 5, 0.929)]
    [TestCase(-2, 2, 20, 1.930)]
    public void TheSecondOrderIsNearTheTruth(double intercept, double variance, int size, double pql)
    {
        ClusteredDesign design = ClusterTotals.Design(Family.Binomial, Link.Logit, intercept, variance, size);
        var second = new FitOptions { Order = 2 };
        PqlFit posterior = Pql.Fit(design, Family.Binomial, null, second);
        MqlFit moments = Mql.Fit(design, Family.Binomial, null, second);
        Assert.That(posterior.Covariance[0, 0], Is.EqualTo(pql).Within(3e-3));
        Assert.That(posterior.FixedEffects[0].Estimate, Is.EqualTo(intercept).Within(0.035));
        Assert.That(moments.Covariance[0, 0], Is.EqualTo(variance).Within(0.01 * variance));
        Assert.That(moments.FixedEffects[0].Estimate, Is.EqualTo(intercept).Within(2e-3));
    }

    private static double Ratio(
        EstimationMethod method, int order, Family family, Link link, double intercept, double variance, int size)
    {
        ClusteredDesign design = ClusterTotals.Design(family, link, intercept, variance, size);
        GlmmFit fit = GlmmEstimator.Fit(method, design, family, link, new FitOptions { Order = order });
        Assert.That(fit.Converged, fit.Message);
        return fit.Covariance[0, 0] / variance;
    }
}
