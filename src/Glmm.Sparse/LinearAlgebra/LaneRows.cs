using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.LinearAlgebra;

/// <summary>Inner products and combinations of rows, eight clusters at once, one lane a cluster.</summary>
/// <remarks>
/// <para>A row is <c>depth</c> consecutive vectors, and rows follow one another without a gap. Two rows meet two at a
/// time, so that four sums stay in registers and each vector loaded serves two of them; that is what the speed comes
/// from, and the deeper the rows the less is lost on fetching and storing the sums. Wider tiles would need more
/// registers than there are where a vector of eight takes two.</para>
/// <para>Pointers are not checked: callers own <see cref="LaneMemory"/> of the sizes told. Products are fused with
/// their sums. Nothing is allocated.</para>
/// </remarks>
internal static unsafe class LaneRows
{
    /// <summary>Adds R Rᵀ to a packed lower triangle.</summary>
    /// <param name="rows">R, count × depth.</param>
    /// <param name="count">Rows of R and of the triangle.</param>
    /// <param name="depth">Vectors a row.</param>
    /// <param name="sums">The packed triangle.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddGram(Vector512<double>* rows, int count, int depth, Vector512<double>* sums)
    {
        int i = 0;
        Vector512<double>* a = rows, c = sums;
        for (; i + 1 < count; i += 2, a += 2 * depth)
        {
            Vector512<double>* next = c + i + 1, b = rows;
            for (int j = 0; j < i; j += 2, b += 2 * depth)
                Square(a, a + depth, b, depth, c + j, next + j, 1, true);
            Single(a, a, depth, c + i, true);
            Pair(a + depth, a, depth, next + i, 1, true);
            c = next + i + 2;
        }

        if (i < count) Row(a, rows, i + 1, depth, c, 1, true);
    }

    /// <summary>Adds L Rᵀ to a full matrix.</summary>
    /// <param name="left">L, leftCount × depth.</param>
    /// <param name="leftCount">Its rows.</param>
    /// <param name="right">R, rightCount × depth.</param>
    /// <param name="rightCount">Its rows.</param>
    /// <param name="depth">Vectors a row.</param>
    /// <param name="sums">leftCount × rightCount, row by row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddProduct(
        Vector512<double>* left, int leftCount, Vector512<double>* right, int rightCount, int depth,
        Vector512<double>* sums) =>
        Product(left, leftCount, right, rightCount, depth, sums, rightCount, 1, true);

    /// <summary>target = L Rᵀ.</summary>
    /// <param name="left">L, leftCount × depth.</param>
    /// <param name="leftCount">Its rows.</param>
    /// <param name="right">R, rightCount × depth.</param>
    /// <param name="rightCount">Its rows.</param>
    /// <param name="depth">Vectors a row.</param>
    /// <param name="target">Overwritten; element (i, j) lies at i·rowStep + j·columnStep.</param>
    /// <param name="rowStep">Vectors from row to row of the target.</param>
    /// <param name="columnStep">Vectors from column to column of the target.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply(
        Vector512<double>* left, int leftCount, Vector512<double>* right, int rightCount, int depth,
        Vector512<double>* target, int rowStep, int columnStep) =>
        Product(left, leftCount, right, rightCount, depth, target, rowStep, columnStep, false);

    /// <summary>target = Σ_i c_i R_i, row by row of R.</summary>
    /// <param name="coefficients">c, shared by all lanes.</param>
    /// <param name="rows">R, count × depth.</param>
    /// <param name="count">Its rows.</param>
    /// <param name="depth">Vectors a row.</param>
    /// <param name="target">Overwritten, one row; may be any row of R.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Combine(
        ReadOnlySpan<double> coefficients, Vector512<double>* rows, int count, int depth, Vector512<double>* target)
    {
        fixed (double* c = coefficients)
        {
            int d = 0;
            for (; d + 3 < depth; d += 4)
            {
                Vector512<double>* row = rows + d;
                Vector512<double> s0 = Vector512<double>.Zero, s1 = s0, s2 = s0, s3 = s0;
                for (int i = 0; i < count; i++, row += depth)
                {
                    Vector512<double> factor = Vector512.Create(c[i]);
                    s0 = Vector512.FusedMultiplyAdd(factor, row[0], s0);
                    s1 = Vector512.FusedMultiplyAdd(factor, row[1], s1);
                    s2 = Vector512.FusedMultiplyAdd(factor, row[2], s2);
                    s3 = Vector512.FusedMultiplyAdd(factor, row[3], s3);
                }

                (target[d], target[d + 1], target[d + 2], target[d + 3]) = (s0, s1, s2, s3);
            }

            for (; d < depth; d++)
            {
                Vector512<double>* row = rows + d;
                Vector512<double> sum = Vector512<double>.Zero;
                for (int i = 0; i < count; i++, row += depth)
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(c[i]), *row, sum);
                target[d] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Product(
        Vector512<double>* left, int leftCount, Vector512<double>* right, int rightCount, int depth,
        Vector512<double>* target, int rowStep, int columnStep, bool adds)
    {
        int i = 0;
        for (; i + 1 < leftCount; i += 2)
        {
            Vector512<double>* a = left + ((long)i * depth), c = target + (i * rowStep);
            int j = 0;
            for (; j + 1 < rightCount; j += 2)
            {
                Vector512<double>* at = c + (j * columnStep);
                Square(a, a + depth, right + ((long)j * depth), depth, at, at + rowStep, columnStep, adds);
            }

            // One column is left: a pair of rows of L with one of R.
            if (j < rightCount)
                Pair(right + ((long)j * depth), a, depth, c + (j * columnStep), rowStep, adds);
        }

        if (i < leftCount)
            Row(left + ((long)i * depth), right, rightCount, depth, target + (i * rowStep), columnStep, adds);
    }

    // One row of L with all rows of R.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(
        Vector512<double>* a, Vector512<double>* right, int count, int depth, Vector512<double>* c, int step,
        bool adds)
    {
        int j = 0;
        for (; j + 1 < count; j += 2) Pair(a, right + ((long)j * depth), depth, c + (j * step), step, adds);
        if (j < count) Single(a, right + ((long)j * depth), depth, c + (j * step), adds);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square(
        Vector512<double>* a0, Vector512<double>* a1, Vector512<double>* b, int depth,
        Vector512<double>* c0, Vector512<double>* c1, int step, bool adds)
    {
        Vector512<double> s00 = adds ? c0[0] : default, s01 = adds ? c0[step] : default;
        Vector512<double> s10 = adds ? c1[0] : default, s11 = adds ? c1[step] : default;
        for (int d = 0; d < depth; d++)
        {
            Vector512<double> x0 = a0[d], x1 = a1[d], y0 = b[d], y1 = b[depth + d];
            s00 = Vector512.FusedMultiplyAdd(x0, y0, s00);
            s01 = Vector512.FusedMultiplyAdd(x0, y1, s01);
            s10 = Vector512.FusedMultiplyAdd(x1, y0, s10);
            s11 = Vector512.FusedMultiplyAdd(x1, y1, s11);
        }

        (c0[0], c0[step], c1[0], c1[step]) = (s00, s01, s10, s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(
        Vector512<double>* a, Vector512<double>* b, int depth, Vector512<double>* c, int step, bool adds)
    {
        Vector512<double> s0 = adds ? c[0] : default, s1 = adds ? c[step] : default;
        for (int d = 0; d < depth; d++)
        {
            s0 = Vector512.FusedMultiplyAdd(a[d], b[d], s0);
            s1 = Vector512.FusedMultiplyAdd(a[d], b[depth + d], s1);
        }

        (c[0], c[step]) = (s0, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Single(
        Vector512<double>* a, Vector512<double>* b, int depth, Vector512<double>* c, bool adds)
    {
        Vector512<double> sum = adds ? *c : default;
        for (int d = 0; d < depth; d++) sum = Vector512.FusedMultiplyAdd(a[d], b[d], sum);
        *c = sum;
    }
}
