using CsCheck;
using Glmm.Sparse.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed class CscMatrixTests
{
    [Test]
    public void ElementsAreFoundWhereTheArraysSay()
    {
        // 1 0 2
        // 0 0 3
        int[] pointers = [0, 1, 1, 3], rows = [0, 0, 1, -7];
        double[] values = [1, 2, 3, 99];
        var matrix = new CscMatrix(2, 3, pointers, rows, values); // spare room behind is allowed

        Assert.That(matrix.Values, Is.SameAs(values));
        Assert.That(matrix.EntryCount, Is.EqualTo(3));
        double[] all = [.. Enumerable.Range(0, 6).Select(index => matrix[index / 3, index % 3])];
        Assert.That(all, Is.EqualTo(new double[] { 1, 0, 2, 0, 0, 3 }));
        Assert.That(() => matrix[2, 0], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => matrix[0, -1], Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(new[] { 0, 1 }, new[] { 0 }, "need 3 column pointers, not 2")]
    [TestCase(new[] { 1, 1, 1 }, new[] { 0 }, "must be 0, not 1")]
    [TestCase(new[] { 0, 2, 1 }, new[] { 0, 1 }, "column 1 would end (1) before it starts (2)")]
    [TestCase(new[] { 0, 1, 3 }, new[] { 0, 1 }, "hold 3 entries, the arrays only 2")]
    [TestCase(new[] { 0, 1, 2 }, new[] { 0, 2 }, "column 1 has an entry in row 2, but there are 2 rows")]
    [TestCase(new[] { 0, 1, 2 }, new[] { -1, 1 }, "column 0 has an entry in row -1")]
    [TestCase(new[] { 0, 2, 2 }, new[] { 1, 0 }, "0 follows 1")]
    [TestCase(new[] { 0, 2, 2 }, new[] { 1, 1 }, "1 follows 1")]
    public void BrokenArraysAreRefusedWithThePlace(int[] pointers, int[] rows, string fault) =>
        Assert.That(() => new CscMatrix(2, 2, pointers, rows, new double[rows.Length]),
            Throws.ArgumentException.With.Message.Contains(fault));

    [Test]
    public void UnequalArraysAreRefused() =>
        Assert.That(() => new CscMatrix(2, 1, [0, 1], [0, 0], [1.0]),
            Throws.ArgumentException.With.Message.Contains("2 row"));

    [Test]
    public void BlockDiagonalSurvivesTheRoundTrip() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[0, 20], Gen.Int[0, 1000]).Sample(
            (q, k, seed) =>
            {
                using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(TestBlocks.Random(q, k, 10, seed), q);
                CscMatrix csc = matrix.ToCsc();
                using BlockDiagonalMatrix back = BlockDiagonalMatrix.FromCsc(csc, q);
                bool elements = Enumerable.Range(0, q * k).All(row => Enumerable.Range(0, q * k).All(
                    column => csc[row, column] == (row / q == column / q ? matrix[row / q, row % q, column % q] : 0)));
                return elements && TestBlocks.Bits(back).SequenceEqual(TestBlocks.Bits(matrix));
            },
            iter: 100);

    [Test]
    public void OneTriangleIsEnoughToReadABlockDiagonal([Values] bool lower)
    {
        // 4 1 .        two blocks of order 2, the second diag(5, 0) with its zero not stored
        int[] pointers = lower ? [0, 2, 3, 4, 4] : [0, 1, 3, 4, 4];
        int[] rows = lower ? [0, 1, 1, 2] : [0, 0, 1, 2];
        double[] values = lower ? [4, 1, 3, 5] : [4, 1, 3, 5];

        using BlockDiagonalMatrix matrix = BlockDiagonalMatrix.FromCsc(new CscMatrix(4, 4, pointers, rows, values), 2);

        double[] elements =
        [
            matrix[0, 0, 0], matrix[0, 0, 1], matrix[0, 1, 0], matrix[0, 1, 1], matrix[1, 0, 0], matrix[1, 1, 1],
        ];
        Assert.That(elements, Is.EqualTo(new double[] { 4, 1, 1, 3, 5, 0 }));
    }

    [Test]
    public void WhatIsNotBlockDiagonalIsRefused()
    {
        var outside = new CscMatrix(4, 4, [0, 1, 1, 1, 1], [2], [1.0]);
        var asymmetric = new CscMatrix(2, 2, [0, 1, 2], [1, 0], [1.0, 2.0]);
        var odd = new CscMatrix(3, 3, [0, 0, 0, 0], [], []);

        Assert.That(() => BlockDiagonalMatrix.FromCsc(outside, 2),
            Throws.ArgumentException.With.Message.Contains("row 2, column 0"));
        Assert.That(() => BlockDiagonalMatrix.FromCsc(asymmetric, 2),
            Throws.ArgumentException.With.Message.Contains("not symmetric"));
        Assert.That(() => BlockDiagonalMatrix.FromCsc(odd, 2),
            Throws.ArgumentException.With.Message.Contains("3×3"));
    }

    [Test]
    public void BlockRectangularSharesItsValuesAndSurvivesTheRoundTrip()
    {
        int[] pointers = [0, 2, 2, 5, 6];
        double[] values = TestBlocks.RandomVector(12, 3);
        var z = new BlockRectangularMatrix(2, pointers, values);

        CscMatrix csc = z.ToCsc();
        BlockRectangularMatrix back = BlockRectangularMatrix.FromCsc(csc, 2, pointers);

        Assert.That(csc.Values, Is.SameAs(values));
        Assert.That((csc.RowCount, csc.ColumnCount), Is.EqualTo((6, 8)));
        Assert.That(csc[3, 5], Is.EqualTo(z.Column(2, 1)[1]));
        Assert.That(back.Values, Is.EqualTo(values));
    }

    [Test]
    public void ZerosThatCompressedColumnsLeaveOutComeBack()
    {
        // Block 0 is [1; 0], block 1 is [0]
        BlockRectangularMatrix z = BlockRectangularMatrix.FromCsc(
            new CscMatrix(3, 2, [0, 1, 1], [0], [1.0]), 1, [0, 2, 3]);
        Assert.That(z.Values, Is.EqualTo(new double[] { 1, 0, 0 }));

        Assert.That(
            () => BlockRectangularMatrix.FromCsc(new CscMatrix(3, 2, [0, 1, 1], [2], [1.0]), 1, [0, 2, 3]),
            Throws.ArgumentException.With.Message.Contains("row 2, column 0 is not in block 0"));
        Assert.That(
            () => BlockRectangularMatrix.FromCsc(new CscMatrix(3, 2, [0, 1, 1], [2], [1.0]), 1, [0, 3]),
            Throws.ArgumentException.With.Message.Contains("3×2"));
    }
}
