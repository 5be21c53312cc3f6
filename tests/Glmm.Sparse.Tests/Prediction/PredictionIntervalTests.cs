using CsCheck;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tests.Likelihood;
using MathNet.Numerics.Integration;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>Distributions of new responses against brute-force mixtures, and their quantiles.</summary>
[TestFixture]
internal sealed class PredictionIntervalTests
{
    private static readonly (Family Family, Link Link, double Dispersion)[] _pairs =
    [
        (Family.Gaussian, Link.Log, 0.5), (Family.Poisson, Link.Log, 1), (Family.Binomial, Link.Logit, 1),
        (Family.Binomial, Link.Probit, 1), (Family.Binomial, Link.CLogLog, 1), (Family.Binomial, Link.Cauchit, 1),
        (Family.Gamma, Link.Log, 0.4), (Family.InverseGaussian, Link.Log, 0.3), (Family.NegativeBinomial(1.5), Link.Log, 1),
        (Family.NegativeBinomial1(0.8), Link.Log, 1), (Family.Beta(4), Link.Logit, 1),
    ];

    [Test]
    public void MixturesAreExact()
    {
        Gen.Select(Gen.Int[0, _pairs.Length - 1], Gen.Double[-1.5, 4], Gen.Double[-2.5, 0.6], Gen.Double[0.02, 0.98]).Sample(
            (pair, eta, logDeviation, u) =>
            {
                (Family family, Link link, double dispersion) = _pairs[pair];
                (double weight, double s) = (family.IsBinomial ? 9 : 1, Math.Pow(10, logDeviation));
                ResponseLaw law = ResponseLaw.Of(family, dispersion)!;
                var mixture = new ResponseMixture(WorkingKernel.Create(family, link), law);
                double y = Place(family, link, eta + (s * ((4 * u) - 2)), weight, law);
                Assert.That(
                    mixture.Cdf(y, eta, s * s, weight), Is.EqualTo(Brute(law, link, y, eta, s, weight)).Within(3e-8),
                    $"{family} {link} at {y}, η {eta}, s {s}");
            },
            iter: 400);
    }

    [Test]
    public void QuantilesInvertTheMixture()
    {
        Gen.Select(Gen.Int[0, _pairs.Length - 1], Gen.Double[-1.5, 6], Gen.Double[-2.5, 0.3], Gen.Double[0.001, 0.999]).Sample(
            (pair, eta, logDeviation, p) =>
            {
                (Family family, Link link, double dispersion) = _pairs[pair];
                (double weight, double variance) = (family.IsBinomial ? 9 : 1, Math.Pow(100, logDeviation));
                ResponseLaw law = ResponseLaw.Of(family, dispersion)!;
                var mixture = new ResponseMixture(WorkingKernel.Create(family, link), law);
                double y = mixture.Quantile(p, eta, variance, weight), spacing = law.Spacing(weight);
                double reached = mixture.Cdf(y, eta, variance, weight);
                if (spacing > 0)
                {
                    Assert.That(reached, Is.GreaterThanOrEqualTo(p - 1e-9));
                    Assert.That(mixture.Cdf(y - spacing, eta, variance, weight), Is.LessThan(p));
                    Assert.That(y / spacing, Is.EqualTo(Math.Round(y / spacing)).Within(1e-9));
                }
                else if (!(y > 1 - 1e-9 && family.Domain == MeanDomain.UnitInterval))
                {
                    // Where half of a beta response lies within rounding of 1, no double is its median.
                    Assert.That(reached, Is.EqualTo(p).Within(1e-8), $"{family} {link} at {p}, η {eta}, v {variance}: {y}");
                }
            },
            iter: 300);
    }

    [Test]
    public void GaussianIntervalsAreClosed()
    {
        FittedModel model = ModelCase.Made(Family.Gaussian, Link.Identity, new double[,] { { 0.5 } }, dispersion: 2);
        double[] estimate = new double[2], lower = new double[2], upper = new double[2], error = new double[2];
        model.PredictWithErrors(
            new PredictionOptions { Interval = IntervalKind.Prediction, Level = 0.9 },
            new PredictionRows { X = [1, 0, 1, 0], Z = [1, 1], Clusters = [0, -1], PriorWeights = [1, 4] },
            new PredictionColumns { Estimate = estimate, Lower = lower, Upper = upper, StandardError = error });
        double known = (error[0] * error[0]) + 2, unseen = 0.04 + 0.5 + 0.5;
        Assert.That(upper[0] - estimate[0], Is.EqualTo(1.6448536269514722 * Math.Sqrt(known)).Within(1e-12));
        Assert.That(estimate[1] - lower[1], Is.EqualTo(1.6448536269514722 * Math.Sqrt(unseen)).Within(1e-12));
    }

    [Test]
    public void LargeCountsAndCertainPredictorsAreNoTrouble()
    {
        var mixture = new ResponseMixture(
            WorkingKernel.Create(Family.Poisson, Link.Log), ResponseLaw.Of(Family.Poisson, 1)!);
        (double low, double high) = mixture.Interval(Math.Log(1e6), 0, 1, 0.95);
        Assert.That(low, Is.EqualTo(1e6 - 1960).Within(5));
        Assert.That(high, Is.EqualTo(1e6 + 1960).Within(5));
        (low, high) = mixture.Interval(Math.Log(1e6), 0.04, 1, 0.95);
        Assert.That(low, Is.EqualTo(1e6 * Math.Exp(-0.2 * 1.959963984540054)).Within(2000));
        Assert.That(high, Is.EqualTo(1e6 * Math.Exp(0.2 * 1.959963984540054)).Within(2000));
        Assert.That(mixture.Interval(-30, 0.04, 1, 0.95), Is.EqualTo((0.0, 0.0)));
        Assert.That(mixture.Interval(double.NaN, 0.04, 1, 0.95).Lower, Is.NaN);
        Assert.That(mixture.Interval(1, 1e-30, 1, 0.95), Is.EqualTo(mixture.Interval(1, 0, 1, 0.95)));
    }

    [Test]
    public void IntervalsCoverNewResponsesOfNewClusters()
    {
        // 40,000 clusters of one new row; discrete responses are covered more often. Four standard errors.
        FittedModel model = ModelCase.Made(
            Family.Poisson, Link.Log, new double[,] { { 0.6 } }, fixedVariance: 0.0);
        double[] estimate = new double[1], lower = new double[1], upper = new double[1];
        model.PredictWithErrors(
            new PredictionOptions { Interval = IntervalKind.Prediction, Level = 0.8, Target = PredictionTarget.PopulationMean },
            new PredictionRows { X = [1, 4], Z = [1] },
            new PredictionColumns { Estimate = estimate, Lower = lower, Upper = upper });
        var random = new Random(4);
        int inside = 0, outside = 0;
        for (int i = 0; i < 40_000; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            double limit = Math.Exp(-Math.Exp(1.6 + (Math.Sqrt(0.6) * normal))), product = random.NextDouble();
            int y = 0;
            for (; product > limit; y++) product *= random.NextDouble();
            if (y >= lower[0] && y <= upper[0]) inside++;
            if (y > lower[0] && y < upper[0]) outside++;
        }

        Assert.That(inside / 40_000.0, Is.GreaterThan(0.8 - (4 * 0.002)));
        Assert.That(outside / 40_000.0, Is.LessThan(0.8 + (4 * 0.002)), "no shorter interval of this kind would do");
    }

    // A value that the family can take near the mean at η.
    private static double Place(Family family, Link link, double eta, double weight, ResponseLaw law)
    {
        double mean = ScalarMean.At(link, eta).Mean, spacing = law.Spacing(weight);
        return spacing > 0 ? Math.Floor(mean / spacing) * spacing : mean;
    }

    // Gauss–Legendre on panels that grow away from the transition, none longer than half a deviation of η.
    private static double Brute(ResponseLaw law, Link link, double y, double eta, double s, double weight)
    {
        if (weight > 1 && y >= 1) return 1;
        double place = link.Apply(y + (0.5 * law.Spacing(weight)));
        if (!double.IsFinite(place)) place = eta;
        ScalarMean there = ScalarMean.At(link, place);
        double width = Math.Min(s, Math.Max(1e-9, law.Deviation(there.Mean, weight) / there.First));
        double low = eta - (9 * s), high = eta + (9 * s);
        var ends = new SortedSet<double> { low, high };
        for (double away = 0; away < 18 * s + Math.Abs(place - eta); away += Math.Clamp(0.5 * away, 0.25 * width, 0.25 * s))
        {
            ends.Add(Math.Clamp(place + away, low, high));
            ends.Add(Math.Clamp(place - away, low, high));
        }

        double sum = 0;
        foreach ((double from, double to) in ends.Zip(ends.Skip(1)))
        {
            sum += GaussLegendreRule.Integrate(
                at => law.Cdf(y, Mean(link, at, weight), weight) * Math.Exp(-0.5 * (at - eta) / s * (at - eta) / s),
                from, to, 20);
        }

        return sum / (s * Math.Sqrt(2 * Math.PI));
    }

    private static double Mean(Link link, double eta, double weight)
    {
        double mean = ScalarMean.At(link, eta).Mean;
        return (mean >= 1 || double.IsNaN(mean)) && weight > 1 ? 1 : mean;
    }
}
