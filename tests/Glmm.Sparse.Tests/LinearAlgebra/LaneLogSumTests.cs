using System.Numerics;
using System.Runtime.Intrinsics;
using CsCheck;
using Glmm.Sparse.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed class LaneLogSumTests
{
    [Test]
    public void AgreesWithTheLogarithmOfTheExactProduct() =>
        Gen.Double[-300, 300].Select(power => Math.Pow(10, power)).Array[0, 60].Sample(
            values =>
            {
                LaneLogSum sum = LaneLogSum.Zero;
                foreach (double value in values)
                    sum.Add(Vector512.Create(value));
                double expected = LogOfExactProduct(values);
                double actual = sum.Value()[5];
                return Math.Abs(actual - expected) <= 4e-16 * (Math.Abs(expected) + values.Length + 1);
            },
            iter: 300);

    [Test]
    public void FactorsNearOneLoseNothing()
    {
        LaneLogSum sum = LaneLogSum.Zero;
        for (int i = 0; i < 1000; i++)
        {
            sum.Add(Vector512.Create(1 + Math.ScaleB(1, -30)));
            sum.Add(Vector512.Create(1 - Math.ScaleB(1, -30)));
        }

        // 1000 log(1 − 2⁻⁶⁰) is −8.7e-16; nothing beyond the rounding of 2000 products may be added to it.
        Assert.That(sum.Value()[0], Is.Zero.Within(2000 * 1.2e-16));
    }

    [Test]
    public void LanesAreApartAndNotANumberStays()
    {
        LaneLogSum sum = LaneLogSum.Zero;
        sum.Add(Vector512.Create(1.0, 2, 4, 8, double.NaN, 0.5, 0.25, 1e-150));
        sum.Add(Vector512.Create(3.0));

        Vector512<double> value = sum.Value();

        Assert.That(double.IsNaN(value[4]), Is.True);
        (int, double)[] products = [(0, 3), (1, 6), (2, 12), (3, 24), (5, 1.5), (6, 0.75), (7, 3e-150)];
        foreach ((int lane, double product) in products)
            Assert.That(value[lane], Is.EqualTo(Math.Log(product)).Within(2e-16 * (1 + Math.Abs(Math.Log(product)))));
    }

    [Test]
    public void EmptySumIsZero() => Assert.That(LaneLogSum.Zero.Value(), Is.EqualTo(Vector512<double>.Zero));

    // Each double is an integer times a power of two, so their product is too.
    private static double LogOfExactProduct(double[] values)
    {
        BigInteger product = BigInteger.One;
        int exponent = 0;
        foreach (double value in values)
        {
            int scale = Math.ILogB(value) - 52;
            product *= new BigInteger(Math.ScaleB(value, -scale));
            exponent += scale;
        }

        int shift = (int)Math.Max(0, product.GetBitLength() - 64);
        double leading = (double)(product >> shift);
        int power = Math.ILogB(leading);
        return Math.Log(Math.ScaleB(leading, -power)) + (exponent + shift + power) * Math.Log(2);
    }
}
