using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Resampling;

[TestFixture]
internal sealed class ParametricBootstrapTests
{
    private static readonly BootstrapOptions Few = new() { Replicates = 40 };

    // PQL's limit at n = 5, τ² = 1 and no covariate is 0.67 of the truth (BiasLimitTests).
    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ItTakesTheBiasOfBinaryDataInClustersOfFive(EstimationMethod method)
    {
        ClusteredDesign design = Binary(400, 5, 1, seed: 3);
        BootstrapCorrection correction = ParametricBootstrap.Correct(
            design, Family.Binomial, bootstrap: Few with { Method = method });
        Assert.That(correction.Settled, correction.Message);
        Assert.That(correction.Failures, Is.Zero);
        Assert.That(correction.Fit.Covariance[0, 0], Is.LessThan(0.75));
        Assert.That(correction.Covariance[0, 0], Is.EqualTo(1).Within(0.2));
        double slope = correction.FixedEffects[1].Estimate;
        Assert.That(slope, Is.EqualTo(1).Within(Math.Abs(correction.Fit.FixedEffects[1].Estimate - 1)));

        // The second order, whose bias is small, agrees though it knows nothing of any simulation.
        PqlFit second = Pql.Fit(design, Family.Binomial, null, new FitOptions { Order = 2 });
        Assert.That(correction.Covariance[0, 0], Is.EqualTo(second.Covariance[0, 0]).Within(0.1));
        Assert.That(slope, Is.EqualTo(second.FixedEffects[1].Estimate).Within(0.03));

        // Attenuated estimates scatter less than the ones that are not.
        Assert.That(
            correction.FixedEffects[1].StandardError,
            Is.EqualTo(second.FixedEffects[1].StandardError).Within(0.35 * second.FixedEffects[1].StandardError));
        Assert.That(
            correction.MonteCarloErrors[1],
            Is.EqualTo(correction.FixedEffects[1].StandardError / Math.Sqrt(40)).Within(1e-15));
        Assert.That(correction.CovarianceStandardErrors[0, 0], Is.InRange(0.08, 0.4));
    }

    [Test]
    public void ThreadsDoNotMatter()
    {
        RandomData data = RandomData.Simulate(11, Family.Poisson, 2, 40, 8);
        BootstrapCorrection Correct(int threads) => ParametricBootstrap.Correct(
            data.Design(), Family.Poisson, null, new FitOptions { Threads = threads }, Few with { Replicates = 20 });
        BootstrapCorrection one = Correct(1), two = Correct(2);
        Assert.That(one.Settled, one.Message);
        Assert.That(two.FixedEffects, Is.EqualTo(one.FixedEffects));
        Assert.That(two.Covariance, Is.EqualTo(one.Covariance));
        Assert.That(two.CovarianceStandardErrors, Is.EqualTo(one.CovarianceStandardErrors));
    }

    [Test]
    public void AnUnbiasedMethodIsLeftAlone()
    {
        RandomData data = RandomData.Simulate(12, Family.Gaussian, 1, 60, 8);
        BootstrapCorrection correction = ParametricBootstrap.Correct(data.Design(), Family.Gaussian, bootstrap: Few);
        Assert.That(correction.Settled, correction.Message);
        for (int j = 0; j < 3; j++)
        {
            Assert.That(
                correction.FixedEffects[j].Estimate,
                Is.EqualTo(correction.Fit.FixedEffects[j].Estimate).Within(4 * correction.MonteCarloErrors[j]));
        }

        double error = correction.CovarianceStandardErrors[0, 0] / Math.Sqrt(correction.Replicates);
        Assert.That(correction.Covariance[0, 0], Is.EqualTo(correction.Fit.Covariance[0, 0]).Within(4 * error));
        Assert.That(correction.Dispersion, Is.EqualTo(correction.Fit.Dispersion).Within(0.1));
    }

    [Test]
    public void AVarianceOfZeroStaysZero()
    {
        double[] y = [.. Enumerable.Range(0, 200).Select(r => (double)(r % 2))], ones = [.. y.Select(_ => 1.0)];
        var data = new RandomData(
            Family.Binomial, y, [ones], [ones], [.. y.Select((_, r) => r / 4)], ones, [.. y.Select(_ => 0.0)]);
        BootstrapCorrection correction = ParametricBootstrap.Correct(data.Design(), Family.Binomial, bootstrap: Few);
        Assert.That(correction.Settled, correction.Message);
        Assert.That(correction.Covariance[0, 0], Is.Zero);
        Assert.That(correction.CovarianceStandardErrors[0, 0], Is.NaN);
    }

    [Test]
    public void AFitThatDidNotConvergeIsNotCorrected()
    {
        RandomData data = RandomData.Simulate(8, Family.Binomial, 1, 30, 8);
        data = data with { Y = [.. data.Y.Select((y, r) => data.X[2][r] > 0 ? 0 : y)] };
        BootstrapCorrection correction = ParametricBootstrap.Correct(data.Design(), Family.Binomial, bootstrap: Few);
        Assert.That(correction.Settled, Is.False);
        Assert.That(correction.Message, Does.StartWith("There is nothing to correct: the fit itself did not converge."));
        Assert.That(correction.FixedEffects[0].StandardError, Is.NaN);
    }

    [Test]
    public void FamiliesWithoutADistributionAreRefused()
    {
        RandomData data = RandomData.Simulate(11, Family.Poisson, 1, 40, 8);
        Assert.That(
            () => ParametricBootstrap.Correct(data.Design(), Family.QuasiPoisson),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("no distribution to draw from"));
        Assert.That(
            () => ParametricBootstrap.Correct(data.Design(), Family.Poisson, bootstrap: Few with { Replicates = 3 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("at least 20, not 3"));
    }

    private static ClusteredDesign Binary(int clusters, int size, double deviation, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] y = new double[clusters * size], x = new double[y.Length];
        for (int i = 0, r = 0; i < clusters; i++)
        {
            double effect = deviation * Normal();
            for (int j = 0; j < size; j++, r++)
            {
                x[r] = Normal();
                y[r] = random.NextDouble() < 1 / (1 + Math.Exp(0.5 - x[r] - effect)) ? 1 : 0;
            }
        }

        DesignColumn ones = DesignColumn.Constant("1", 1, y.Length);
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [ones, DesignColumn.FromValues("x", x)], [ones],
            new ClusterIndex("g", y.Select((_, r) => r / size).ToArray(), clusters));
    }
}
