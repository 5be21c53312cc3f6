using System.Globalization;
using System.Numerics;
using Glmm.Sparse.Kernels;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Student's t, F and the incomplete beta function against exact sums, closed forms, MathNet and R.</summary>
[TestFixture]
internal sealed class StudentAndFTests
{
    [Test]
    public void IncompleteBetaOfWholeNumbersIsABinomialSum()
    {
        foreach (int a in new[] { 1, 2, 5, 20, 60 })
        {
            foreach (int b in new[] { 1, 3, 8, 40 })
            {
                foreach (int part in new[] { 1, 3, 90, 400, 512, 700, 1000, 1023 })
                {
                    // I_x(a, b) = Σ_{j ≥ a} C(n, j) xʲ(1 − x)ⁿ⁻ʲ with n = a + b − 1 and x = part/1024, exactly.
                    int n = a + b - 1;
                    BigInteger lower = 0, upper = 0, choose = 1;
                    for (int j = 0; j <= n; j++)
                    {
                        BigInteger term = choose * BigInteger.Pow(part, j) * BigInteger.Pow(1024 - part, n - j);
                        if (j >= a) lower += term;
                        else upper += term;
                        choose = choose * (n - j) / (j + 1);
                    }

                    double Exact(BigInteger sum) => Math.Exp(BigInteger.Log(sum) - BigInteger.Log(BigInteger.Pow(1024, n)));
                    (double low, double high) = IncompleteBeta.Tails(a, b, part / 1024.0, (1024 - part) / 1024.0);
                    double exact = Math.Min(Exact(lower), Exact(upper));
                    Assert.That(Math.Min(low, high), Is.EqualTo(exact).Within(5e-13 * exact), $"{a} {b} {part}");
                    Assert.That(low + high, Is.EqualTo(1).Within(1e-15));
                }
            }
        }
    }

    [Test]
    public void OneAndTwoDegreesHaveClosedForms()
    {
        for (double t = 1e-3; t < 1e12; t *= 3.7)
        {
            double cauchy = 2 / Math.PI * Math.Atan(1 / t), root = Math.Sqrt(2 + (t * t)), two = 2 / (root * (root + t));
            Assert.That(StudentDistribution.TwoSidedPValue(t, 1), Is.EqualTo(cauchy).Within(1e-14 * cauchy), $"{t}");
            Assert.That(StudentDistribution.TwoSidedPValue(t, 2), Is.EqualTo(two).Within(1e-14 * two), $"{t}");
        }
    }

    [Test]
    public void TailsAgreeWithMathNet()
    {
        foreach (double df in new[] { 0.7, 1, 2.5, 7, 17.0004, 120, 3000 })
        {
            foreach (double t in new[] { -3.0, -0.4, 0, 0.01, 0.7, 1.96, 4 })
            {
                Assert.That(
                    StudentDistribution.Cdf(t, df), Is.EqualTo(StudentT.CDF(0, 1, df, t)).Within(1e-11), $"{t}, {df}");
            }

            foreach (double numerator in new[] { 1, 2, 3.5, 12 })
            {
                foreach (double x in new[] { 0.01, 0.5, 1, 2.5, 6 })
                {
                    double expected = 1 - FisherSnedecor.CDF(numerator, df, x);
                    Assert.That(
                        FDistribution.UpperTail(x, numerator, df), Is.EqualTo(expected).Within(1e-11), $"{x}, {numerator}, {df}");
                }
            }
        }
    }

    // R 4.2.2: 2*pt(-t, df), pf(x, a, b, lower.tail = FALSE).
    [TestCase(36.83830790066, 17.0000017392, "1.1708832370972715e-17", 1e-12)]
    [TestCase(250, 31.4, "2.2551481844057007e-53", 1e-12)]
    [TestCase(30, 1e4, "2.0443270474257309e-189", 1e-12)]
    public void FarTailsAreThoseOfR(double t, double df, string expected, double tolerance)
    {
        double p = double.Parse(expected, CultureInfo.InvariantCulture);
        Assert.That(StudentDistribution.TwoSidedPValue(t, df), Is.EqualTo(p).Within(tolerance * p));
        Assert.That(FDistribution.UpperTail(t * t, 1, df), Is.EqualTo(p).Within(Math.Max(tolerance, 1e-12) * p), "F is t²");
    }

    [Test]
    public void FWithTwoDegreesInTheNumeratorHasAClosedForm()
    {
        foreach (double df in new[] { 0.5, 3, 44.4, 1e4, 1e7 })
        {
            for (double x = 1e-3; x < 400; x *= 2.9)
            {
                double expected = Math.Exp(-0.5 * df * IncompleteBeta.LogOnePlus(2 * x / df));
                Assert.That(FDistribution.UpperTail(x, 2, df), Is.EqualTo(expected).Within(2e-13 * expected), $"{x}, {df}");
            }
        }
    }

    [Test]
    public void ManyDegreesJoinTheNormalAndChiSquare()
    {
        foreach (double t in new[] { 0.3, 2, 8, 25 })
        {
            // The two ways meet where one takes over from the other.
            double below = StudentDistribution.TwoSidedPValue(t, 999_999.999), above = StudentDistribution.TwoSidedPValue(t, 1e6);
            double slope = 1e-3 * t * t * t * t / 4e12;
            Assert.That(above, Is.EqualTo(below).Within((5e-13 + slope) * below), $"{t}");
            Assert.That(StudentDistribution.TwoSidedPValue(t, double.PositiveInfinity), Is.EqualTo(NormalDistribution.TwoSidedPValue(t)));
            double chi = ChiSquareDistribution.UpperTail(t * 3, 3);
            Assert.That(FDistribution.UpperTail(t, 3, double.PositiveInfinity), Is.EqualTo(chi));
            Assert.That(FDistribution.UpperTail(t, 3, 9.99e9), Is.EqualTo(chi).Within(1e-6 * chi));
        }
    }

    [Test]
    public void QuantilesInvertTheTails()
    {
        foreach (double df in new[] { 0.3, 1, 2, 4.7, 17, 250, 1e5, 1e7, double.PositiveInfinity })
        {
            foreach (double p in new[] { 1e-200, 1e-40, 1e-9, 0.001, 0.025, 0.3, 0.499 })
            {
                double t = StudentDistribution.Quantile(p, df);
                if (double.IsInfinity(t))
                {
                    Assert.That(StudentDistribution.Cdf(-double.MaxValue, df), Is.GreaterThan(p), "beyond all doubles");
                    continue;
                }

                Assert.That(StudentDistribution.Cdf(t, df), Is.EqualTo(p).Within(1e-11 * p), $"{p}, {df}");
                Assert.That(StudentDistribution.Quantile(1 - p, df), p > 1e-10 ? Is.EqualTo(-t).Within(Math.Abs(t) * 1e-7) : Is.GreaterThan(0));
            }

            Assert.That(StudentDistribution.Quantile(0.5, df), Is.EqualTo(0));
            Assert.That(StudentDistribution.Quantile(1, df), Is.EqualTo(double.PositiveInfinity));
        }

        // Tables: t(0.975, 5) and t(0.995, 12).
        Assert.That(StudentDistribution.Quantile(0.975, 5), Is.EqualTo(2.5705818356363137).Within(1e-13));
        Assert.That(StudentDistribution.Quantile(0.995, 12), Is.EqualTo(3.0545395893929013).Within(1e-12));
    }

    [Test]
    public void ImpossibleDegreesAreRefusedAndNaNGoesThrough()
    {
        Assert.That(() => StudentDistribution.TwoSidedPValue(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => FDistribution.UpperTail(1, -1, 3), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(StudentDistribution.TwoSidedPValue(double.NaN, 3), Is.NaN);
        Assert.That(StudentDistribution.Quantile(0.9, double.NaN), Is.NaN);
        Assert.That(FDistribution.UpperTail(1, 2, double.NaN), Is.NaN);
        Assert.That(StudentDistribution.UpperTail(double.PositiveInfinity, 3), Is.EqualTo(0));
        Assert.That(StudentDistribution.Cdf(0, 3), Is.EqualTo(0.5).Within(1e-16));
    }
}
