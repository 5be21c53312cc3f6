using CsCheck;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

[TestFixture(typeof(RowVector512))]
[TestFixture(typeof(RowVector256))]
[TestFixture(typeof(RowVector128))]
internal sealed class GammaTests<T>
    where T : struct, IRowVector<T>
{
    private static readonly Gen<double> s_anyX = Gen.Double[-30, 30].Select(Math.Exp);

    [Test]
    public void FunctionsMatchHighPrecision() => Assert.Multiple(() =>
    {
        foreach (var point in GammaReferenceValues.Points)
        {
            Check("log gamma", point.X, Of(VectorMath<T>.LogGamma, point.X), point.LogGamma, 1e-14);
            Check("psi", point.X, Of(VectorMath<T>.Digamma, point.X), point.Digamma, 3e-15);
            Check("R", point.X, Of(VectorMath<T>.LogGammaRemainder, point.X), point.Remainder, 5e-15);
            Check("R'", point.X, Of(VectorMath<T>.DigammaRemainder, point.X), point.RemainderSlope, 3e-15);
        }
    });

    [Test]
    public void DerivativesOfDigammaAreExactToAFewUnitsInTheLastPlace() => Assert.Multiple(() =>
    {
        foreach (var point in GammaReferenceValues.Points)
        {
            Relative("psi'", point.X, Of(VectorMath<T>.Trigamma, point.X), point.Trigamma, 2e-15);
            Relative("psi''", point.X, Of(VectorMath<T>.Tetragamma, point.X), point.Tetragamma, 2e-15);
        }
    });

    [Test]
    public void RemaindersOfLargeNumbersKeepAllDigits() => Assert.Multiple(() =>
    {
        foreach (var point in GammaReferenceValues.Points.Where(point => point.X >= 10))
        {
            Relative("R", point.X, Of(VectorMath<T>.LogGammaRemainder, point.X), point.Remainder, 1e-15);
            Relative("R'", point.X, Of(VectorMath<T>.DigammaRemainder, point.X), point.RemainderSlope, 1e-15);
        }
    });

    [Test]
    public void DifferencesMatchHighPrecision() => Assert.Multiple(() =>
    {
        foreach (var point in GammaReferenceValues.Differences)
        {
            double x = point.X, y = point.Y;
            string at = $"{x}, {y}";
            Check($"log gamma {at}", x, Of(VectorMath<T>.LogGammaDifference, x, y), point.LogGamma, 5e-15);
            Relative($"psi {at}", x, Of(VectorMath<T>.DigammaDifference, x, y), point.Digamma, 5e-15);
            Relative($"psi' {at}", x, Of(VectorMath<T>.TrigammaDifference, x, y), point.Trigamma, 5e-15);
            Relative($"psi'' {at}", x, Of(VectorMath<T>.TetragammaDifference, x, y), point.Tetragamma, 1e-14);
        }
    });

    [Test]
    public void DifferencesOfCountsAreFiniteSums() => Gen.Select(s_anyX, Gen.Int[0, 60]).Sample((x, y) =>
    {
        double[] sums = new double[4];
        for (int j = 0; j < y; j++)
        {
            double r = 1 / (x + j);
            sums[0] += Math.Log(x + j);
            sums[1] += r;
            sums[2] -= r * r;
            sums[3] += 2 * r * r * r;
        }

        double size = Enumerable.Range(0, y).Sum(j => Math.Abs(Math.Log(x + j)));
        return Math.Abs(Of(VectorMath<T>.LogGammaDifference, x, y) - sums[0]) <= 1e-14 * (1 + size)
            && Near(Of(VectorMath<T>.DigammaDifference, x, y), sums[1], 1e-14)
            && Near(Of(VectorMath<T>.TrigammaDifference, x, y), sums[2], 1e-14)
            && Near(Of(VectorMath<T>.TetragammaDifference, x, y), sums[3], 2e-14);
    });

    [Test]
    public void EachDerivativeIsTheSlopeOfTheOneBefore() => Gen.Double[0.5, 60].Sample(x =>
        Near(Slope(VectorMath<T>.LogGamma, x), Of(VectorMath<T>.Digamma, x), 1e-9)
        && Near(Slope(VectorMath<T>.Digamma, x), Of(VectorMath<T>.Trigamma, x), 1e-9)
        && Near(Slope(VectorMath<T>.Trigamma, x), Of(VectorMath<T>.Tetragamma, x), 1e-9)
        && Near(Slope(VectorMath<T>.LogGammaRemainder, x), Of(VectorMath<T>.DigammaRemainder, x), 1e-9));

    [Test]
    public void NothingOverflowsInTheRange() => Assert.Multiple(() =>
    {
        double[] range = [1e-100, 1e-50, 1e-10, 1, 9.9, 10, 1e10, 1e50, 1e100];
        foreach (double x in range)
        {
            foreach (double y in range.Prepend(0))
            {
                foreach (var f in new Func<T, T, T>[]
                {
                    VectorMath<T>.LogGammaDifference, VectorMath<T>.DigammaDifference,
                    VectorMath<T>.TrigammaDifference, VectorMath<T>.TetragammaDifference,
                })
                {
                    double value = Of(f, x, y);
                    Assert.That(double.IsFinite(value), Is.True, $"{f.Method.Name} {x}, {y}");
                    if (y == 0) Assert.That(value, Is.Zero);
                }
            }
        }
    });

    [Test]
    public void RowsDoNotDependOnTheirNeighbours()
    {
        double[] x = [.. new[] { 1e-100, 0.3, 10, 1e10, 9.99, 2, 1e100, 1 }.Take(T.Count)];
        Assert.Multiple(() =>
        {
            foreach (var f in new Func<T, T>[]
                { VectorMath<T>.LogGamma, VectorMath<T>.Digamma, VectorMath<T>.Trigamma, VectorMath<T>.Tetragamma })
            {
                T together = f(RowBlocks<T>.Load(x, 0));
                for (int row = 0; row < T.Count; row++)
                    Assert.That(T.Get(together, row), Is.EqualTo(Of(f, x[row])));
            }
        });
    }

    [Test]
    public void ScalarDoorsOpenOnTheSameFunctions() => Assert.Multiple(() =>
    {
        Assert.That(GammaFunctions.LogGamma(5), Is.EqualTo(Math.Log(24)).Within(1e-14));
        Assert.That(GammaFunctions.Digamma(1), Is.EqualTo(-0.57721566490153286061).Within(1e-15));
        Assert.That(GammaFunctions.Trigamma(1), Is.EqualTo(Math.PI * Math.PI / 6).Within(1e-15));
        Assert.That(GammaFunctions.Tetragamma(1), Is.EqualTo(-2.4041138063191885708).Within(2e-15));
        Assert.That(GammaFunctions.LogGammaDifference(3, 2), Is.EqualTo(Math.Log(12)).Within(1e-15));
        Assert.That(GammaFunctions.DigammaDifference(3, 2), Is.EqualTo(7.0 / 12).Within(1e-15));
        Assert.That(GammaFunctions.LogGammaRemainder(1), Is.EqualTo(1 - (0.5 * Math.Log(2 * Math.PI))).Within(2e-15));
        Assert.That(GammaFunctions.DigammaRemainder(1), Is.EqualTo(0.5 - 0.57721566490153286061).Within(1e-15));
    });

    private static double Of(Func<T, T> f, double x) => T.Get(f(T.Create(x)), 0);

    private static double Of(Func<T, T, T> f, double x, double y) => T.Get(f(T.Create(x), T.Create(y)), 0);

    /// <summary>A difference quotient of order four.</summary>
    private static double Slope(Func<T, T> f, double x)
    {
        double h = 1e-3 * x;
        return ((8 * (Of(f, x + h) - Of(f, x - h))) - (Of(f, x + (2 * h)) - Of(f, x - (2 * h)))) / (12 * h);
    }

    private static bool Near(double value, double expected, double tolerance) =>
        Math.Abs(value - expected) <= tolerance * Math.Max(Math.Abs(expected), tolerance > 1e-10 ? 1 : 0);

    private static void Check(string what, double x, double value, double expected, double tolerance) =>
        Assert.That(value, Is.EqualTo(expected).Within(tolerance * Math.Max(1, Math.Abs(expected))), $"{what} at {x}");

    private static void Relative(string what, double x, double value, double expected, double tolerance) =>
        Assert.That(value, Is.EqualTo(expected).Within(tolerance * Math.Abs(expected)), $"{what} at {x}");
}
