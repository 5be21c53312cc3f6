using CsCheck;
using Glmm.Sparse.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed class DenseCholeskyTests
{
    private static readonly int[] Orders = [1, 2, 3, 7, 8, 9, 16, 33, 100, 200];

    [TestCaseSource(nameof(Orders))]
    public void EveryOperationAgreesWithDenseAlgebra(int n)
    {
        Matrix<double> a = TestBlocks.PositiveDefinite(n, 100, n);
        double[] l = RowMajor(a);
        double[] b = TestBlocks.RandomVector(n, n);
        double[] lower = [.. b], upper = [.. b], full = [.. b];
        var inverse = new double[n * n];

        Assert.That(DenseCholesky.Factor(l, n), Is.EqualTo(-1));
        DenseCholesky.SolveLower(l, n, lower);
        DenseCholesky.SolveLowerTransposed(l, n, upper);
        DenseCholesky.Solve(l, n, full);
        DenseCholesky.Invert(l, n, inverse);
        double logDeterminant = DenseCholesky.LogDeterminant(l, n);

        var cholesky = a.Cholesky();
        Vector<double> right = Vector<double>.Build.DenseOfArray(b);
        Assert.That(lower, Is.EqualTo(cholesky.Factor.Solve(right).AsArray()).Within(1e-12));
        Assert.That(upper, Is.EqualTo(cholesky.Factor.Transpose().Solve(right).AsArray()).Within(1e-12));
        Assert.That(full, Is.EqualTo(cholesky.Solve(right).AsArray()).Within(1e-12));
        Assert.That(inverse, Is.EqualTo(RowMajor(a.Inverse())).Within(1e-12));
        Assert.That(logDeterminant, Is.EqualTo(cholesky.DeterminantLn).Within(1e-11));

        DenseCholesky.Invert(l, n, l);
        Assert.That(l, Is.EqualTo(inverse), "in place");
    }

    [Test]
    public void OnlyTheLowerTriangleIsRead()
    {
        double[] clean = RowMajor(TestBlocks.PositiveDefinite(9, 10, 5));
        double[] dirty = [.. clean];
        for (int i = 0; i < 9; i++)
        {
            for (int j = i + 1; j < 9; j++)
                dirty[i * 9 + j] = double.NaN;
        }

        double[] x = TestBlocks.RandomVector(9, 1), y = [.. x];
        DenseCholesky.Factor(clean, 9);
        DenseCholesky.Factor(dirty, 9);
        DenseCholesky.Solve(clean, 9, x);
        DenseCholesky.Solve(dirty, 9, y);
        DenseCholesky.Invert(dirty, 9, dirty);

        Assert.That(y, Is.EqualTo(x));
        Assert.That(dirty, Has.None.NaN);
    }

    [Test]
    public void PascalsMatrixIsFactoredExactly([Values(5, 12, 20)] int n)
    {
        double[] a = [.. Enumerable.Range(0, n * n).Select(index => TestBlocks.Pascal(index / n, index % n))];

        Assert.That(DenseCholesky.Factor(a, n), Is.EqualTo(-1));

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
                Assert.That(a[i * n + j], Is.EqualTo(TestBlocks.Binomial(i, j)));
        }

        Assert.That(DenseCholesky.LogDeterminant(a, n), Is.Zero);
    }

    [Test]
    public void ScalingRowsAndColumnsByPowersOfTwoScalesTheFactorExactly()
    {
        const int N = 10;
        Matrix<double> a = TestBlocks.PositiveDefinite(N, 1e4, 8);
        double[] scale = [.. Enumerable.Range(0, N).Select(i => Math.ScaleB(1, (i * 37 % 80) - 40))];
        double[] l = RowMajor(a);
        double[] scaled = RowMajor(Matrix<double>.Build.Dense(N, N, (i, j) => a[i, j] * scale[i] * scale[j]));

        DenseCholesky.Factor(l, N);
        DenseCholesky.Factor(scaled, N);

        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j <= i; j++)
                Assert.That(scaled[i * N + j], Is.EqualTo(l[i * N + j] * scale[i]));
        }
    }

    [Test]
    public void FirstColumnWithoutAPositivePivotIsReported(
        [Values(0, 3, 9)] int column, [Values(0, -2, double.NaN, double.PositiveInfinity)] double pivot)
    {
        const int N = 10;
        double[] a = RowMajor(Matrix<double>.Build.DenseIdentity(N));
        a[column * N + column] = pivot;

        Assert.That(DenseCholesky.Factor(a, N), Is.EqualTo(column));
    }

    [Test]
    public void AColumnThatRepeatsAnotherIsReported()
    {
        // x₃ = x₁ + x₂ with integers, so the pivot is exactly 0.
        double[] a = [4, 2, 6, 2, 2, 4, 6, 4, 10];
        Assert.That(DenseCholesky.Factor(a, 3), Is.EqualTo(2));
    }

    [Test]
    public void ResidualIsSmallWhateverTheMatrix() =>
        Gen.Select(Gen.Int[1, 30], Gen.Double[0, 10], Gen.Int[0, 1 << 20]).Sample(
            (n, digits, seed) =>
            {
                Matrix<double> a = TestBlocks.PositiveDefinite(n, Math.Pow(10, digits), seed);
                double[] l = RowMajor(a);
                double[] x = TestBlocks.RandomVector(n, seed);
                Vector<double> b = Vector<double>.Build.DenseOfArray([.. x]);
                if (DenseCholesky.Factor(l, n) != -1)
                    return false;
                DenseCholesky.Solve(l, n, x);
                Vector<double> solution = Vector<double>.Build.DenseOfArray(x);
                double scale = a.InfinityNorm() * solution.InfinityNorm();
                return (a * solution - b).InfinityNorm() <= 1e-15 * (n + 1) * scale;
            },
            iter: 300);

    private static double[] RowMajor(Matrix<double> a) => a.ToRowMajorArray();
}
