using CsCheck;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Prediction;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Integration;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>New responses under links whose domain a normal linear predictor may cross.</summary>
[TestFixture]
internal sealed class InverseLinkIntervalTests
{
    private static readonly (Family Family, Link Link)[] _pairs =
    [
        (Family.Gamma, Link.Inverse), (Family.Gamma, Link.InverseSquare), (Family.InverseGaussian, Link.InverseSquare),
        (Family.InverseGaussian, Link.Inverse), (Family.Poisson, Link.Inverse), (Family.Gaussian, Link.Inverse),
        (Family.Gaussian, Link.InverseSquare), (Family.Binomial, Link.Inverse),
    ];

    [Test]
    public void MixturesAreExact()
    {
        Gen.Select(
            Gen.Int[0, _pairs.Length - 1], Gen.Double[-1.5, 9], Gen.Double[-1.5, 1], Gen.Double[-2.5, 0.7],
            Gen.Double[-2, 2])
            .Sample(
                (pair, ratio, logDeviation, logDispersion, log) =>
                {
                    (Family family, Link link) = _pairs[pair];
                    double s = Math.Pow(10, logDeviation), edge = family.IsBinomial ? 1 : 0, eta = edge + (ratio * s);
                    double dispersion = family == Family.Poisson || family.IsBinomial ? 1 : Math.Pow(10, logDispersion);
                    ResponseLaw law = ResponseLaw.Of(family, dispersion)!;
                    double weight = family.IsBinomial ? 9 : 1, y = Math.Pow(10, log);
                    if (family == Family.Poisson) y = Math.Floor(y);
                    if (family.IsBinomial) y = Math.Floor(2 * (log + 2)) / 9;
                    if (family == Family.Gaussian && link == Link.Inverse) y *= Math.Sign(ratio - 3);
                    var mixture = new ResponseMixture(WorkingKernel.Create(family, link), law);
                    Assert.That(
                        mixture.Cdf(y, eta, s * s, weight),
                        Is.EqualTo(Brute(law, family, link, y, eta, s, weight)).Within(1e-9),
                        $"{family} {link} at {y}, η {eta}, s {s}, φ {dispersion}");
                },
                iter: 300);
    }

    [Test]
    public void ExponentialResponsesHaveAClosedMixture()
    {
        // ∫ (1 − e^{−yη}) dN over η > 0.
        var mixture = new ResponseMixture(
            WorkingKernel.Create(Family.Gamma, Link.Inverse), ResponseLaw.Of(Family.Gamma, 1)!);
        foreach (double eta in new[] { -0.2, 0.3, 1, 2.5 })
        {
            foreach (double s in new[] { 0.05, 0.4, 1.3 })
            {
                foreach (double y in new[] { 0.01, 0.5, 3, 20 })
                {
                    double expected = Normal.CDF(0, 1, eta / s) -
                        (Math.Exp((-y * eta) + (0.5 * y * y * s * s)) * Normal.CDF(0, 1, (eta / s) - (y * s)));
                    if (y * s > 6) continue; // the product above is of a huge and a tiny number
                    Assert.That(
                        mixture.Cdf(y, eta, s * s, 1), Is.EqualTo(Math.Max(0, expected)).Within(1e-10),
                        $"{y}, {eta}, {s}");
                }
            }
        }
    }

    [Test]
    public void QuantilesInvertTheMixtureOrAreInfinite()
    {
        int infinite = 0;
        Gen.Select(Gen.Int[0, _pairs.Length - 1], Gen.Double[-1.5, 7], Gen.Double[-1.5, 1], Gen.Double[-2.5, 0.7],
            Gen.Double[0.001, 0.999])
            .Sample(
                (pair, ratio, logDeviation, logDispersion, p) =>
                {
                    (Family family, Link link) = _pairs[pair];
                    double s = Math.Pow(10, logDeviation), edge = family.IsBinomial ? 1 : 0, eta = edge + (ratio * s);
                    double dispersion = family == Family.Poisson || family.IsBinomial ? 1 : Math.Pow(10, logDispersion);
                    ResponseLaw law = ResponseLaw.Of(family, dispersion)!;
                    double weight = family.IsBinomial ? 9 : 1, spacing = law.Spacing(weight);
                    var mixture = new ResponseMixture(WorkingKernel.Create(family, link), law);
                    double y = mixture.Quantile(p, eta, s * s, weight);
                    double top = family.IsBinomial ? 1 : double.PositiveInfinity;
                    string where = $"{family} {link} at {p}, η {eta}, s {s}, φ {dispersion}: {y}";
                    bool isOnBothSides = family == Family.Gaussian && link == Link.Inverse;
                    if (p > Normal.CDF(0, 1, ratio) - 1e-9 && !isOnBothSides)
                    {
                        infinite++;
                        Assert.That(y, Is.EqualTo(top), where);
                    }
                    else if (spacing > 0)
                    {
                        Assert.That(mixture.Cdf(y, eta, s * s, weight), Is.GreaterThanOrEqualTo(p - 1e-9), where);
                        Assert.That(mixture.Cdf(y - spacing, eta, s * s, weight), Is.LessThan(p), where);
                    }
                    else
                    {
                        Assert.That(mixture.Cdf(y, eta, s * s, weight), Is.EqualTo(p).Within(1e-8), where);
                    }
                },
                iter: 300);
        Assert.That(infinite, Is.GreaterThan(10));
    }

    [Test]
    public void AnEndIsInfiniteWhereThePredictorMayBeBeyondTheEdge()
    {
        var mixture = new ResponseMixture(
            WorkingKernel.Create(Family.Gamma, Link.Inverse), ResponseLaw.Of(Family.Gamma, 0.1)!);
        (double low, double high) = mixture.Interval(1, 0.25, 1, 0.9);
        Assert.That(high, Is.LessThan(1e4), "P(η ≤ 0) = 0.023 is less than the tail");
        (low, high) = mixture.Interval(1, 0.25, 1, 0.96);
        Assert.That((low, high), Is.EqualTo((low, double.PositiveInfinity)));
        Assert.That(low, Is.GreaterThan(0.1).And.LessThan(1));
        Assert.That(mixture.Interval(-3, 1, 1, 0.95), Is.EqualTo((double.PositiveInfinity, double.PositiveInfinity)));
    }

    // Gauss–Legendre on panels that shrink towards the edge, from both sides where the law allows it, none much longer
    // than the transition of the law.
    private static double Brute(
        ResponseLaw law, Family family, Link link, double y, double eta, double s, double weight)
    {
        if (family.IsBinomial && y >= 1) return 1;
        double relative = law.Deviation(Math.Max(1e-3, Math.Abs(y)), 1) / Math.Max(1e-3, Math.Abs(y));
        double octave = family.IsBinomial ? 24 : Math.Clamp(Math.Ceiling(0.7 / relative), 24, 2000);
        double edge = family.IsBinomial ? 1 : 0, sum = Side(1);
        return family == Family.Gaussian && link == Link.Inverse ? sum + Side(-1) : sum;

        double Side(int sign)
        {
            double end = Math.Max(0, (sign * (eta - edge)) + (9 * s)), half = 0;
            for (int panel = 0; panel < 45 * octave; panel++)
            {
                double from = end * Math.Pow(2, -(panel + 1) / octave), to = end * Math.Pow(2, -panel / octave);
                half += GaussLegendreRule.Integrate(Integrand, from, to, 8);
            }

            return half / (s * Math.Sqrt(2 * Math.PI));

            double Integrand(double away)
            {
                double at = edge + (sign * away), z = (at - eta) / s;
                double mean = link == Link.Inverse ? 1 / at : 1 / Math.Sqrt(at);
                if (family.IsBinomial) mean = Math.Min(mean, 1 - 1e-16);
                return law.Cdf(y, mean, weight) * Math.Exp(-0.5 * z * z);
            }
        }
    }
}
