using CsCheck;
using MathNet.Numerics;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class WaldTestTests
{
    [Test]
    public void TwoSidedPAgreesWithTheComplementaryErrorFunction() => Gen.Double[-37, 37].Sample(
        z => Math.Abs(WaldTest.TwoSidedP(z) / SpecialFunctions.Erfc(Math.Abs(z) / Math.Sqrt(2)) - 1) < 1e-12,
        iter: 20_000);

    // To 17 digits from a computation with 50.
    [TestCase(0, 1)]
    [TestCase(1.959963984540054, 0.05)]
    [TestCase(3, 0.0026997960632601891)]
    [TestCase(10, 1.5239706048321052e-23)]
    [TestCase(37, 1.1451142445049154e-299)]
    public void TwoSidedPHasKnownValues(double z, double p) =>
        Assert.That(WaldTest.TwoSidedP(z), Is.EqualTo(p).Within(1e-10).Percent);

    [Test]
    public void NoStatisticGivesNoP() => Assert.That(WaldTest.TwoSidedP(double.NaN), Is.NaN);

    [Test]
    public void AnInfiniteStatisticGivesZero() =>
        Assert.That(WaldTest.TwoSidedP(double.PositiveInfinity), Is.Zero);
}
