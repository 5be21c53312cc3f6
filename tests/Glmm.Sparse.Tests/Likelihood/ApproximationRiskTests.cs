using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>The approximation risk is what the better likelihood truly does to the estimates.</summary>
[TestFixture]
internal sealed class ApproximationRiskTests
{
    private static readonly ClusteredDesign Binary = RandomData.Simulate(5, Family.Binomial, 1, 150, 5).Design();

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    [TestCase(EstimationMethod.Laplace)]
    public void OfAWholeDataSetItIsTheDifferenceFromQuadrature(EstimationMethod method)
    {
        var options = new FitOptions { Criterion = EstimationCriterion.Ml };
        GlmmFit fit = GlmmEstimator.Fit(method, Binary, Family.Binomial, options: options);
        LikelihoodFit better = AdaptiveQuadrature.Fit(Binary, Family.Binomial, options: new FitOptions { Nodes = 25 });
        ApproximationRisk risk = fit.ApproximationRisk!;
        double shift = Math.Sqrt(better.Covariance[0, 0] / fit.Covariance[0, 0]) - 1;
        double largest = fit.FixedEffects.Zip(better.FixedEffects).Max(
            pair => Math.Abs(pair.Second.Estimate - pair.First.Estimate) / pair.First.StandardError);
        Assert.That(risk.DeviationShift, Is.EqualTo(shift).Within(1e-6));
        Assert.That(Math.Abs(risk.FixedShift), Is.EqualTo(largest).Within(1e-6));
        Assert.That(risk.Nodes, Is.EqualTo(25));
    }

    [Test]
    public void FewNodesAreARiskToo()
    {
        LikelihoodFit few = AdaptiveQuadrature.Fit(Binary, Family.Binomial, options: new FitOptions { Nodes = 2 });
        LikelihoodFit many = AdaptiveQuadrature.Fit(Binary, Family.Binomial, options: new FitOptions { Nodes = 25 });
        Assert.That(Math.Abs(few.ApproximationRisk!.DeviationShift), Is.GreaterThan(0.005));
        Assert.That(many.ApproximationRisk!.Level, Is.EqualTo(RiskLevel.Low));
        Assert.That(Math.Abs(many.ApproximationRisk!.DeviationShift), Is.LessThan(1e-6));
    }

    [Test]
    public void ANormalResponseHasNone()
    {
        GlmmFit fit = Pql.Fit(RandomData.Simulate(3, Family.Gaussian, 1, 30, 6).Design(), Family.Gaussian);
        Assert.That(fit.ApproximationRisk!.DeviationShift, Is.Zero);
        Assert.That(fit.ApproximationRisk.Level, Is.EqualTo(RiskLevel.Low));
    }

    [Test]
    public void AQuasiLikelihoodIsJudgedByItsCounterpart()
    {
        GlmmFit fit = Pql.Fit(Binary, Family.QuasiBinomial);
        GlmmFit plain = Pql.Fit(Binary, Family.Binomial);
        Assert.That(
            fit.ApproximationRisk!.DeviationShift, Is.EqualTo(plain.ApproximationRisk!.DeviationShift).Within(1e-6));
    }

    [Test]
    public void AFitThatDidNotConvergeHasNoFigure()
    {
        PqlFit fit = Pql.Fit(Binary, Family.Binomial, options: new FitOptions { MaxIterations = 1 });
        Assert.That(fit.Converged, Is.False);
        Assert.That(fit.ApproximationRisk, Is.Null);
    }

    [TestCase(1e-6)]
    [TestCase(1e4)]
    [TestCase(1e8)]
    public void ALikelihoodDoesNotMindTheScaleOfANormalResponse(double scale)
    {
        RandomData data = RandomData.Simulate(4, Family.Gaussian, 2, 40, 6);
        RandomData scaled = data with
        {
            Y = [.. data.Y.Select(y => scale * y)],
            Offset = [.. data.Offset.Select(o => scale * o)],
        };
        LikelihoodFit a = Laplace.Fit(data.Design(), Family.Gaussian), b = Laplace.Fit(scaled.Design(), Family.Gaussian);
        Assert.That(b.Converged, Is.True, b.Message);
        double expected = a.LogLikelihood - (data.Rows * Math.Log(scale));
        Assert.That(b.LogLikelihood, Is.EqualTo(expected).Within(1e-8 * (1 + Math.Abs(expected))));
        Assert.That(
            b.FixedEffects[0].StandardError, Is.EqualTo(scale * a.FixedEffects[0].StandardError).Within(1e-5 * scale));
    }
}
