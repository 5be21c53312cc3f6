using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Different ways to say the same model.</summary>
[TestFixture]
internal sealed class EquivalenceTests
{
    private static readonly FitOptions Options = new() { Tolerance = 1e-10 };

    [Test]
    public void ACustomVarianceAndACustomLinkReproducePoisson([Values] bool customFamily, [Values] bool customLink)
    {
        RandomData data = RandomData.Simulate(21, Family.Poisson, 2, 30, 8);
        Family family = customFamily ? Family.Custom("own", mu => mu, Link.Log, MeanDomain.Positive) : Family.Poisson;
        Link link = customLink ? Link.Custom("own", Math.Log, Math.Exp, Math.Exp) : Link.Log;
        FitOptions options = Options with { Dispersion = DispersionOption.Fixed() };
        PqlFit own = Pql.Fit(data.Design(), family, link, options);
        PqlFit poisson = Pql.Fit(data.Design(), Family.Poisson, null, options);
        Agree(own, poisson, 1e-8);
        Assert.That(own.RandomEffects.ToArray(), Is.EqualTo(poisson.RandomEffects.ToArray()).Within(1e-8));
        Assert.That(own.Deviance, Is.EqualTo(poisson.Deviance).Within(1e-8 * poisson.Deviance));
        Assert.That(own.LogQuasiLikelihood, Is.EqualTo(poisson.LogQuasiLikelihood).Within(1e-7));
    }

    [Test]
    public void AHugeSizeMakesTheNegativeBinomialPoisson()
    {
        RandomData data = RandomData.Simulate(22, Family.Poisson, 2, 30, 8);
        PqlFit nb = Pql.Fit(data.Design(), Family.NegativeBinomial(1e11), null, Options);
        Agree(nb, Pql.Fit(data.Design(), Family.Poisson, null, Options), 1e-8);
    }

    [Test]
    public void QuasipoissonWithHeldDispersionIsPoisson()
    {
        RandomData data = RandomData.Simulate(23, Family.Poisson, 1, 30, 8);
        FitOptions options = Options with { Dispersion = DispersionOption.Fixed() };
        Agree(Pql.Fit(data.Design(), Family.QuasiPoisson, null, options), Pql.Fit(data.Design(), Family.Poisson, null, options), 1e-14);
    }

    [TestCase(EstimationMethod.Pql, 1)]
    [TestCase(EstimationMethod.Pql, 2)]
    [TestCase(EstimationMethod.Mql, 2)]
    public void ARowOfTrialsIsThatManyRowsOfOneTrial(EstimationMethod method, int q)
    {
        RandomData trials = RandomData.Simulate(24, Family.Binomial, q, 30, 8);
        List<int> rows = [];
        List<double> outcomes = [];
        for (int r = 0; r < trials.Rows; r++)
        {
            int successes = (int)Math.Round(trials.Y[r] * trials.Weight[r]);
            for (int t = 0; t < trials.Weight[r]; t++)
            {
                rows.Add(r);
                outcomes.Add(t < successes ? 1 : 0);
            }
        }

        RandomData single = trials.Take([.. rows]) with { Y = [.. outcomes], Weight = [.. rows.Select(_ => 1.0)] };
        Agree(
            GlmmEstimator.Fit(method, trials.Design(), Family.Binomial, null, Options),
            GlmmEstimator.Fit(method, single.Design(), Family.Binomial, null, Options), 1e-8);
    }

    [Test]
    public void AGaussianFitWithTheIdentityLinkIsTheSameByBothMethods()
    {
        RandomData data = RandomData.Simulate(25, Family.Gaussian, 2, 30, 8);
        Agree(
            Pql.Fit(data.Design(), Family.Gaussian, null, Options), Mql.Fit(data.Design(), Family.Gaussian, null, Options), 1e-8);
    }

    [Test]
    public void EightFitsAtOnceOfOneDesignAreOneFit([Values] EstimationMethod method)
    {
        // Rows enough that each fit has threads of its own as well.
        ClusteredDesign design = RandomData.Simulate(7, Family.Poisson, 2, 2000, 8).Design();
        var options = new FitOptions { Threads = 2 };
        GlmmFit alone = GlmmEstimator.Fit(method, design, Family.Poisson, null, options);
        GlmmFit[] together = new GlmmFit[8];
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(i => new Thread(
            () => together[i] = GlmmEstimator.Fit(method, design, Family.Poisson, null, options)))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        foreach (GlmmFit fit in together)
        {
            Assert.That(fit.FixedEffects, Is.EqualTo(alone.FixedEffects));
            Assert.That(fit.Covariance, Is.EqualTo(alone.Covariance));
            Assert.That(fit.LogQuasiLikelihood, Is.EqualTo(alone.LogQuasiLikelihood));
        }
    }

    private static void Agree(GlmmFit a, GlmmFit b, double tolerance)
    {
        Assert.That(a.Converged && b.Converged, Is.True, a.Message + b.Message);
        Assert.That(
            a.FixedEffects.Select(e => e.Estimate),
            Is.EqualTo(b.FixedEffects.Select(e => e.Estimate)).Within(tolerance));
        Assert.That(
            a.FixedEffects.Select(e => e.StandardError),
            Is.EqualTo(b.FixedEffects.Select(e => e.StandardError)).Within(tolerance));
        Assert.That(a.Covariance, Is.EqualTo(b.Covariance).Within(tolerance));
        Assert.That(a.Dispersion, Is.EqualTo(b.Dispersion).Within(tolerance));
    }
}
