using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.LinearAlgebra;

/// <summary>The tiled products of rows against the plain sums, over sizes that leave every kind of rest.</summary>
[TestFixture]
internal sealed unsafe class LaneRowsTests
{
    private const int Lanes = LaneCholesky.Lanes;

    [Test]
    public void GramMatrixHoldsTheInnerProductsOfAllPairsOfRows(
        [Range(1, 7)] int count, [Values(1, 2, 5)] int depth)
    {
        int length = LaneCholesky.PackedLength(count);
        using AlignedBuffer rows = Random(count * depth, 1), sums = Random(length, 2), before = Random(length, 2);
        LaneRows.AddGram(Start(rows), count, depth, Start(sums));
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                int at = LaneCholesky.PackedIndex(i, j);
                for (int lane = 0; lane < Lanes; lane++)
                {
                    double expected = At(before, at, lane) + Inner(rows, i, rows, j, depth, lane);
                    Assert.That(At(sums, at, lane), Is.EqualTo(expected).Within(1e-14), $"({i}, {j})");
                }
            }
        }
    }

    [Test]
    public void ProductHoldsTheInnerProductsOfRowsOfBoth(
        [Range(1, 5)] int left, [Range(1, 5)] int right, [Values(1, 2, 3)] int depth)
    {
        const int ColumnStep = 2;
        int rowStep = (ColumnStep * right) + 1;
        using AlignedBuffer l = Random(left * depth, 1), r = Random(right * depth, 2), sums = Random(left * right, 3);
        using AlignedBuffer before = Random(left * right, 3), target = Random(left * rowStep, 4);
        using AlignedBuffer untouched = Random(left * rowStep, 4);
        LaneRows.AddProduct(Start(l), left, Start(r), right, depth, Start(sums));
        LaneRows.Multiply(Start(l), left, Start(r), right, depth, Start(target), rowStep, ColumnStep);
        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int i = 0; i < left; i++)
            {
                for (int at = 0; at < rowStep; at++)
                {
                    bool isElement = at % ColumnStep == 0 && at / ColumnStep < right;
                    double expected = isElement
                        ? Inner(l, i, r, at / ColumnStep, depth, lane)
                        : At(untouched, (i * rowStep) + at, lane);
                    Assert.That(At(target, (i * rowStep) + at, lane), Is.EqualTo(expected).Within(1e-14));
                }

                for (int j = 0; j < right; j++)
                {
                    double expected = At(before, (i * right) + j, lane) + Inner(l, i, r, j, depth, lane);
                    Assert.That(At(sums, (i * right) + j, lane), Is.EqualTo(expected).Within(1e-14), $"({i}, {j})");
                }
            }
        }
    }

    [Test]
    public void CombinationMayOverwriteOneOfItsRows([Range(1, 9)] int depth)
    {
        double[] coefficients = [0.5, -2, 3];
        using AlignedBuffer rows = Random(3 * depth, 1), before = Random(3 * depth, 1);
        LaneRows.Combine(coefficients, Start(rows), 3, depth, Start(rows) + (2 * depth));
        for (int d = 0; d < depth; d++)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                double expected = (0.5 * At(before, d, lane)) - (2 * At(before, depth + d, lane)) +
                                  (3 * At(before, (2 * depth) + d, lane));
                Assert.That(At(rows, (2 * depth) + d, lane), Is.EqualTo(expected).Within(1e-14));
                Assert.That(At(rows, d, lane), Is.EqualTo(At(before, d, lane)));
            }
        }
    }

    [Test]
    public void SharedRightSidesAreSolvedInEitherOrder([Range(1, 9)] int q)
    {
        using BlockDiagonalMatrix matrix = TestBlocks.ToBlockDiagonal(TestBlocks.Random(q, Lanes, 100, 5), q);
        int packed = LaneCholesky.PackedLength(q);
        using AlignedBuffer factor = new((packed + q) * Lanes);
        using AlignedBuffer byRows = new(q * q * Lanes), byColumns = new(q * q * Lanes);
        matrix.Batch(0)[..packed].CopyTo(new Span<Vector512<double>>(Start(factor), packed));
        LaneCholesky.Factor(Start(factor), q, Start(factor) + packed);
        double[] shared = [.. Enumerable.Range(0, q * q).Select(e => Math.Sin(e + 1))];
        fixed (double* s = shared)
        {
            LaneCholesky.SolveLowerShared(Start(factor), Start(factor) + packed, q, s, Start(byRows), q, 1);
            LaneCholesky.SolveLowerShared(Start(factor), Start(factor) + packed, q, s, Start(byColumns), 1, q);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int r = 0; r < q; r++)
            {
                for (int c = 0; c < q; c++)
                {
                    double product = 0;
                    for (int e = 0; e <= r; e++)
                        product += At(factor, LaneCholesky.PackedIndex(r, e), lane) * At(byRows, (e * q) + c, lane);
                    Assert.That(product, Is.EqualTo(shared[(r * q) + c]).Within(1e-13));
                    Assert.That(At(byColumns, (c * q) + r, lane), Is.EqualTo(At(byRows, (r * q) + c, lane)));
                }
            }
        }
    }

    private static Vector512<double>* Start(AlignedBuffer buffer) => (Vector512<double>*)buffer.Start;

    private static double At(AlignedBuffer buffer, int vector, int lane) => buffer.Start[(vector * Lanes) + lane];

    private static double Inner(AlignedBuffer a, int i, AlignedBuffer b, int j, int depth, int lane)
    {
        double sum = 0;
        for (int d = 0; d < depth; d++) sum += At(a, (i * depth) + d, lane) * At(b, (j * depth) + d, lane);
        return sum;
    }

    private static AlignedBuffer Random(int vectors, int seed)
    {
        var random = new Random(seed);
        var buffer = new AlignedBuffer(vectors * Lanes);
        for (int e = 0; e < vectors * Lanes; e++) buffer.Start[e] = random.NextDouble() - 0.5;
        return buffer;
    }
}
