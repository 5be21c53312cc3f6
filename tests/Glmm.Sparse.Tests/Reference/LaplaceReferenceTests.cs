using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Laplace's approximation on every reference model, with either curvature, against the dense oracle.</summary>
[TestFixture]
internal sealed class LaplaceReferenceTests
{
    private static IEnumerable<TestCaseData> Fits =>
        OracleLikelihood.All().Where(fit => fit.Nodes == 1).Select(fit => new TestCaseData(fit).SetArgDisplayNames(fit.ToString()));

    private static IEnumerable<TestCaseData> NonCanonicalFits =>
        OracleLikelihood.All().Where(fit => !fit.Observed).Select(fit => new TestCaseData(fit).SetArgDisplayNames(fit.Model));

    [TestCaseSource(nameof(Fits))]
    public void FitAgreesWithTheOracle(object reference)
    {
        var oracle = (OracleLikelihood)reference;
        LikelihoodFit fit = Fit(oracle, oracle.Observed ? Curvature.Observed : Curvature.Expected);
        LikelihoodComparison.AssertAgrees(fit, oracle);
        Assert.That(fit.Method, Is.EqualTo(EstimationMethod.Laplace));
        Assert.That(fit.Nodes, Is.EqualTo(1));
    }

    [TestCaseSource(nameof(NonCanonicalFits))]
    public void TheDefaultCurvatureIsTheExpectedOneUnlessMoreThanTheMeanIsEstimated(object reference)
    {
        var oracle = (OracleLikelihood)reference;
        LikelihoodFit byDefault = Fit(oracle, Curvature.FamilyDefault);
        Curvature expected = byDefault.DispersionEstimated ? Curvature.Observed : Curvature.Expected;
        Assert.That(byDefault.DispersionEstimated, Is.EqualTo(oracle.Family is not "binomial"));
        Assert.That(byDefault.HasObservedCurvature, Is.EqualTo(byDefault.DispersionEstimated));
        Assert.That(byDefault.LogLikelihood, Is.EqualTo(Fit(oracle, expected).LogLikelihood));
    }

    private static LikelihoodFit Fit(OracleLikelihood oracle, Curvature curvature) => Laplace.Fit(
        oracle.Design, Family.Parse(oracle.Family), oracle.Link, new FitOptions { Curvature = curvature });
}
