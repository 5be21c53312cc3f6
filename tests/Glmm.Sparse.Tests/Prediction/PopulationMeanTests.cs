using CsCheck;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tests.Likelihood;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>Population means against integration by brute force.</summary>
[TestFixture]
internal sealed class PopulationMeanTests
{
    private static readonly (Family Family, Link Link)[] _pairs =
    [
        (Family.Gaussian, Link.Identity), (Family.Poisson, Link.Log), (Family.Binomial, Link.Logit),
        (Family.Binomial, Link.Probit), (Family.Binomial, Link.CLogLog), (Family.Binomial, Link.Cauchit),
    ];

    [Test]
    public void MeansAreExactOverLinksAndScales([Range(0, 5)] int pair)
    {
        (Family family, Link link) = _pairs[pair];
        foreach (double s in new[] { 0, 1e-6, 0.1, 0.5, 1, 2, 3.5, 6, 12 })
        {
            foreach (double eta in new[] { -18, -7, -2.5, -0.3, 0, 0.7, 3, 9 })
                Check(family, link, eta, s, 1e-10);
        }
    }

    [Test]
    public void MeansAreExactAtRandom()
    {
        Gen.Select(Gen.Int[0, _pairs.Length - 1], Gen.Double[-20, 12], Gen.Double[-3, 1]).Sample(
            (pair, eta, log) => Check(_pairs[pair].Family, _pairs[pair].Link, eta, Math.Pow(10, log), 1e-10), iter: 200);
    }

    [Test]
    public void TheSquareRootAndACustomLinkIntegrateOverTheWholeLine()
    {
        var root = new PopulationMean(WorkingKernel.Create(Family.Poisson, Link.Sqrt));
        Assert.That(At(root, 2, 0.5).Mean, Is.EqualTo(4.25).Within(1e-15));
        Link squash = Link.Custom(
            "arctangent", m => Math.Tan(Math.PI * (m - 0.5)), e => 0.5 + (Math.Atan(e) / Math.PI),
            e => 1 / (Math.PI * (1 + (e * e))));
        (double mean, double slope) = At(new PopulationMean(WorkingKernel.Create(Family.Binomial, squash)), 0.8, 1.3);
        (double expected, double derivative) = Brute(Link.Cauchit, 0.8, 1.3);
        Assert.That(mean, Is.EqualTo(expected).Within(1e-10));
        Assert.That(slope, Is.EqualTo(derivative).Within(1e-10));
    }

    [Test]
    public void InverseLinksHaveAMeanOnlyAwayFromZero()
    {
        foreach (Link link in new[] { Link.Inverse, Link.InverseSquare })
        {
            var population = new PopulationMean(WorkingKernel.Create(Family.Gamma, link));
            Assert.That(At(population, 1, 0.2).Mean, Is.NaN, "0 lies five deviations away");
            (double mean, double slope) = At(population, 1, 0.05);
            (double expected, double derivative) = Brute(link, 1, 0.05, reach: 6);
            Assert.That(mean, Is.EqualTo(expected).Within(1e-8 * expected));
            Assert.That(slope, Is.EqualTo(derivative).Within(1e-6 * Math.Abs(derivative)));
        }
    }

    [Test]
    public void ConfidenceEndsOfInverseLinksAreOrderedOrNeitherExists()
    {
        int both = 0, neither = 0;
        foreach (Link link in new[] { Link.Inverse, Link.InverseSquare })
        {
            FittedModel model = ModelCase.Made(Family.Gamma, link, new double[,] { { 0.01 } }, fixedVariance: 0.01);
            const int rows = 80;
            double[] x = [.. Enumerable.Range(0, rows).SelectMany(i => new[] { 1, 0.1 * (i - 20) })];
            double[] estimate = new double[rows], lower = new double[rows], upper = new double[rows];
            model.PredictWithErrors(
                new PredictionOptions { Target = PredictionTarget.PopulationMean },
                new PredictionRows { X = x, Z = [.. Enumerable.Repeat(1.0, rows)] },
                new PredictionColumns { Estimate = estimate, Lower = lower, Upper = upper });
            for (int i = 0; i < rows; i++)
            {
                Assert.That(double.IsNaN(lower[i]), Is.EqualTo(double.IsNaN(upper[i])), $"{link}, row {i}");
                if (double.IsNaN(lower[i]))
                {
                    if (!double.IsNaN(estimate[i])) neither++;
                    continue;
                }

                both++;
                Assert.That(lower[i], Is.LessThan(estimate[i]));
                Assert.That(upper[i], Is.GreaterThan(estimate[i]));
            }
        }

        Assert.That(both, Is.GreaterThan(20));
        Assert.That(neither, Is.GreaterThan(5), "rows with a mean, but none at one end");
    }

    [Test]
    public void SimulatedClustersAverageToThePopulationMean()
    {
        // The means of 200,000 clusters; four standard errors.
        double[,] d = { { 1.2, -0.3 }, { -0.3, 0.8 } };
        FittedModel model = ModelCase.Made(Family.Binomial, Link.Logit, d);
        double[] x = [1, 0.5], z = [1, 0.7], mean = new double[1];
        model.Predict(PredictionTarget.PopulationMean, new PredictionRows { X = x, Z = z }, mean);
        var random = new Random(17);
        double sum = 0, squares = 0;
        const int draws = 200_000;
        for (int i = 0; i < draws; i++)
        {
            double u = Normal(random), v = Normal(random);
            double b0 = Math.Sqrt(1.2) * u, b1 = (-0.3 / Math.Sqrt(1.2) * u) + (Math.Sqrt(0.8 - (0.09 / 1.2)) * v);
            double value = 1 / (1 + Math.Exp(-(0.4 + 0.15 + b0 + (0.7 * b1))));
            sum += value;
            squares += value * value;
        }

        double average = sum / draws, error = Math.Sqrt(((squares / draws) - (average * average)) / draws);
        Assert.That(mean[0], Is.EqualTo(average).Within(4 * error));
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void Check(Family family, Link link, double eta, double s, double tolerance)
    {
        (double mean, double slope) = At(new PopulationMean(WorkingKernel.Create(family, link)), eta, s);
        (double expected, double derivative) = Brute(link, eta, s);
        if (link == Link.Identity) tolerance = 1e-13 * (1 + s + Math.Abs(eta)) / Math.Max(1e-300, Math.Abs(expected));
        Assert.That(mean, Is.EqualTo(expected).Within((tolerance * Math.Abs(expected)) + 1e-30), $"{link} at {eta}, {s}");
        Assert.That(
            slope, Is.EqualTo(derivative).Within((1e-9 * Math.Abs(derivative)) + 1e-13), $"slope of {link} at {eta}, {s}");
    }

    private static (double Mean, double Slope) At(PopulationMean population, double eta, double s)
    {
        double[] predictor = [eta], mean = new double[1], slope = new double[1];
        population.Fill(predictor, [s * s], mean, slope);
        return (mean[0], slope[0]);
    }

    // A fine trapezoidal rule, wide enough for a mean that is exponential in η.
    private static (double Mean, double Slope) Brute(Link link, double eta, double s, double reach = 0)
    {
        double sum = 0, slope = 0, end = reach > 0 ? reach : 12 + s, step = Math.Min(0.01, 0.02 / Math.Max(s, 1e-3));
        for (double k = -Math.Floor(end / step); k <= end / step; k++)
        {
            double z = k * step, density = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI) * step;
            ScalarMean at = ScalarMean.At(link, eta + (s * z));
            if (!double.IsFinite(at.Mean)) at = new ScalarMean(1, 0, 0, 0); // cloglog overflows where the mean is 1
            sum += density * at.Mean;
            slope += density * at.First;
        }

        return (sum, slope);
    }
}
