using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed class BlockDiagonalMatrixTests
{
    [Test]
    public void HessianAddsTheInverseCovarianceToEveryBlock([Values(1, 2, 3, 6)] int q, [Values(1, 8, 11)] int k)
    {
        Matrix<double>[] cross = TestBlocks.Random(q, k, 10, 1);
        Matrix<double> dInverse = TestBlocks.PositiveDefinite(q, 10, 2);
        using BlockDiagonalMatrix crossProducts = TestBlocks.ToBlockDiagonal(cross, q);
        using var hessian = new BlockDiagonalMatrix(q, k);

        hessian.AssembleHessian(crossProducts, dInverse.ToRowMajorArray());
        crossProducts.AssembleHessian(crossProducts, dInverse.ToRowMajorArray()); // in place

        for (int block = 0; block < k; block++)
            Assert.That(TestBlocks.Block(hessian, block), Is.EqualTo(cross[block] + dInverse));
        Assert.That(TestBlocks.Bits(crossProducts), Is.EqualTo(TestBlocks.Bits(hessian)));
        AssertPadding(hessian);
    }

    [Test]
    public void SphericalFormIsTheIdentityPlusTheScaledCrossProducts([Range(1, 16)] int q)
    {
        const int K = 11;
        Matrix<double>[] cross = TestBlocks.Random(q, K, 10, q);
        Matrix<double> lambda = TestBlocks.PositiveDefinite(q, 10, q).Cholesky().Factor;
        using BlockDiagonalMatrix crossProducts = TestBlocks.ToBlockDiagonal(cross, q);
        using var spherical = new BlockDiagonalMatrix(q, K);

        spherical.AssembleSpherical(crossProducts, lambda.ToRowMajorArray());

        for (int block = 0; block < K; block++)
        {
            Matrix<double> expected =
                Matrix<double>.Build.DenseIdentity(q) + lambda.Transpose() * cross[block] * lambda;
            Assert.That((TestBlocks.Block(spherical, block) - expected).InfinityNorm(),
                Is.LessThan(1e-14 * expected.InfinityNorm()));
        }

        AssertPadding(spherical);
    }

    [Test]
    public void DeterminantOfTheSphericalFormIsThatOfTheHessianTimesThatOfD([Values(1, 2, 5)] int q)
    {
        Matrix<double> cross = TestBlocks.PositiveDefinite(q, 100, 3);
        Matrix<double> d = TestBlocks.PositiveDefinite(q, 50, 4);
        using BlockDiagonalMatrix crossProducts = TestBlocks.ToBlockDiagonal([cross], q);
        using var blocks = new BlockDiagonalMatrix(q, 1);

        blocks.AssembleSpherical(crossProducts, d.Cholesky().Factor.ToRowMajorArray());
        LaneCholesky.Factor(blocks.Batch(0), q);
        double spherical = LaneCholesky.LogDeterminant(blocks.Batch(0), q)[0];
        blocks.AssembleHessian(crossProducts, d.Inverse().ToRowMajorArray());
        LaneCholesky.Factor(blocks.Batch(0), q);
        double hessian = LaneCholesky.LogDeterminant(blocks.Batch(0), q)[0];

        Assert.That(spherical, Is.EqualTo(hessian + d.Cholesky().DeterminantLn).Within(1e-12));
    }

    [Test]
    public void SphericalFormStaysRegularWhereDIsSingular()
    {
        // D = [4 2; 2 1] has rank one, Λ = [2 0; 1 0]
        using BlockDiagonalMatrix crossProducts = TestBlocks.ToBlockDiagonal(TestBlocks.Random(2, 3, 10, 1), 2);
        using var spherical = new BlockDiagonalMatrix(2, 3);

        spherical.AssembleSpherical(crossProducts, [2, 0, 1, 0]);

        for (int block = 0; block < 3; block++)
        {
            double expected =
                1 + 4 * crossProducts[block, 0, 0] + 4 * crossProducts[block, 1, 0] + crossProducts[block, 1, 1];
            Assert.That(spherical[block, 0, 0], Is.EqualTo(expected).Within(1e-13));
            Assert.That((spherical[block, 1, 0], spherical[block, 1, 1]), Is.EqualTo((0.0, 1.0)));
        }

        Assert.That(LaneCholesky.Factor(spherical.Batch(0), 2).ExtractMostSignificantBits(), Is.EqualTo(0xFFUL));
    }

    [Test]
    public void OnlyTheLowerTriangleOfTheFactorIsRead()
    {
        using BlockDiagonalMatrix crossProducts = TestBlocks.ToBlockDiagonal(TestBlocks.Random(2, 1, 10, 1), 2);
        using var clean = new BlockDiagonalMatrix(2, 1);
        using var dirty = new BlockDiagonalMatrix(2, 1);

        clean.AssembleSpherical(crossProducts, [2, 0, 1, 3]);
        dirty.AssembleSpherical(crossProducts, [2, double.NaN, 1, 3]);

        Assert.That(TestBlocks.Bits(dirty), Is.EqualTo(TestBlocks.Bits(clean)));
    }

    [Test]
    public void ElementsAreSymmetricAndBlocksApart()
    {
        using var matrix = new BlockDiagonalMatrix(3, 10);
        matrix[9, 0, 2] = 5;
        Assert.That((matrix[9, 2, 0], matrix[9, 0, 2]), Is.EqualTo((5.0, 5.0)));
        Assert.That((matrix[8, 2, 0], matrix[9, 2, 2]), Is.EqualTo((0.0, 0.0)));
        Assert.That(matrix.Batch(1)[LaneCholesky.PackedIndex(2, 0)][1], Is.EqualTo(5));
        Assert.That((matrix.Order, matrix.BatchCount, matrix.ByteLength), Is.EqualTo((30L, 2, 2L * 6 * 64)));

        matrix.Clear();
        Assert.That(matrix[9, 2, 0], Is.Zero);
        AssertPadding(matrix);
    }

    [Test]
    public void NonsenseIsRefused()
    {
        using var matrix = new BlockDiagonalMatrix(2, 3);
        using var other = new BlockDiagonalMatrix(2, 4);
        Assert.That(() => new BlockDiagonalMatrix(0, 3).Dispose(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => matrix[3, 0, 0], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => matrix[0, 2, 0], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => matrix[0, 0, -1], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => { matrix.Batch(1); }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => matrix.AssembleHessian(other, [1, 0, 0, 1]),
            Throws.ArgumentException.With.Message.Contains("4 blocks"));
        Assert.That(() => matrix.AssembleHessian(matrix, [1]), Throws.ArgumentException.With.Message.Contains("2×2"));
        Assert.That(() => matrix.AssembleSpherical(matrix, [1, 0, 0, 1]), Throws.ArgumentException);
        Assert.That(() => matrix.CopyFrom(other), Throws.ArgumentException);
    }

    private static void AssertPadding(BlockDiagonalMatrix matrix)
    {
        for (int lane = matrix.BlockCount % LaneCholesky.Lanes; lane is > 0 and < LaneCholesky.Lanes; lane++)
        {
            Span<Vector512<double>> batch = matrix.Batch(matrix.BatchCount - 1);
            for (int i = 0; i < matrix.BlockSize; i++)
            {
                for (int j = 0; j <= i; j++)
                    Assert.That(batch[LaneCholesky.PackedIndex(i, j)][lane], Is.EqualTo(i == j ? 1 : 0));
            }
        }
    }
}
