using Glmm.Sparse.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace Glmm.Sparse.Tests.LinearAlgebra;

/// <summary>Matrices to test with, built on MathNet and with nothing of the library under test.</summary>
internal static class TestBlocks
{
    /// <summary>
    /// A positive definite matrix whose eigenvalues run geometrically from 1 to the condition number.
    /// </summary>
    public static Matrix<double> PositiveDefinite(int order, double condition, int seed)
    {
        var random = new Random(seed);
        Matrix<double> any = Matrix<double>.Build.Dense(order, order, (_, _) => random.NextDouble() - 0.5);
        Matrix<double> orthogonal = any.QR().Q;
        Vector<double> eigenvalues = Vector<double>.Build.Dense(
            order, i => order == 1 ? condition : Math.Pow(condition, i / (order - 1.0)));
        Matrix<double> diagonal = Matrix<double>.Build.DiagonalOfDiagonalVector(eigenvalues);
        Matrix<double> a = orthogonal * diagonal * orthogonal.Transpose();
        return (a + a.Transpose()) / 2;
    }

    /// <summary>
    /// Pascal's matrix, C(i+j, i): hopelessly ill-conditioned, yet its factor, inverse and determinant are integers.
    /// </summary>
    public static double Pascal(int i, int j) => Binomial(i + j, i);

    public static double Binomial(int n, int r)
    {
        double result = 1;
        for (int m = 1; m <= r; m++)
            result = result * (n - r + m) / m; // every quotient is an integer
        return result;
    }

    /// <summary>k random positive definite blocks.</summary>
    public static Matrix<double>[] Random(int q, int k, double condition, int seed) =>
        [.. Enumerable.Range(0, k).Select(block => PositiveDefinite(q, condition, seed * 7919 + block))];

    public static BlockDiagonalMatrix ToBlockDiagonal(IReadOnlyList<Matrix<double>> blocks, int q)
    {
        var result = new BlockDiagonalMatrix(q, blocks.Count);
        for (int block = 0; block < blocks.Count; block++)
        {
            for (int i = 0; i < q; i++)
            {
                for (int j = 0; j <= i; j++)
                    result[block, i, j] = blocks[block][i, j];
            }
        }

        return result;
    }

    public static Matrix<double> Block(BlockDiagonalMatrix matrix, int block) =>
        Matrix<double>.Build.Dense(matrix.BlockSize, matrix.BlockSize, (i, j) => matrix[block, i, j]);

    /// <summary>The lower triangle of a block, zeros above.</summary>
    public static Matrix<double> LowerBlock(BlockDiagonalMatrix matrix, int block) =>
        Block(matrix, block).LowerTriangle();

    public static double[] RandomVector(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() * 2 - 1)];
    }

    public static long[] Bits(IEnumerable<double> values) => [.. values.Select(BitConverter.DoubleToInt64Bits)];

    public static long[] Bits(BlockDiagonalMatrix matrix)
    {
        var bits = new List<long>();
        for (int batch = 0; batch < matrix.BatchCount; batch++)
        {
            foreach (var element in matrix.Batch(batch))
            {
                for (int lane = 0; lane < LaneCholesky.Lanes; lane++)
                    bits.Add(BitConverter.DoubleToInt64Bits(element[lane]));
            }
        }

        return [.. bits];
    }
}
