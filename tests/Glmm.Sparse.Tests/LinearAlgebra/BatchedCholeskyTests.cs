using CsCheck;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

[TestFixture]
public sealed class BatchedCholeskyTests
{
    [Test]
    public void AgreesWithDenseAlgebraBlockByBlock([Range(1, 16)] int q, [Values(1, 8, 21)] int k)
    {
        Matrix<double>[] blocks = TestBlocks.Random(q, k, 100, q * 100 + k);
        using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(blocks, q);
        using var inverse = new BlockDiagonalMatrix(q, k);
        using var team = new WorkerTeam(2);
        using var cholesky = new BatchedCholesky(matrix, team);
        double[] b = TestBlocks.RandomVector(q * k, k);
        double[] x = [.. b];

        Assert.That(cholesky.Factor(), Is.EqualTo(-1));
        cholesky.Solve(x);
        cholesky.InvertInto(inverse);

        double logDeterminant = blocks.Sum(block => block.Cholesky().DeterminantLn);
        Assert.That(cholesky.LogDeterminant, Is.EqualTo(logDeterminant).Within(1e-12 * q * k));
        for (int block = 0; block < k; block++)
        {
            Range rows = (block * q)..((block + 1) * q);
            double[] expected = blocks[block].Solve(Vector<double>.Build.DenseOfArray(b[rows])).AsArray();
            Assert.That(x[rows], Is.EqualTo(expected).Within(1e-13));
            Matrix<double> difference = TestBlocks.Block(inverse, block) - blocks[block].Inverse();
            Assert.That(difference.InfinityNorm(), Is.LessThan(1e-12));
        }
    }

    [Test]
    public void ThreadsChangeNoBit([Values(1, 2, 5)] int q)
    {
        const int K = 20_011;
        var reference = Run(q, K, 1);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            var other = Run(q, K, threads);
            Assert.That(other.LogDeterminant, Is.EqualTo(reference.LogDeterminant));
            Assert.That(other.Solution.AsSpan().SequenceEqual(reference.Solution), Is.True);
            Assert.That(other.Inverse.AsSpan().SequenceEqual(reference.Inverse), Is.True);
        }
    }

    [Test]
    public void ABlocksResultDoesNotDependOnItsNeighboursOrItsPlace() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 40], Gen.Int[0, 1 << 20]).Sample(
            (q, k, seed) =>
            {
                Matrix<double>[] blocks = TestBlocks.Random(q, k, 1000, seed);
                int chosen = seed % k;
                using BlockDiagonalMatrix together = TestBlocks.ToBlockDiagonal(blocks, q);
                using BlockDiagonalMatrix alone = TestBlocks.ToBlockDiagonal([blocks[chosen]], q);
                using var team = new WorkerTeam(1);
                using var first = new BatchedCholesky(together, team);
                using var second = new BatchedCholesky(alone, team);
                first.Factor();
                second.Factor();
                return TestBlocks.Block(together, chosen).Equals(TestBlocks.Block(alone, 0));
            },
            iter: 200);

    [Test]
    public void SolvingUndoesMultiplying() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 40], Gen.Double[0, 6], Gen.Int[0, 1 << 20]).Sample(
            (q, k, digits, seed) =>
            {
                double condition = Math.Pow(10, digits);
                Matrix<double>[] blocks = TestBlocks.Random(q, k, condition, seed);
                double[] x = TestBlocks.RandomVector(q * k, seed);
                double[] b = [.. Enumerable.Range(0, k).SelectMany(block =>
                    blocks[block] * Vector<double>.Build.DenseOfArray(x[(block * q)..((block + 1) * q)]))];
                using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(blocks, q);
                using var team = new WorkerTeam(2);
                using var cholesky = new BatchedCholesky(matrix, team);
                if (cholesky.Factor() != -1)
                    return false;
                cholesky.Solve(b);
                return b.Zip(x).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-15 * (q + 1) * 10 * condition);
            },
            iter: 200);

    [Test]
    public void TheFirstBlockThatIsNotPositiveDefiniteIsNamed(
        [Values(0, 7, 8, 5000, 9999)] int block, [Values(1, 3)] int q, [Values(1, 4)] int threads,
        [Values(-1, 0, double.NaN)] double bad)
    {
        const int K = 10_000;
        using var matrix = new BlockDiagonalMatrix(q, K);
        using var team = new WorkerTeam(threads);
        using var cholesky = new BatchedCholesky(matrix, team);

        FillIdentity(matrix);
        matrix[block, q - 1, q - 1] = bad;
        matrix[K - 1, 0, 0] = bad; // a later one stays unnamed
        Assert.That(cholesky.Factor(), Is.EqualTo(block));
        Assert.That(() => cholesky.LogDeterminant, Throws.InvalidOperationException);
        Assert.That(() => cholesky.Solve(new double[q * K]), Throws.InvalidOperationException);

        FillIdentity(matrix);
        Assert.That(cholesky.Factor(), Is.EqualTo(-1));
        Assert.That(cholesky.LogDeterminant, Is.Zero);
    }

    [Test]
    public void AssemblingOnTheWayChangesNoBit(
        [Values(1, 3)] int q, [Values(5, 8, 9001)] int k, [Values(1, 3)] int threads)
    {
        using var crossProducts = new BlockDiagonalMatrix(q, k);
        FillIdentity(crossProducts);
        for (int block = 0; block < k; block++)
            crossProducts[block, q - 1, 0] = 1 + block * 0.5;
        double[] lambda = TestBlocks.PositiveDefinite(q, 10, 1).Cholesky().Factor.ToRowMajorArray();
        if (q > 1)
            crossProducts.AssembleHessian(crossProducts, DiagonalMatrix(q, k));
        using var apart = new BlockDiagonalMatrix(q, k);
        using var fused = new BlockDiagonalMatrix(q, k);
        using var team = new WorkerTeam(threads);
        using var first = new BatchedCholesky(apart, team);
        using var second = new BatchedCholesky(fused, team);

        apart.AssembleSpherical(crossProducts, lambda);
        Assert.That(first.Factor(), Is.EqualTo(-1));
        Assert.That(second.FactorSpherical(crossProducts, lambda), Is.EqualTo(-1));

        Assert.That(TestBlocks.Bits(fused).AsSpan().SequenceEqual(TestBlocks.Bits(apart)), Is.True);
        Assert.That(second.LogDeterminant, Is.EqualTo(first.LogDeterminant));
        Assert.That(() => second.FactorSpherical(fused, lambda), Throws.ArgumentException);
    }

    [Test]
    public void NoBlocksAreFactoredToo()
    {
        using var matrix = new BlockDiagonalMatrix(2, 0);
        using var team = new WorkerTeam(2);
        using var cholesky = new BatchedCholesky(matrix, team);
        Assert.That(cholesky.Factor(), Is.EqualTo(-1));
        cholesky.Solve([]);
        Assert.That(cholesky.LogDeterminant, Is.Zero);
    }

    [Test]
    public void InvertingInPlaceUsesTheFactorUp()
    {
        using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(TestBlocks.Random(3, 9, 10, 4), 3);
        using var inverse = new BlockDiagonalMatrix(3, 9);
        using var wrong = new BlockDiagonalMatrix(3, 8);
        using var team = new WorkerTeam(1);
        using var cholesky = new BatchedCholesky(matrix, team);
        Assert.That(() => cholesky.Solve(new double[27]), Throws.InvalidOperationException);
        cholesky.Factor();
        Assert.That(() => cholesky.Solve(new double[26]), Throws.ArgumentException.With.Message.Contains("Needs 27"));
        Assert.That(() => cholesky.InvertInto(wrong), Throws.ArgumentException);

        cholesky.InvertInto(inverse);
        cholesky.InvertInto(matrix);

        Assert.That(TestBlocks.Bits(matrix), Is.EqualTo(TestBlocks.Bits(inverse)));
        Assert.That(() => cholesky.Solve(new double[27]), Throws.InvalidOperationException);
    }

    // Large enough to keep every block positive definite.
    private static double[] DiagonalMatrix(int q, int k) =>
        Matrix<double>.Build.DenseDiagonal(q, q, 1.0 + k).ToRowMajorArray();

    private static void FillIdentity(BlockDiagonalMatrix matrix)
    {
        matrix.Clear();
        for (int block = 0; block < matrix.BlockCount; block++)
        {
            for (int i = 0; i < matrix.BlockSize; i++)
                matrix[block, i, i] = 1;
        }
    }

    private static (long LogDeterminant, long[] Solution, long[] Inverse) Run(int q, int k, int threads)
    {
        using var matrix = new BlockDiagonalMatrix(q, k);
        var random = new Random(1);
        for (int block = 0; block < k; block++)
        {
            for (int i = 0; i < q; i++)
            {
                for (int j = 0; j <= i; j++)
                    matrix[block, i, j] = random.NextDouble() + (i == j ? q : 0);
            }
        }

        using var team = new WorkerTeam(threads);
        using var cholesky = new BatchedCholesky(matrix, team);
        double[] b = TestBlocks.RandomVector(q * k, 2);
        Assert.That(cholesky.Factor(), Is.EqualTo(-1));
        cholesky.Solve(b);
        double logDeterminant = cholesky.LogDeterminant;
        cholesky.InvertInto(matrix);
        return (BitConverter.DoubleToInt64Bits(logDeterminant), TestBlocks.Bits(b), TestBlocks.Bits(matrix));
    }
}
