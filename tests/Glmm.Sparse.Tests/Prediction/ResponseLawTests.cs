using CsCheck;
using Glmm.Sparse.Families;
using Glmm.Sparse.Prediction;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>Distribution functions of responses against MathNet's, and of large shapes against sums.</summary>
[TestFixture]
internal sealed class ResponseLawTests
{
    [Test]
    public void DistributionFunctionsAreThoseOfTheirFamilies()
    {
        Gen.Select(Gen.Double[-2, 2], Gen.Double[0.02, 0.98], Gen.Double[-1, 1]).Sample(
            (log, u, logShape) =>
            {
                double mean = Math.Pow(10, log), shape = Math.Pow(10, logShape), y = mean * 3 * u;
                double count = Math.Floor(y), chance = mean / (1 + mean);
                Check(Family.Gaussian, shape, y, mean, new Normal(mean, Math.Sqrt(shape / 2)), 2);
                Check(Family.Gamma, shape, y, mean, new Gamma(2 / shape, 2 / (shape * mean)), 2);
                Check(Family.InverseGaussian, shape, y, mean, new InverseGaussian(mean, 2 / shape), 2);
                Check(Family.Poisson, 1, count, mean, new Poisson(mean), 1);
                Check(Family.NegativeBinomial(shape), 1, count, mean, new NegativeBinomial(shape, shape / (shape + mean)), 1);
                Check(
                    Family.NegativeBinomial1(shape), 1, count, mean, new NegativeBinomial(mean / shape, 1 / (1 + shape)), 1);
                Check(Family.Binomial, 1, Math.Floor(u * 12) / 12, chance, new Binomial(chance, 12), 12);
                Check(Family.Beta(shape), 1, u, chance, new Beta(chance * shape, (1 - chance) * shape), 1);
            },
            iter: 300);
    }

    [Test]
    public void LargePoissonMeansAreExact([Values(999, 1001, 5_000, 200_000)] double mean)
    {
        // P(Y ≤ y) as a sum of probabilities, the largest by Stirling's formula.
        double mode = Math.Floor(mean), deviation = Math.Sqrt(mean);
        double log = (mode * Math.Log(mean / mode)) - (mean - mode) - (0.5 * Math.Log(2 * Math.PI * mode)) -
                     (1 / (12 * mode)) + (1 / (360 * mode * mode * mode));
        ResponseLaw law = ResponseLaw.Of(Family.Poisson, 1)!;
        double[] goals = [.. new[] { -6.0, -3, -1, -0.01, 0.01, 1, 3, 6 }.Select(t => Math.Floor(mean + (t * deviation)))];
        double probability = Math.Exp(log);
        var masses = new List<(double Y, double Mass)> { (mode, probability) };
        for (double y = mode; y > mean - (12 * deviation) && y > 0; y--) masses.Add((y - 1, probability *= y / mean));
        probability = Math.Exp(log);
        for (double y = mode + 1; y < mean + (8 * deviation); y++) masses.Add((y, probability *= mean / y));
        foreach (double goal in goals)
        {
            double below = masses.Where(m => m.Y <= goal).OrderBy(m => m.Mass).Sum(m => m.Mass);
            Assert.That(law.Cdf(goal, mean, 1), Is.EqualTo(below).Within(2e-11), $"at {goal}");
        }
    }

    [Test]
    public void LargeNumbersOfTrialsAreExact([Values(2_500, 60_000)] double trials, [Values(0.5, 0.9)] double chance)
    {
        ResponseLaw law = ResponseLaw.Of(Family.Binomial, 1)!;
        double mode = Math.Floor(trials * chance), deviation = Math.Sqrt(trials * chance * (1 - chance));
        var masses = new List<(double Y, double Mass)>();
        double odds = chance / (1 - chance), mass = 1;
        for (double y = mode; y < Math.Min(trials, mode + (12 * deviation)); y++) masses.Add((y + 1, mass *= (trials - y) / (y + 1) * odds));
        mass = 1;
        for (double y = mode; y > Math.Max(0, mode - (12 * deviation)); y--) masses.Add((y - 1, mass *= y / (trials - y + 1) / odds));
        masses.Add((mode, 1));
        double total = masses.OrderBy(m => m.Mass).Sum(m => m.Mass);
        foreach (double t in new[] { -5.0, -2, -0.3, 0, 0.3, 2, 5 })
        {
            double goal = Math.Floor(mode + (t * deviation));
            double below = masses.Where(m => m.Y <= goal).OrderBy(m => m.Mass).Sum(m => m.Mass) / total;
            Assert.That(law.Cdf(goal / trials, chance, trials), Is.EqualTo(below).Within(2e-11), $"at {goal}");
        }
    }

    [Test]
    public void QuasiFamiliesAndDispersedCountsHaveNone()
    {
        Assert.That(ResponseLaw.Of(Family.QuasiPoisson, 1.4), Is.Null);
        Assert.That(ResponseLaw.Of(Family.Poisson, 1.4), Is.Null);
        Assert.That(ResponseLaw.Of(Family.Custom("own", m => m, Link.Log), 1), Is.Null);
    }

    private static void Check(
        Family family, double dispersion, double y, double mean, IUnivariateDistribution expected, double weight)
    {
        ResponseLaw law = ResponseLaw.Of(family, dispersion)!;
        double at = family.IsBinomial ? Math.Round(y * weight) : y;
        if (double.IsNaN(expected.CumulativeDistribution(at))) return; // MathNet overflows in a tail
        Assert.That(law.Cdf(y, mean, weight), Is.EqualTo(expected.CumulativeDistribution(at)).Within(1e-10), $"{family} at {y} of {mean}");
        Assert.That(law.Deviation(mean, weight), Is.EqualTo(
            expected.StdDev / (family.IsBinomial ? weight : 1)).Within(1e-10 * expected.StdDev), family.Name);
    }
}
