using Glmm.Sparse.Kernels;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>The chi-square tail against MathNet, the normal tail and closed forms.</summary>
[TestFixture]
internal sealed class ChiSquareDistributionTests
{
    [Test]
    public void TailAgreesWithMathNet()
    {
        foreach (double k in new[] { 0.5, 1, 2, 3, 5, 10, 50, 400 })
        {
            foreach (double ratio in new[] { 1e-6, 0.01, 0.3, 0.9, 1, 1.1, 1.5, 2.5 })
            {
                double expected = 1 - ChiSquared.CDF(k, ratio * k);
                Assert.That(
                    ChiSquareDistribution.UpperTail(ratio * k, k), Is.EqualTo(expected).Within(2e-12), $"{k} at {ratio}");
            }
        }
    }

    [Test]
    public void OneDegreeIsTheSquareOfANormalFarIntoTheTail()
    {
        for (double z = 0.01; z < 37; z *= 1.3)
        {
            double expected = NormalDistribution.TwoSidedPValue(z);
            Assert.That(ChiSquareDistribution.UpperTail(z * z, 1), Is.EqualTo(expected).Within(3e-13 * expected));
        }
    }

    [Test]
    public void EvenDegreesAreAPoissonSum()
    {
        foreach (int half in new[] { 1, 2, 4, 9 })
        {
            foreach (double x in new[] { 0.2, 3, 17, 90, 600 })
            {
                double sum = 0, term = 1;
                for (int i = 0; i < half; i++, term *= 0.5 * x / i) sum += term;
                double expected = sum * Math.Exp(-0.5 * x);
                Assert.That(
                    ChiSquareDistribution.UpperTail(x, 2 * half), Is.EqualTo(expected).Within(3e-13 * expected));
            }
        }
    }

    [Test]
    public void EdgesAreExact()
    {
        Assert.That(ChiSquareDistribution.UpperTail(0, 3), Is.EqualTo(1));
        Assert.That(ChiSquareDistribution.UpperTail(-1, 0), Is.EqualTo(1));
        Assert.That(ChiSquareDistribution.UpperTail(1e-9, 0), Is.Zero);
        Assert.That(ChiSquareDistribution.UpperTail(double.PositiveInfinity, 4), Is.Zero);
        Assert.That(ChiSquareDistribution.UpperTail(double.NaN, 4), Is.NaN);
    }
}
