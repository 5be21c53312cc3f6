using Glmm.Sparse.Families;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>The scalar log-densities are densities, and their derivatives are theirs.</summary>
[TestFixture]
internal sealed class ScalarDensityTests
{
    private const double Omega = 3;

    private static IEnumerable<TestCaseData> Pairs()
    {
        (string Family, double Dispersion, double Shape, string[] Links)[] families =
        [
            ("gaussian", 0.7, double.NaN, ["identity", "log", "inverse"]),
            ("binomial", 1, double.NaN, ["logit", "probit", "cloglog", "cauchit"]),
            ("poisson", 1, double.NaN, ["log", "sqrt", "identity"]),
            ("gamma", 0.7, double.NaN, ["log", "inverse", "identity"]),
            ("inverse-gaussian", 0.2, double.NaN, ["log", "inverse-square", "inverse"]),
            ("negative-binomial", 1, 2.5, ["log", "sqrt", "identity"]),
            ("negative-binomial-1", 1, 1.5, ["log", "sqrt", "identity"]),
            ("beta", 1, 40, ["logit", "probit", "cloglog", "cauchit"]),
        ];
        foreach ((string family, double dispersion, double shape, string[] links) in families)
        {
            foreach (string link in links)
                yield return new TestCaseData(family, link, dispersion, shape).SetArgDisplayNames(family, link);
        }
    }

    [TestCaseSource(nameof(Pairs))]
    public void ItSumsToOneAndItsInformationIsTheExpectedCurvature(string family, string link, double dispersion, double shape)
    {
        var density = new ScalarDensity(family, Link.Parse(link), dispersion, shape);
        double omega = family is "binomial" or "gaussian" or "gamma" or "inverse-gaussian" ? Omega : 1;
        foreach (double eta in new[] { 0.4, 0.9 })
        {
            double mass = 0, score = 0, information = 0;
            foreach ((double y, double measure) in Responses(family, omega))
            {
                ScalarDensity.Row row = density.At(eta, y, omega);
                double probability = measure * Math.Exp(row.Value);
                mass += probability;
                score += probability * row.Score;
                information += probability * row.Observed;
            }

            double scale = double.IsNaN(density.At(eta, 0.5, omega).Expected) ? information : density.At(eta, 0.5, omega).Expected;
            Assert.That(mass, Is.EqualTo(1).Within(1e-9));
            Assert.That(score, Is.EqualTo(0).Within(1e-8 * Math.Sqrt(scale)));
            Assert.That(information, Is.EqualTo(scale).Within(1e-8 * scale));
        }
    }

    [TestCaseSource(nameof(Pairs))]
    public void ItsDerivativesAreThoseOfItsValue(string family, string link, double dispersion, double shape)
    {
        var density = new ScalarDensity(family, Link.Parse(link), dispersion, shape);
        double[] responses = family switch
        {
            "binomial" => [0, 1 / 3.0, 1],
            "beta" => [0.02, 0.6, 0.97],
            "gaussian" => [-1, 0.5, 4],
            "gamma" or "inverse-gaussian" => [0.2, 1, 6],
            _ => [0, 1, 7],
        };
        foreach (double y in responses)
        {
            foreach (double eta in new[] { 0.3, 1, 1.9 })
            {
                ScalarDensity.Row row = density.At(eta, y, Omega);
                Assert.That(
                    Slope(x => density.At(x, y, Omega).Value, eta), Is.EqualTo(row.Score).Within(1e-8 * (1 + Math.Abs(row.Score))));
                Assert.That(
                    -Slope(x => density.At(x, y, Omega).Score, eta), Is.EqualTo(row.Observed).Within(1e-8 * (1 + Math.Abs(row.Observed))));
            }
        }
    }

    // The responses with what each stands for: 1 for a count, a length for a continuous response.
    private static IEnumerable<(double Response, double Measure)> Responses(string family, double omega)
    {
        switch (family)
        {
            case "binomial":
                return Enumerable.Range(0, (int)omega + 1).Select(count => (count / omega, 1.0));
            case "poisson" or "negative-binomial" or "negative-binomial-1":
                return Enumerable.Range(0, 400).Select(count => ((double)count, 1.0));
            default:
                // Equally spaced in a scale in which the density dies out doubly exponentially, or like a normal one.
                const double Step = 0.01;
                return Enumerable.Range(-1200, 2401).Select(i => i * Step).Select(t => family switch
                {
                    "gaussian" => (t, Step),
                    "beta" => (1 / (1 + Math.Exp(-t)), Step / (2 + Math.Exp(t) + Math.Exp(-t))),
                    _ => (Math.Exp(t), Step * Math.Exp(t)),
                });
        }
    }

    // Central differences at two steps, extrapolated.
    private static double Slope(Func<double, double> f, double x)
    {
        double Difference(double h) => (f(x + h) - f(x - h)) / (2 * h);
        return ((4 * Difference(5e-4)) - Difference(1e-3)) / 3;
    }
}
