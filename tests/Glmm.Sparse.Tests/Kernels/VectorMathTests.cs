using CsCheck;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Our lanes against System.Math, whose scalar functions come from the C library and err by under 1 ulp.</summary>
[TestFixture(typeof(RowVector512))]
[TestFixture(typeof(RowVector256))]
internal sealed class VectorMathTests<T>
    where T : struct, IRowVector<T>
{
    private const double Ulp = 2.220446049250313e-16;

    [Test]
    public void ExpIsWithinTwoUlp() => Gen.Double[-708, 709].Sample(x =>
        Close(Of(VectorMath<T>.Exp, x), Math.Exp(x), 2));

    [Test]
    public void LogIsWithinTwoUlp() => Gen.Double[-700, 700].Select(Math.Exp).Sample(x =>
        Close(Of(VectorMath<T>.Log, x), Math.Log(x), 2));

    [Test]
    public void LogIsWithinTwoUlpNearOne() => Gen.Double[0.6, 1.6].Sample(x =>
        Close(Of(VectorMath<T>.Log, x), Math.Log(x), 2));

    [Test]
    public void LogIsWithinTwoUlpAtTheEndsOfTheNormalNumbers() => Assert.Multiple(() =>
    {
        double[] ends =
            [VectorMath<T>.MinNormal, double.MaxValue, 1, 0.5, 2, Math.BitDecrement(1), Math.BitIncrement(1)];
        foreach (double x in ends)
            Assert.That(Close(Of(VectorMath<T>.Log, x), Math.Log(x), 2), Is.True, $"log {x}");
    });

    [Test]
    public void LogP1KeepsAllDigitsNearZero() => SmallAndModerate(-0.5, 1).Sample(x =>
    {
        // Kahan: log(1 + x) = log(u) x/(u − 1) with u = 1 + x rounded; exact to a few ulp everywhere.
        double u = 1 + x;
        double expected = u == 1 ? x : Math.Log(u) * (x / (u - 1));
        return Close(Of(VectorMath<T>.LogP1, x), expected, 4);
    });

    [Test]
    public void ExpM1KeepsAllDigitsNearZero() => SmallAndModerate(-40, 40).Sample(x =>
    {
        // sinh is exact near 0: e^x − 1 = 2 e^(x/2) sinh(x/2).
        double expected = 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);
        return Close(Of(VectorMath<T>.ExpM1, x), expected, 6);
    });

    [Test]
    public void AtanIsWithinTwoUlp() => SmallAndModerate(-0.4142, 0.4142).Sample(x =>
        Close(Of(VectorMath<T>.AtanNearZero, x), Math.Atan(x), 2));

    [Test]
    public void EveryLaneComputesTheSameFunction()
    {
        double[] x = [.. new[] { -3, 0.25, 1e-20, 700, -700, 0, 1, -0.5 }.Take(T.Count)];
        var together = VectorMath<T>.Exp(RowBlocks<T>.Load(x, 0));
        for (int lane = 0; lane < x.Length; lane++)
            Assert.That(T.Get(together, lane), Is.EqualTo(Of(VectorMath<T>.Exp, x[lane])));
    }

    private static double Of(Func<T, T> function, double x) => T.Get(function(T.Create(x)), 0);

    /// <summary>Numbers of every magnitude down to 1e-300, and evenly spread ones.</summary>
    private static Gen<double> SmallAndModerate(double low, double high) => Gen.OneOf(
        Gen.Double[low, high],
        Gen.Select(Gen.Double[-300, -1], Gen.Bool, (power, negative) =>
            Math.Clamp((negative ? -1 : 1) * Math.Pow(10, power), low, high)));

    private static bool Close(double actual, double expected, double ulps) =>
        Math.Abs(actual - expected) <= ulps * Ulp * Math.Abs(expected);
}
