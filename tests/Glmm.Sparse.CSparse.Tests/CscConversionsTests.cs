using Glmm.Sparse.LinearAlgebra;
using NUnit.Framework;
using SparseMatrix = global::CSparse.Double.SparseMatrix;

namespace Glmm.Sparse.CSparse.Tests;

[TestFixture]
public sealed class CscConversionsTests
{
    [Test]
    public void BothWaysShareTheArrays()
    {
        var ours = new CscMatrix(2, 3, [0, 1, 1, 3], [0, 0, 1], [1.0, 2.0, 3.0]);

        SparseMatrix theirs = ours.ToCSparse();
        CscMatrix back = theirs.ToCscMatrix();

        Assert.That(theirs.Values, Is.SameAs(ours.Values));
        Assert.That(theirs.RowIndices, Is.SameAs(ours.RowIndices));
        Assert.That(theirs.ColumnPointers, Is.SameAs(ours.ColumnPointers));
        Assert.That((back.Values, back.RowIndices, back.ColumnPointers),
            Is.EqualTo((ours.Values, ours.RowIndices, ours.ColumnPointers)));
        Assert.That(back.Values, Is.SameAs(ours.Values));
        for (int row = 0; row < 2; row++)
        {
            for (int column = 0; column < 3; column++)
                Assert.That(theirs.At(row, column), Is.EqualTo(ours[row, column]));
        }
    }

    [Test]
    public void WhatCSparseAssemblesIsReadAsIs()
    {
        var triplets = new global::CSparse.Storage.CoordinateStorage<double>(4, 4, 6);
        (int, int, double)[] entries = [(3, 0, 1), (0, 0, 2), (2, 2, 3), (1, 3, 4), (0, 3, 5)];
        foreach ((int row, int column, double value) in entries)
            triplets.At(row, column, value);

        CscMatrix ours = ((SparseMatrix)SparseMatrix.OfIndexed(triplets)).ToCscMatrix();

        double[] elements = [ours[3, 0], ours[0, 0], ours[2, 2], ours[1, 3], ours[0, 3], ours[1, 1]];
        Assert.That(elements, Is.EqualTo(new double[] { 1, 2, 3, 4, 5, 0 }));
    }

    [Test]
    public void UnsortedColumnsAreRefused()
    {
        var unsorted = new SparseMatrix(2, 1, [1.0, 2.0], [1, 0], [0, 2]);
        Assert.That(() => unsorted.ToCscMatrix(), Throws.ArgumentException.With.Message.Contains("must ascend"));
    }

    [Test]
    public void ProductsOfZAgreeWithCSparse()
    {
        var random = new Random(5);
        int[] pointers = [0, 3, 3, 10, 14];
        double[] values = [.. Enumerable.Range(0, 28).Select(_ => random.NextDouble() - 0.5)];
        var z = new BlockRectangularMatrix(2, pointers, values);
        double[] b = [.. Enumerable.Range(0, 8).Select(_ => random.NextDouble())];
        double[] v = [.. Enumerable.Range(0, 14).Select(_ => random.NextDouble())];
        double[] zb = new double[14], ztv = new double[8], expectedZb = new double[14], expectedZtv = new double[8];

        z.MultiplyInto(b, zb);
        z.TransposeMultiplyInto(v, ztv);
        SparseMatrix theirs = z.ToCsc().ToCSparse();
        theirs.Multiply(b, expectedZb);
        theirs.TransposeMultiply(v, expectedZtv);

        Assert.That(zb, Is.EqualTo(expectedZb).Within(1e-15));
        Assert.That(ztv, Is.EqualTo(expectedZtv).Within(1e-15));

        using var cross = new BlockDiagonalMatrix(2, 4);
        z.WeightedCrossProductInto(v, cross);
        SparseMatrix weighted = (SparseMatrix)theirs.Clone();
        for (int entry = 0; entry < weighted.NonZerosCount; entry++)
            weighted.Values[entry] *= v[weighted.RowIndices[entry]];
        var expectedCross = (SparseMatrix)theirs.Transpose().Multiply(weighted);
        CscMatrix ours = cross.ToCsc();
        for (int row = 0; row < 8; row++)
        {
            for (int column = 0; column < 8; column++)
                Assert.That(ours[row, column], Is.EqualTo(expectedCross.At(row, column)).Within(1e-15));
        }
    }
}
