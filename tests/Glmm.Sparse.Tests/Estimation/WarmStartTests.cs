using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Fits that start from estimates known from elsewhere.</summary>
[TestFixture]
internal sealed class WarmStartTests
{
    private static readonly FitOptions Options = new() { Tolerance = 1e-10, Threads = 1 };

    [TestCase("poisson", 1, EstimationMethod.Pql)]
    [TestCase("poisson", 2, EstimationMethod.Pql)]
    [TestCase("binomial", 1, EstimationMethod.Pql)]
    [TestCase("binomial", 2, EstimationMethod.Pql)]
    [TestCase("gaussian", 2, EstimationMethod.Pql)]
    [TestCase("poisson", 1, EstimationMethod.Mql)]
    [TestCase("binomial", 2, EstimationMethod.Mql)]
    public void TheEstimatesAreThoseOfTheColdStart(string name, int q, EstimationMethod method)
    {
        Family family = Family.Parse(name);
        for (int seed = 1; seed <= 10; seed++)
        {
            // Another response, and hence another α and D, of a design of the same kind.
            FitSummary other = Fit(RandomData.Simulate(seed + 100, family, q, 40, 8), family, method, null);
            RandomData data = RandomData.Simulate(seed, family, q, 40, 8);
            FitSummary cold = Fit(data, family, method, null), warm = Fit(data, family, method, other);
            Assert.That(warm.Verdict, Is.EqualTo(cold.Verdict), $"seed {seed}");
            Estimates.AssertSame(warm, cold, 1e-7);
        }
    }

    [Test]
    public void FromTheSolutionOnlyTheModesAreSought()
    {
        RandomData data = RandomData.Simulate(3, Family.Binomial, 1, 200, 8);
        FitSummary cold = Fit(data, Family.Binomial, EstimationMethod.Pql, null);
        FitSummary warm = Fit(data, Family.Binomial, EstimationMethod.Pql, cold);
        Assert.That(warm.DataPasses, Is.LessThan(cold.DataPasses));
        Estimates.AssertSame(warm, cold, 1e-8);
    }

    [Test]
    public void AStartOutsideTheDomainIsDropped()
    {
        // The identity link of poisson data allows no negative mean.
        RandomData data = RandomData.Simulate(5, Family.Poisson, 1, 40, 8);
        RandomData positive = data with
        {
            Y = [.. data.Y.Select(y => y + 5)],
            X = [data.X[0]],
            Offset = [.. data.Offset.Select(_ => 0.0)],
        };
        using Linearisation cold = Create(positive, Family.Poisson, Link.Identity, EstimationMethod.Pql);
        using Linearisation warm = Create(positive, Family.Poisson, Link.Identity, EstimationMethod.Pql);
        cold.Run();
        warm.StartFrom([-3], new double[,] { { 1 } }, 1);
        warm.Run();
        AssertIdentical(warm.Summary, cold.Summary);
    }

    [TestCase(double.NaN)]
    [TestCase(1e300)]
    public void AStartThatIsNoCovarianceOrLeadsAstrayIsDropped(double variance)
    {
        RandomData data = RandomData.Simulate(5, Family.Poisson, 1, 40, 8);
        FitSummary cold = Fit(data, Family.Poisson, EstimationMethod.Pql, null);
        using Linearisation warm = Create(data, Family.Poisson, null, EstimationMethod.Pql);
        warm.StartFrom([0.1, 0.2, 0.3], new double[,] { { variance } }, 1);
        warm.Run();
        Assert.That(warm.Summary.Verdict, Is.EqualTo(cold.Verdict));
        Estimates.AssertSame(warm.Summary, cold, 1e-7);
    }

    [Test]
    public void AFarStartEndsWhereTheColdOneDoes()
    {
        RandomData data = RandomData.Simulate(8, Family.Poisson, 2, 40, 8);
        FitSummary cold = Fit(data, Family.Poisson, EstimationMethod.Pql, null);
        using Linearisation warm = Create(data, Family.Poisson, null, EstimationMethod.Pql);
        warm.StartFrom([-20, 5, 5], new double[,] { { 50, 0 }, { 0, 1e-6 } }, 1);
        warm.Run();
        Assert.That(warm.Summary.Verdict, Is.EqualTo(cold.Verdict), warm.Summary.Message);
        Estimates.AssertSame(warm.Summary, cold, 1e-7);
    }

    [Test]
    public void AFitCanBeRunAgain()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 2, 40, 8);
        using Linearisation linearisation = Create(data, Family.Poisson, null, EstimationMethod.Pql);
        linearisation.Run();
        FitSummary first = linearisation.Summary;
        linearisation.Run();
        AssertIdentical(linearisation.Summary, first);
    }

    private static void AssertIdentical(FitSummary actual, FitSummary expected)
    {
        Assert.That(actual.Verdict, Is.EqualTo(expected.Verdict));
        Assert.That(actual.FixedEffects, Is.EqualTo(expected.FixedEffects));
        Assert.That(actual.Covariance, Is.EqualTo(expected.Covariance));
        Assert.That(actual.Warnings, Is.EqualTo(expected.Warnings));
    }

    private static FitSummary Fit(RandomData data, Family family, EstimationMethod method, FitSummary? start)
    {
        using Linearisation linearisation = Create(data, family, null, method);
        if (start is not null)
        {
            linearisation.StartFrom(
                [.. start.FixedEffects.Select(e => e.Estimate)], start.Covariance, start.Dispersion);
        }

        linearisation.Run();
        return linearisation.Summary;
    }

    private static Linearisation Create(RandomData data, Family family, Link? link, EstimationMethod method) => new(
        data.Design(), family, link, Options,
        method == EstimationMethod.Pql ? ExpansionPoint.Modes : ExpansionPoint.Zero);
}
