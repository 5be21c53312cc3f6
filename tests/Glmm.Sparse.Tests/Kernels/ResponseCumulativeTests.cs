using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Distribution functions of responses against MathNet's and against sums of their own densities.</summary>
[TestFixture]
internal sealed class ResponseCumulativeTests
{
    private static readonly double[] Means = [0.02, 0.4, 1, 3.7, 25, 300];

    [Test]
    public void PoissonAgreesWithMathNet()
    {
        ResponseCumulative law = ResponseCumulative.Create(Family.Poisson, 1);
        Assert.That(law.IsDiscrete, Is.True);
        foreach (double mean in Means)
        {
            var expected = new Poisson(mean);
            for (int y = 0; y < 3 * mean + 8; y += 1 + (y / 7))
                Near(law.Tails(y, mean, 1), expected.CumulativeDistribution(y), $"{y} of {mean}");
            Assert.That(law.Zero(mean, 1), Is.EqualTo(expected.Probability(0)).Within(1e-14));
        }
    }

    [Test]
    public void BinomialAgreesWithMathNet()
    {
        ResponseCumulative law = ResponseCumulative.Create(Family.Binomial, 1);
        foreach (int trials in new[] { 1, 2, 9, 62, 500 })
        {
            foreach (double mean in new[] { 1e-6, 0.03, 0.5, 0.8, 0.999 })
            {
                var expected = new Binomial(mean, trials);
                Near(law.Tails(1, mean, trials), 1, "all successes");
                for (int y = 0; y < trials; y += 1 + (y / 9))
                    Near(law.Tails(y / (double)trials, mean, trials), expected.CumulativeDistribution(y), $"{y}/{trials} at {mean}");
                Assert.That(law.Zero(mean, trials), Is.EqualTo(expected.Probability(0)).Within(1e-13));
            }
        }
    }

    [TestCase(0.3)]
    [TestCase(1.7)]
    [TestCase(40.0)]
    public void NegativeBinomialsAgreeWithMathNet(double shape)
    {
        ResponseCumulative second = ResponseCumulative.Create(Family.NegativeBinomial(shape), 1);
        ResponseCumulative first = ResponseCumulative.Create(Family.NegativeBinomial1(shape), 1);
        foreach (double mean in Means)
        {
            var expected = new NegativeBinomial(shape, shape / (shape + mean));
            var expected1 = new NegativeBinomial(mean / shape, 1 / (1 + shape));
            for (int y = 0; y < 5 * mean + 8; y += 1 + (y / 5))
            {
                Near(second.Tails(y, mean, 1), expected.CumulativeDistribution(y), $"{y} of {mean}");
                Near(first.Tails(y, mean, 1), expected1.CumulativeDistribution(y), $"{y} of {mean}, NB1");
            }

            Assert.That(second.Zero(mean, 1), Is.EqualTo(expected.Probability(0)).Within(1e-13));
            Assert.That(first.Zero(mean, 1), Is.EqualTo(expected1.Probability(0)).Within(1e-13));
        }
    }

    [Test]
    public void ContinuousFamiliesAgreeWithMathNet()
    {
        foreach (double phi in new[] { 0.05, 0.6, 2.5 })
        {
            foreach (double weight in new[] { 1.0, 3 })
            {
                foreach (double mean in Means)
                {
                    double nu = weight / phi;
                    foreach (double ratio in new[] { 0.05, 0.4, 0.9, 1, 1.3, 2.8 })
                    {
                        double y = ratio * mean;
                        string name = $"{y} of {mean}, φ = {phi}, ω = {weight}";
                        Near(ResponseCumulative.Create(Family.Gaussian, phi).Tails(y, mean, weight),
                            Normal.CDF(mean, Math.Sqrt(phi / weight), y), "gaussian " + name);
                        Near(ResponseCumulative.Create(Family.Gamma, phi).Tails(y, mean, weight),
                            Gamma.CDF(nu, nu / mean, y), "gamma " + name);
                        if (nu > 200 * mean) continue; // the textbook form overflows
                        Near(ResponseCumulative.Create(Family.InverseGaussian, phi).Tails(y, mean, weight),
                            InverseGaussian(y, mean, nu), "inverse gaussian " + name);
                    }
                }
            }
        }

        foreach (double precision in new[] { 0.4, 5, 120 })
        {
            ResponseCumulative law = ResponseCumulative.Create(Family.Beta(precision), 1);
            foreach (double mean in new[] { 0.05, 0.5, 0.9 })
            {
                foreach (double y in new[] { 0.01, 0.2, 0.5, 0.77, 0.99 })
                    Near(law.Tails(y, mean, 1), Beta.CDF(mean * precision, (1 - mean) * precision, y), $"beta {y} of {mean}");
            }
        }
    }

    [Test]
    public void TailsOfTheInverseGaussianNeitherOverflowNorVanish()
    {
        // e^{2λ/μ} overflows; the tails at one and the same z are near the normal ones.
        ResponseCumulative law = ResponseCumulative.Create(Family.InverseGaussian, 1e-4);
        (double lower, double upper) = law.Tails(2 + (0.02 * Math.Sqrt(8)), 2, 1);
        Assert.That(lower + upper, Is.EqualTo(1).Within(1e-14));
        Assert.That(upper, Is.InRange(0.01, 0.04));
        Assert.That(law.Tails(3, 2, 1).Upper, Is.InRange(1e-300, 1e-20));
        Assert.That(law.Tails(1.4, 2, 1).Lower, Is.InRange(1e-300, 1e-20));
        Assert.That(law.Tails(-1, 2, 1), Is.EqualTo((0.0, 1.0)));
    }

    [TestCase("poisson", 1.0)]
    [TestCase("binomial", 12.0)]
    [TestCase("negative-binomial", 1.0)]
    public void BelowIsOneStepLess(string name, double weight)
    {
        ResponseCumulative law = ResponseCumulative.Create(Family.Parse(name, name[0] == 'n' ? 1.3 : null), 1);
        double mean = name == "binomial" ? 0.3 : 4;
        Assert.That(law.TailsBelow(0, mean, weight), Is.EqualTo((0.0, 1.0)));
        for (int y = 1; y <= 12; y++)
            Assert.That(law.TailsBelow(y / weight, mean, weight), Is.EqualTo(law.Tails((y - 1) / weight, mean, weight)));
        Assert.That(law.Tails(0, mean, weight).Lower, Is.EqualTo(law.Zero(mean, weight)).Within(1e-14));
    }

    [Test]
    public void ContinuousResponsesHaveNoMass()
    {
        ResponseCumulative law = ResponseCumulative.Create(Family.Gamma, 0.5);
        Assert.That(law.IsDiscrete, Is.False);
        Assert.That(law.TailsBelow(1.2, 1, 1), Is.EqualTo(law.Tails(1.2, 1, 1)));
        Assert.That(law.Zero(1, 1), Is.Zero);
    }

    [Test]
    public void FamiliesWithoutADistributionSayWhatToDo()
    {
        Assert.That(
            () => ResponseCumulative.Create(Family.QuasiPoisson, 2),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.EqualTo(
                "Family quasipoisson has a mean and a variance but no distribution; use a family that has one, such as " +
                "poisson."));
        Assert.That(ResponseCumulative.Missing(Family.Poisson, 1.3), Does.StartWith("Family poisson with a dispersion other than 1"));
        Assert.That(ResponseCumulative.Missing(Family.Poisson, 1), Is.Null);
        Assert.That(ResponseCumulative.Missing(Family.Gamma, 1.3), Is.Null);
        Assert.That(
            ResponseCumulative.Missing(Family.Custom("own", m => m, Link.Log), 1), Does.EndWith("use a family that has one."));
    }

    // The textbook form; its second term is 0 · ∞ only where the parameters of this test never are.
    private static double InverseGaussian(double y, double mean, double lambda)
    {
        double root = Math.Sqrt(lambda / y);
        return Normal.CDF(0, 1, root * ((y / mean) - 1)) +
            (Math.Exp(2 * lambda / mean) * Normal.CDF(0, 1, -root * ((y / mean) + 1)));
    }

    private static void Near((double Lower, double Upper) actual, double expected, string name)
    {
        Assert.That(actual.Lower, Is.EqualTo(expected).Within(1e-11), name);
        Assert.That(actual.Upper, Is.EqualTo(1 - expected).Within(1e-11), name);
    }
}
