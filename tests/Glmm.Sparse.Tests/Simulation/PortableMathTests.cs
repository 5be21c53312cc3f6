using CsCheck;
using Glmm.Sparse.Simulation;
using MathNet.Numerics;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Simulation;

public class PortableMathTests
{
    [Test]
    public void ExpAgreesWithThePlatformToTwoUnitsInTheLastPlace() =>
        Gen.Double[-707, 709].Sample(x => Math.Abs(PortableMath.Exp(x) / Math.Exp(x) - 1) < 5e-16, iter: 100_000);

    [Test]
    public void ExpOfSubnormalResultsLosesOnlyWhatTheyLackInDigits() =>
        Gen.Double[-745, -708].Sample(
            x => Math.Abs(PortableMath.Exp(x) - Math.Exp(x)) <= Math.Exp(x) * 5e-16 + double.Epsilon, iter: 10_000);

    [TestCase(0, 1)]
    [TestCase(-746, 0)]
    [TestCase(double.NegativeInfinity, 0)]
    [TestCase(710, double.PositiveInfinity)]
    [TestCase(double.NaN, double.NaN)]
    public void ExpHasTheLimitsOfTheFunction(double x, double expected) =>
        Assert.That(PortableMath.Exp(x), Is.EqualTo(expected));

    [Test]
    public void LogAgreesWithThePlatformToTwoUnitsInTheLastPlace() =>
        Gen.Double[-744, 709].Select(Math.Exp).Sample(
            x => x == 0 || Math.Abs(PortableMath.Log(x) - Math.Log(x)) <= 5e-16 * Math.Abs(Math.Log(x)),
            iter: 100_000);

    [Test]
    public void LogNearOneKeepsItsRelativeAccuracy() =>
        Gen.Double[-1e-3, 1e-3].Where(static d => 1 + d != 1).Sample(
            d => Math.Abs(PortableMath.Log(1 + d) / Math.Log(1 + d) - 1) < 5e-16, iter: 10_000);

    [TestCase(0, double.NegativeInfinity)]
    [TestCase(1, 0)]
    [TestCase(-1, double.NaN)]
    [TestCase(double.PositiveInfinity, double.PositiveInfinity)]
    public void LogHasTheLimitsOfTheFunction(double x, double expected) =>
        Assert.That(PortableMath.Log(x), Is.EqualTo(expected));

    [Test]
    public void LogFactorialAgreesWithLogGammaOnBothSidesOfTheTable(
        [Values(0, 1, 2, 20, 127, 128, 129, 1e3, 1e6, 1e12)] double k) =>
        Assert.That(
            PortableMath.LogFactorial(k), Is.EqualTo(SpecialFunctions.GammaLn(k + 1)).Within(1e-12).Percent.Or.EqualTo(0));
}
