using Glmm.Sparse.Kernels;
using MathNet.Numerics;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Incomplete gamma functions against MathNet, finite sums and each other across their methods.</summary>
[TestFixture]
internal sealed class IncompleteGammaTests
{
    [Test]
    public void BothTailsAgreeWithMathNet()
    {
        foreach (double a in new[] { 0.05, 0.5, 1, 2.5, 10, 77, 900 })
        {
            foreach (double ratio in new[] { 1e-3, 0.2, 0.7, 0.95, 1, 1.05, 1.4, 3 })
            {
                (double lower, double upper) = IncompleteGamma.Tails(a, ratio * a);
                Assert.That(lower, Is.EqualTo(SpecialFunctions.GammaLowerRegularized(a, ratio * a)).Within(2e-12), $"P({a})");
                Assert.That(upper, Is.EqualTo(SpecialFunctions.GammaUpperRegularized(a, ratio * a)).Within(2e-12), $"Q({a})");
            }
        }
    }

    /// <summary>Q(a, x) = P(N &lt; a) of a Poisson N with mean x, and the lower tail its rest: sums that only add.</summary>
    [TestCase(40, 4.0)]
    [TestCase(40, 300.0)]
    [TestCase(300, 180.0)]
    [TestCase(300, 480.0)]
    [TestCase(9_999, 9_000.0)]
    [TestCase(10_001, 9_500.0)]
    [TestCase(10_001, 10_400.0)]
    [TestCase(250_000, 248_000.0)]
    public void TailsHaveRelativePrecisionWhereTheyAreSmall(int a, double x)
    {
        // log of e⁻ˣxʲ/j! at j = a − 1, by Stirling's series; the others follow by ratios.
        double log = (a * Math.Log(x / a)) + (a - x) - Math.Log(x) + (0.5 * Math.Log(a / (2 * Math.PI))) -
            (1 / (12.0 * a)) + (1 / (360.0 * a * a * a)) - (1 / (1260 * Math.Pow(a, 5)));
        bool above = x > a;
        double term = above ? 1 : x / a, sum = 0;
        for (int j = above ? a - 1 : a; j >= 0 && term > 1e-18 * sum; j += above ? -1 : 1)
        {
            sum += term;
            term *= above ? j / x : x / (j + 1);
        }

        double expected = sum * Math.Exp(log);
        (double p, double q) = IncompleteGamma.Tails(a, x);
        double actual = above ? q : p;
        Assert.That(actual, Is.GreaterThan(0));
        Assert.That(actual / expected, Is.EqualTo(1).Within(2e-10));
    }

    [TestCase(0.3)]
    [TestCase(4.0)]
    [TestCase(2_000.0)]
    [TestCase(30_000.0)]
    [TestCase(1e7)]
    public void TheTwoTailsAddUpToOneAndFallAndRise(double a)
    {
        double before = -1;
        for (double z = -8; z <= 8; z += 0.25)
        {
            double x = a * Math.Exp(z / Math.Sqrt(a));
            (double lower, double upper) = IncompleteGamma.Tails(a, x);
            Assert.That(lower + upper, Is.EqualTo(1).Within(1e-13));
            Assert.That(lower, Is.GreaterThan(before));
            before = lower >= 1 ? before : lower;
        }
    }

    [Test]
    public void TemmesExpansionContinuesTheSeries()
    {
        foreach (double z in new[] { -30.0, -6, -1, -0.01, 0, 0.4, 3, 20 })
        {
            double x = 10_000 + (100 * z);
            (double lower, double upper) = IncompleteGamma.Tails(10_000, x);
            (double nextLower, double nextUpper) = IncompleteGamma.Tails(Math.BitIncrement(10_000.0), x);
            double ratio = z < 0 ? nextLower / lower : nextUpper / upper;
            Assert.That(ratio, Is.EqualTo(1).Within(1e-10), $"z = {z}");
        }
    }

    [Test]
    public void EdgesAreExact()
    {
        Assert.That(IncompleteGamma.Tails(2, 0), Is.EqualTo((0.0, 1.0)));
        Assert.That(IncompleteGamma.Tails(2, -1), Is.EqualTo((0.0, 1.0)));
        Assert.That(IncompleteGamma.Tails(2, double.PositiveInfinity), Is.EqualTo((1.0, 0.0)));
        Assert.That(IncompleteGamma.Lower(double.NaN, 1), Is.NaN);
        Assert.That(IncompleteGamma.Upper(3, double.NaN), Is.NaN);
    }

    [Test]
    public void ChiSquareQuantilesInvertTheTails()
    {
        foreach (double k in new[] { 0.2, 1, 3.7, 40, 5_000 })
        {
            foreach (double p in new[] { 1e-12, 0.025, 0.5, 0.975, 1 - 1e-12 })
            {
                double x = ChiSquareDistribution.Quantile(p, k), upper = ChiSquareDistribution.UpperTail(x, k);
                Assert.That(upper, Is.EqualTo(1 - p).Within(1e-11 * (1 - p)), $"{p} of {k}");
            }
        }

        Assert.That(ChiSquareDistribution.Quantile(0, 3), Is.Zero);
        Assert.That(ChiSquareDistribution.Quantile(1, 3), Is.EqualTo(double.PositiveInfinity));
        Assert.That(ChiSquareDistribution.Quantile(-0.1, 3), Is.NaN);
        Assert.That(() => ChiSquareDistribution.Quantile(0.5, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
