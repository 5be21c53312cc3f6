using Glmm.Sparse.Simulation;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Simulation;

public class RandomVariatesTests
{
    private const int Draws = 100_000;

    [Test]
    public void GammaFollowsItsDistribution([Values(0.1, 0.7, 1, 2.5, 300)] double shape) => Assert.That(
        Kolmogorov.Distance(Sample(random => RandomVariates.Gamma(random, shape)), x => GammaDistribution(shape, x)),
        Is.LessThan(Kolmogorov.Bound(Draws)));

    [Test]
    public void InverseGaussianFollowsItsDistribution([Values(0.2, 1, 40)] double mean, [Values(0.5, 3)] double shape) =>
        Assert.That(
            Kolmogorov.Distance(
                Sample(random => RandomVariates.InverseGaussian(random, mean, shape)),
                x => InverseGaussian.CDF(mean, shape, x)),
            Is.LessThan(Kolmogorov.Bound(Draws)));

    [Test]
    public void ExponentialFollowsItsDistribution() => Assert.That(
        Kolmogorov.Distance(Sample(RandomVariates.Exponential), static x => 1 - Math.Exp(-x)),
        Is.LessThan(Kolmogorov.Bound(Draws)));

    [Test]
    public void PoissonHasTheProbabilitiesOfItsDistribution([Values(0.05, 1, 9.99, 10, 35, 1000)] double mean)
    {
        double[] draws = Sample(random => RandomVariates.Poisson(random, mean));
        Dictionary<double, int> counts = draws.CountBy(static k => k).ToDictionary();
        double statistic = 0;
        int cells = 0;
        double rest = Draws;
        double observedRest = Draws;
        foreach ((double k, int observed) in counts)
        {
            double expected = Draws * Poisson.PMF(mean, (int)k);
            if (expected < 5) continue;
            statistic += (observed - expected) * (observed - expected) / expected;
            rest -= expected;
            observedRest -= observed;
            cells++;
        }

        statistic += (observedRest - rest) * (observedRest - rest) / Math.Max(rest, 1);
        Assert.That(statistic, Is.LessThan(ChiSquared.InvCDF(cells, 0.999)));
    }

    [Test]
    public void PoissonOfMeanZeroIsZero() =>
        Assert.That(Sample(static random => RandomVariates.Poisson(random, 0)), Is.All.Zero);

    [Test]
    public void PoissonOfAHugeMeanHasItsMeanAndVariance()
    {
        const double mean = 1e9;
        double[] draws = Sample(static random => RandomVariates.Poisson(random, mean));
        double average = draws.Average();
        double variance = draws.Sum(k => (k - average) * (k - average)) / (Draws - 1);
        Assert.Multiple(() =>
        {
            Assert.That(average, Is.EqualTo(mean).Within(4 * Math.Sqrt(mean / Draws)));
            Assert.That(variance, Is.EqualTo(mean).Within(4 * mean * Math.Sqrt(2.0 / Draws)));
        });
    }

    /// <summary>Near 0 by the first term of its series, where MathNet gives 0.</summary>
    private static double GammaDistribution(double shape, double x) => x < 1e-12
        ? Math.Pow(x, shape) / MathNet.Numerics.SpecialFunctions.Gamma(shape + 1)
        : Gamma.CDF(shape, 1, x);

    private static double[] Sample(Func<RandomSource, double> draw)
    {
        var random = new RandomSource(20, 25);
        return [.. Enumerable.Range(0, Draws).Select(_ => draw(random))];
    }
}
