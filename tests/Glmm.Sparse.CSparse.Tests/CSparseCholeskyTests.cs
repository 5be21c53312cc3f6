using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.CSparse.Tests;

[TestFixture]
public sealed class CSparseCholeskyTests
{
    [Test]
    public void BlocksAndCSparseAgreeThroughOneInterface([Values(1, 2, 3, 8)] int q, [Values(1, 8, 50)] int k)
    {
        using BlockDiagonalMatrix blocks = RandomBlocks(q, k);
        using var team = new WorkerTeam(1);
        var general = new CSparseCholesky(blocks.ToCsc());
        using var batched = new BatchedCholesky(blocks, team);
        ISparseFactorization[] both = [general, batched];
        double[][] solutions = [.. both.Select(_ => Enumerable.Range(0, q * k).Select(i => Math.Sin(i)).ToArray())];

        for (int i = 0; i < both.Length; i++)
        {
            Assert.That(both[i].Order, Is.EqualTo(q * k));
            Assert.That(both[i].Factor(), Is.EqualTo(-1));
            both[i].Solve(solutions[i]);
        }

        Assert.That(solutions[0], Is.EqualTo(solutions[1]).Within(1e-13));
        Assert.That(both[0].LogDeterminant, Is.EqualTo(both[1].LogDeterminant).Within(1e-13 * q * k));
        Assert.That(general.FactorEntryCount, Is.EqualTo(k * LaneCholesky.PackedLength(q)), "no fill");
    }

    [Test]
    public void AMatrixWithoutBlocksAgreesWithDenseAlgebra()
    {
        (CscMatrix sparse, Matrix<double> dense) = Arrow(40);
        var cholesky = new CSparseCholesky(sparse);
        double[] b = [.. Enumerable.Range(0, 40).Select(i => Math.Cos(i))];
        double[] x = [.. b];

        Assert.That(cholesky.Factor(), Is.EqualTo(-1));
        cholesky.Solve(x);

        double[] expected = dense.Cholesky().Solve(Vector<double>.Build.DenseOfArray(b)).AsArray();
        Assert.That(x, Is.EqualTo(expected).Within(1e-13));
        Assert.That(cholesky.LogDeterminant, Is.EqualTo(dense.Cholesky().DeterminantLn).Within(1e-12));
    }

    [Test]
    public void ChangedValuesAreFactoredAnew()
    {
        (CscMatrix sparse, Matrix<double> dense) = Arrow(10);
        var cholesky = new CSparseCholesky(sparse);
        cholesky.Factor();
        for (int entry = 0; entry < sparse.EntryCount; entry++)
            sparse.Values[entry] *= 4;

        cholesky.Factor();

        Assert.That(cholesky.LogDeterminant, Is.EqualTo((dense * 4).Cholesky().DeterminantLn).Within(1e-12));
    }

    [Test]
    public void TheColumnWhereItStopsBeingPositiveDefiniteIsNamed(
        [Values(0, 1, 5, 38, 39)] int column, [Values(-1, 0, double.NaN)] double bad)
    {
        (CscMatrix sparse, _) = Arrow(40);
        int diagonal = Array.IndexOf(sparse.RowIndices, column, sparse.ColumnPointers[column]);
        sparse.Values[diagonal] = bad;
        var cholesky = new CSparseCholesky(sparse);

        Assert.That(cholesky.Factor(), Is.EqualTo(column));
        Assert.That(() => cholesky.LogDeterminant, Throws.InvalidOperationException);
        Assert.That(() => cholesky.Solve(new double[40]), Throws.InvalidOperationException);
        Assert.That(cholesky.FactorEntryCount, Is.Zero);

        sparse.Values[diagonal] = 50;
        Assert.That(cholesky.Factor(), Is.EqualTo(-1));
    }

    [Test]
    public void NonsenseIsRefused()
    {
        Assert.That(() => new CSparseCholesky(new CscMatrix(1, 2, [0, 0, 0], [], [])), Throws.ArgumentException);
        (CscMatrix sparse, _) = Arrow(4);
        Assert.That(() => new CSparseCholesky(sparse).Solve(new double[3]), Throws.ArgumentException);
    }

    [Test]
    public void AnEmptyMatrixIsFactoredToo()
    {
        var cholesky = new CSparseCholesky(new CscMatrix(0, 0, [0], [], []));
        Assert.That(cholesky.Factor(), Is.EqualTo(-1));
        cholesky.Solve([]);
        Assert.That(cholesky.LogDeterminant, Is.Zero);
    }

    private static BlockDiagonalMatrix RandomBlocks(int q, int k)
    {
        var random = new Random(q * 1000 + k);
        var blocks = new BlockDiagonalMatrix(q, k);
        for (int block = 0; block < k; block++)
        {
            for (int i = 0; i < q; i++)
            {
                for (int j = 0; j <= i; j++)
                    blocks[block, i, j] = random.NextDouble() + (i == j ? q : 0);
            }
        }

        return blocks;
    }

    // A diagonal with a full first row and column: in natural order the factor would fill in completely.
    private static (CscMatrix Sparse, Matrix<double> Dense) Arrow(int order)
    {
        Matrix<double> dense = Matrix<double>.Build.Dense(
            order, order, (i, j) => i == j ? order + i : i == 0 || j == 0 ? 0.5 + (i + j) * 0.01 : 0);
        var pointers = new List<int> { 0 };
        var rows = new List<int>();
        var values = new List<double>();
        for (int j = 0; j < order; j++)
        {
            for (int i = 0; i < order; i++)
            {
                if (dense[i, j] == 0)
                    continue;
                rows.Add(i);
                values.Add(dense[i, j]);
            }

            pointers.Add(rows.Count);
        }

        return (new CscMatrix(order, order, [.. pointers], [.. rows], [.. values]), dense);
    }
}
