using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed class LaneCholeskyTests
{
    private const double Epsilon = 2.220446049250313e-16;

    [Test]
    public void FactorTimesItsTransposeIsTheMatrix([Range(1, 16)] int q, [Values(1, 1e6, 1e12)] double condition)
    {
        Matrix<double>[] blocks = TestBlocks.Random(q, 8, condition, q);
        using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(blocks, q);

        Vector512<double> definite = LaneCholesky.Factor(matrix.Batch(0), q);

        Assert.That(definite.ExtractMostSignificantBits(), Is.EqualTo(0xFFUL));
        for (int block = 0; block < 8; block++)
        {
            Matrix<double> l = TestBlocks.LowerBlock(matrix, block);
            double error = (l * l.Transpose() - blocks[block]).InfinityNorm();
            Assert.That(error, Is.LessThanOrEqualTo(2 * (q + 1) * Epsilon * blocks[block].InfinityNorm()));
        }
    }

    [Test]
    public void PascalsMatrixIsFactoredExactly([Range(1, 16)] int q)
    {
        Vector512<double>[] l = Pascal(q);

        Vector512<double> definite = LaneCholesky.Factor(l, q);

        Assert.That(definite.ExtractMostSignificantBits(), Is.EqualTo(0xFFUL));
        for (int i = 0; i < q; i++)
        {
            for (int j = 0; j <= i; j++)
                Assert.That(l[LaneCholesky.PackedIndex(i, j)], Is.EqualTo(Vector512.Create(TestBlocks.Binomial(i, j))));
        }

        Assert.That(LaneCholesky.LogDeterminant(l, q), Is.EqualTo(Vector512<double>.Zero));
    }

    [Test]
    public void PascalsMatrixIsInvertedExactly([Range(1, 12)] int q)
    {
        Vector512<double>[] l = Pascal(q);
        LaneCholesky.Factor(l, q);
        var inverse = new Vector512<double>[l.Length];

        LaneCholesky.Invert(l, q, inverse);
        LaneCholesky.Invert(l, q, l); // in place

        Assert.That(l, Is.EqualTo(inverse));
        for (int i = 0; i < q; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                // (P⁻¹)_ij = Σ_m (−1)^{i+j} C(m, i) C(m, j)
                int sign = (i + j) % 2 == 0 ? 1 : -1;
                double expected = sign * Enumerable.Range(i, q - i).Sum(
                    m => TestBlocks.Binomial(m, i) * TestBlocks.Binomial(m, j));
                Assert.That(inverse[LaneCholesky.PackedIndex(i, j)], Is.EqualTo(Vector512.Create(expected)));
            }
        }
    }

    [Test]
    public void SolutionsInverseAndLogDeterminantAgreeWithDenseAlgebra([Range(1, 16)] int q)
    {
        Matrix<double>[] blocks = TestBlocks.Random(q, 8, 100, 31 + q);
        using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(blocks, q);
        double[] b = TestBlocks.RandomVector(q, q);
        Vector512<double>[] lower = [.. b.Select(Vector512.Create)];
        Vector512<double>[] upper = [.. lower];
        Vector512<double>[] full = [.. lower];
        var inverse = new Vector512<double>[matrix.PackedLength];

        Span<Vector512<double>> l = matrix.Batch(0);
        LaneCholesky.Factor(l, q);
        LaneCholesky.SolveLower(l, q, lower);
        LaneCholesky.SolveLowerTransposed(l, q, upper);
        LaneCholesky.Solve(l, q, full);
        LaneCholesky.Invert(l, q, inverse);
        Vector512<double> logDeterminant = LaneCholesky.LogDeterminant(l, q);

        Vector<double> right = Vector<double>.Build.DenseOfArray(b);
        for (int block = 0; block < 8; block++)
        {
            var cholesky = blocks[block].Cholesky();
            Vector<double> expectedLower = cholesky.Factor.Solve(right);
            Vector<double> expectedUpper = cholesky.Factor.Transpose().Solve(right);
            Vector<double> expected = cholesky.Solve(right);
            Matrix<double> expectedInverse = blocks[block].Inverse();
            Assert.That(logDeterminant[block], Is.EqualTo(cholesky.DeterminantLn).Within(1e-12));
            for (int i = 0; i < q; i++)
            {
                Assert.That(lower[i][block], Is.EqualTo(expectedLower[i]).Within(1e-13));
                Assert.That(upper[i][block], Is.EqualTo(expectedUpper[i]).Within(1e-13));
                Assert.That(full[i][block], Is.EqualTo(expected[i]).Within(1e-13));
                for (int j = 0; j <= i; j++)
                {
                    double actual = inverse[LaneCholesky.PackedIndex(i, j)][block];
                    Assert.That(actual, Is.EqualTo(expectedInverse[i, j]).Within(1e-12));
                }
            }
        }
    }

    [Test]
    public void ALaneThatFailsSpoilsNoOther(
        [Values(1, 2, 3, 7)] int q, [Values(0, 3, 7)] int lane,
        [Values(0, -1, double.NaN, double.PositiveInfinity)] double bad)
    {
        Matrix<double>[] blocks = TestBlocks.Random(q, 8, 10, q);
        using BlockDiagonalMatrix clean = TestBlocks.ToBlockDiagonal(blocks, q);
        using BlockDiagonalMatrix spoilt = TestBlocks.ToBlockDiagonal(blocks, q);
        spoilt[lane, q - 1, q - 1] = bad;

        LaneCholesky.Factor(clean.Batch(0), q);
        ulong definite = LaneCholesky.Factor(spoilt.Batch(0), q).ExtractMostSignificantBits();
        Vector512<double> logDeterminant = LaneCholesky.LogDeterminant(spoilt.Batch(0), q);

        Assert.That(definite, Is.EqualTo(0xFFUL & ~(1UL << lane)));
        for (int block = 0; block < 8; block++)
        {
            Assert.That(double.IsNaN(logDeterminant[block]), Is.EqualTo(block == lane));
            if (block != lane)
                Assert.That(TestBlocks.Block(spoilt, block), Is.EqualTo(TestBlocks.Block(clean, block)));
        }
    }

    [Test]
    public void NotANumberOffTheDiagonalFailsItsLane()
    {
        using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(TestBlocks.Random(3, 8, 10, 1), 3);
        matrix[2, 1, 0] = double.NaN;
        matrix[5, 2, 1] = double.NegativeInfinity;

        Assert.That(LaneCholesky.Factor(matrix.Batch(0), 3).ExtractMostSignificantBits(), Is.EqualTo(0b1101_1011UL));
    }

    [Test]
    public void LogDeterminantNeitherOverflowsNorUnderflows()
    {
        const int Q = 5;
        double[] scales = [1e-300, 1e-150, 1, 1e150, 1e300, double.Epsilon, double.MaxValue, 2];
        using var matrix = new BlockDiagonalMatrix(Q, 8);
        for (int block = 0; block < 8; block++)
        {
            for (int i = 0; i < Q; i++)
                matrix[block, i, i] = scales[block];
        }

        LaneCholesky.Factor(matrix.Batch(0), Q);
        Vector512<double> actual = LaneCholesky.LogDeterminant(matrix.Batch(0), Q);

        for (int block = 0; block < 8; block++)
        {
            double expected = Q * Math.Log(scales[block]);
            Assert.That(actual[block], Is.EqualTo(expected).Within(4 * Epsilon * Math.Abs(expected)));
        }
    }

    [Test]
    public void TooShortSpansAreRefused()
    {
        var l = new Vector512<double>[2];
        Assert.That(() => LaneCholesky.Factor(l, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => LaneCholesky.Solve(new Vector512<double>[3], 2, new Vector512<double>[1]),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static Vector512<double>[] Pascal(int q)
    {
        var result = new Vector512<double>[LaneCholesky.PackedLength(q)];
        for (int i = 0; i < q; i++)
        {
            for (int j = 0; j <= i; j++)
                result[LaneCholesky.PackedIndex(i, j)] = Vector512.Create(TestBlocks.Pascal(i, j));
        }

        return result;
    }
}
