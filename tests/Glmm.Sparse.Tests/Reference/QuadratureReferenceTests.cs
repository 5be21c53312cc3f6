using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Adaptive Gauss–Hermite quadrature on every reference model against the dense oracle.</summary>
[TestFixture]
internal sealed class QuadratureReferenceTests
{
    private static IEnumerable<TestCaseData> Fits =>
        OracleLikelihood.All().Where(fit => fit.Nodes > 1).Select(fit => new TestCaseData(fit).SetArgDisplayNames(fit.ToString()));

    [TestCaseSource(nameof(Fits))]
    public void FitAgreesWithTheOracle(object reference)
    {
        var oracle = (OracleLikelihood)reference;
        LikelihoodFit fit = Fit(oracle, oracle.Nodes);
        LikelihoodComparison.AssertAgrees(fit, oracle);
        Assert.That(fit.Method, Is.EqualTo(EstimationMethod.Aghq));
        Assert.That(fit.Nodes, Is.EqualTo(oracle.Nodes));
    }

    [Test]
    public void ToenailShowsThatTheMethodMatters()
    {
        OracleLikelihood quadrature = OracleLikelihood.All().Single(fit => fit is { Model: "toenail_ri", Key: "AGQ25" });
        OracleLikelihood laplace = OracleLikelihood.All().Single(fit => fit is { Model: "toenail_ri", Key: "Laplace" });
        LikelihoodFit accurate = Fit(quadrature, 25), approximate = Laplace.Fit(laplace.Design, Family.Binomial);
        Assert.That(accurate.Covariance[0, 0], Is.EqualTo(16.0).Within(0.1));
        Assert.That(approximate.Covariance[0, 0], Is.EqualTo(20.9).Within(0.1));
        Assert.That(accurate.LogLikelihood - approximate.LogLikelihood, Is.EqualTo(2.393).Within(1e-3));
    }

    private static LikelihoodFit Fit(OracleLikelihood oracle, int nodes) => AdaptiveQuadrature.Fit(
        oracle.Design, Family.Parse(oracle.Family), oracle.Link, new FitOptions { Nodes = nodes, Curvature = Curvature.Observed });
}
