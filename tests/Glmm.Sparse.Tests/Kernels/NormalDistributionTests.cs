using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

public sealed class NormalDistributionTests
{
    [TestCase(0.0, 0.5)]
    [TestCase(0.1, 0.46017216272297101633)]
    [TestCase(0.5, 0.30853753872598689636)]
    [TestCase(1.0, 0.15865525393145705141)]
    [TestCase(1.959963984540054, 0.025000000000000010876)]
    [TestCase(2.5, 0.006209665325776135167)]
    [TestCase(5.0, 2.8665157187919391167e-7)]
    [TestCase(8.0, 6.2209605742717841235e-16)]
    [TestCase(12.5, 3.7325642988777133772e-36)]
    [TestCase(20.0, 2.7536241186062336951e-89)]
    [TestCase(30.0, 4.9067139271481870595e-198)]
    [TestCase(37.0, 5.7255712225245768227e-300)]
    public void TailsHaveFullRelativePrecision(double z, double tail)
    {
        Assert.Multiple(() =>
        {
            Assert.That(NormalDistribution.UpperTail(z), Is.EqualTo(tail).Within(7e-16 * tail));
            Assert.That(NormalDistribution.Cdf(-z), Is.EqualTo(tail).Within(7e-16 * tail));
            Assert.That(NormalDistribution.Cdf(z), Is.EqualTo(1 - tail).Within(3e-16));
            Assert.That(NormalDistribution.TwoSidedPValue(-z), Is.EqualTo(2 * tail).Within(14e-16 * tail));
        });
    }

    [Test]
    public void QuantileInvertsTheDistribution()
    {
        for (double z = -37; z < 8; z += 0.0625)
        {
            // Above 0 the probability itself is rounded: its half unit in the last place moves z by ε/φ(z).
            double slack = 2.3e-16 / NormalDistribution.Density(Math.Max(z, 0));
            Assert.That(
                NormalDistribution.Quantile(NormalDistribution.Cdf(z)),
                Is.EqualTo(z).Within((2e-15 * Math.Abs(z)) + slack));
        }
    }

    [Test]
    public void LimitsAreLimits() => Assert.Multiple(() =>
    {
        Assert.That(NormalDistribution.Cdf(double.PositiveInfinity), Is.EqualTo(1));
        Assert.That(NormalDistribution.Cdf(double.NegativeInfinity), Is.EqualTo(0));
        Assert.That(NormalDistribution.TwoSidedPValue(double.NegativeInfinity), Is.EqualTo(0));
        Assert.That(NormalDistribution.Cdf(double.NaN), Is.NaN);
        Assert.That(NormalDistribution.Density(double.NegativeInfinity), Is.EqualTo(0));
        Assert.That(NormalDistribution.Quantile(0), Is.EqualTo(double.NegativeInfinity));
        Assert.That(NormalDistribution.Quantile(1), Is.EqualTo(double.PositiveInfinity));
        Assert.That(NormalDistribution.Quantile(1.5), Is.NaN);
    });
}
