using CsCheck;
using Glmm.Sparse.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed class BlockRectangularMatrixTests
{
    [Test]
    public void ProductsAgreeWithTheDenseMatrix() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 40].Array[0, 12], Gen.Int[0, 1000]).Sample(
            (q, sizes, seed) =>
            {
                BlockRectangularMatrix z = Random(q, sizes, seed);
                Matrix<double>? dense = Dense(z);
                double[] b = TestBlocks.RandomVector((int)z.ColumnCount, seed);
                double[] v = TestBlocks.RandomVector(z.RowCount, seed + 1);
                double[] zb = Fill(z.RowCount), ztv = Fill((int)z.ColumnCount);
                using var cross = new BlockDiagonalMatrix(q, z.BlockCount);

                z.MultiplyInto(b, zb);
                z.TransposeMultiplyInto(v, ztv);
                z.WeightedCrossProductInto(v, cross);

                if (dense is null)
                    return ztv.All(value => value == 0); // no rows at all
                Matrix<double> w = Matrix<double>.Build.DiagonalOfDiagonalArray(v);
                Matrix<double> expected = dense.Transpose() * w * dense;
                return Close(zb, (dense * Vector<double>.Build.DenseOfArray(b)).AsArray())
                    && Close(ztv, (dense.Transpose() * Vector<double>.Build.DenseOfArray(v)).AsArray())
                    && Enumerable.Range(0, z.BlockCount).All(block => Close(
                        TestBlocks.Block(cross, block).ToRowMajorArray(),
                        expected.SubMatrix(block * q, q, block * q, q).ToRowMajorArray()));
            },
            iter: 200);

    [Test]
    public void NonsenseIsRefused()
    {
        BlockRectangularMatrix z = Random(2, [3, 1], 1);
        using var wrong = new BlockDiagonalMatrix(2, 3);
        Assert.That(() => new BlockRectangularMatrix(2, [], []), Throws.ArgumentException);
        Assert.That(() => new BlockRectangularMatrix(2, [0, 2, 1], new double[4]),
            Throws.ArgumentException.With.Message.Contains("block 1"));
        Assert.That(() => new BlockRectangularMatrix(2, [0, 2], new double[3]),
            Throws.ArgumentException.With.Message.Contains("3 values"));
        Assert.That(() => z.MultiplyInto(new double[3], new double[4]),
            Throws.ArgumentException.With.Message.Contains("Needs 4"));
        Assert.That(() => z.TransposeMultiplyInto(new double[4], new double[5]), Throws.ArgumentException);
        Assert.That(() => z.WeightedCrossProductInto(new double[4], wrong),
            Throws.ArgumentException.With.Message.Contains("3 products of order 2, not 2"));
        Assert.That(() => { z.Column(0, 2); }, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static BlockRectangularMatrix Random(int q, int[] sizes, int seed)
    {
        var pointers = new int[sizes.Length + 1];
        for (int i = 0; i < sizes.Length; i++)
            pointers[i + 1] = pointers[i] + sizes[i];
        return new BlockRectangularMatrix(q, pointers, TestBlocks.RandomVector(pointers[^1] * q, seed));
    }

    private static Matrix<double>? Dense(BlockRectangularMatrix z)
    {
        if (z.RowCount == 0)
            return null;
        Matrix<double> dense = Matrix<double>.Build.Dense(z.RowCount, (int)z.ColumnCount);
        for (int block = 0; block < z.BlockCount; block++)
        {
            for (int column = 0; column < z.BlockColumns; column++)
            {
                double[] values = z.Column(block, column).ToArray();
                for (int row = 0; row < values.Length; row++)
                    dense[z.RowPointers[block] + row, block * z.BlockColumns + column] = values[row];
            }
        }

        return dense;
    }

    private static double[] Fill(int length) => [.. Enumerable.Repeat(double.NaN, length)];

    private static bool Close(double[] actual, double[] expected) =>
        actual.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-13);
}
