using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Core;

/// <summary>
/// Products of the columns of a tile: linear predictors and weighted cross products, eight lanes at a time. Lanes never
/// mix, so a sum costs the same for clusters of one row as for long ones, and none is ever taken across a vector.
/// </summary>
/// <remarks>
/// Two columns by two: each load then feeds two products, and the sums stay in registers on hardware with sixteen of
/// four lanes as on that with thirty-two of eight (blocks of two by four were faster on the latter by a tenth, and
/// slower on the former by a half). Products are fused with their sums: the bits are the same on every processor.
/// </remarks>
internal static unsafe class TileProducts
{
    private const int Lanes = LaneCholesky.Lanes;

    /// <summary>Where the sum over columns i ≤ j lies among those of all pairs, row by row.</summary>
    internal static int PairIndex(int i, int j, int columns) => (i * columns) - (i * (i - 1) / 2) + (j - i);

    /// <summary>η = Σ_j x_j c_j, in every lane.</summary>
    /// <param name="columns">m columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="coefficients">m vectors, a coefficient for each lane.</param>
    /// <param name="count">m.</param>
    /// <param name="eta">Overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Predict(double** columns, int rows, double* coefficients, int count, double* eta)
    {
        long length = (long)rows * Lanes;
        int j = 0;
        if (count % 2 == 1)
        {
            double* x = columns[0];
            Vector512<double> c = Vector512.Load(coefficients);
            for (long r = 0; r < length; r += Lanes) (Vector512.Load(x + r) * c).Store(eta + r);
            j = 1;
        }
        else
        {
            new Span<double>(eta, (int)length).Clear();
        }

        for (; j < count; j += 2)
        {
            double* x0 = columns[j], x1 = columns[j + 1];
            Vector512<double> c0 = Vector512.Load(coefficients + (j * Lanes));
            Vector512<double> c1 = Vector512.Load(coefficients + ((j + 1) * Lanes));
            for (long r = 0; r < length; r += Lanes)
            {
                Vector512<double> sum = Vector512.FusedMultiplyAdd(Vector512.Load(x0 + r), c0, Vector512.Load(eta + r));
                Vector512.FusedMultiplyAdd(Vector512.Load(x1 + r), c1, sum).Store(eta + r);
            }
        }
    }

    /// <summary>sums_ij += Σ_r w_r x_ri x_rj for i in [first, end) and j from i to the last column, and scores_i +=
    /// Σ_r s_r x_ri.</summary>
    /// <param name="columns">m columns.</param>
    /// <param name="count">m.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="w">A weight for each row.</param>
    /// <param name="s">A factor for each row.</param>
    /// <param name="first">First i.</param>
    /// <param name="end">One beyond the last i.</param>
    /// <param name="sums">A vector for each of these pairs, row by row.</param>
    /// <param name="scores">A vector for each i.</param>
    /// <param name="ahead">Advanced with every two i.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddCross(
        double** columns, int count, int rows, double* w, double* s, int first, int end, double* sums, double* scores,
        ref Lookahead ahead)
    {
        long length = (long)rows * Lanes;
        int i = first;
        for (; i + 2 <= end; i += 2)
        {
            // The sums of row i + 1 start one column later; counted from the same j they lie this much further.
            int between = count - i - 1;
            ahead.Advance();
            AddCorner(columns[i], columns[i + 1], length, w, s, sums, sums + (between * Lanes), scores);
            scores += 2 * Lanes;
            int j = i + 2;
            double* to = sums + (2 * Lanes);
            for (; j + 2 <= count; j += 2, to += 2 * Lanes)
            {
                double* xa = columns[i], xb = columns[i + 1], x0 = columns[j], x1 = columns[j + 1];
                double* below = to + (between * Lanes);
                Vector512<double> a0 = Vector512.Load(to), a1 = Vector512.Load(to + Lanes);
                Vector512<double> b0 = Vector512.Load(below), b1 = Vector512.Load(below + Lanes);
                for (long r = 0; r < length; r += Lanes)
                {
                    Vector512<double> weight = Vector512.Load(w + r);
                    Vector512<double> a = weight * Vector512.Load(xa + r), b = weight * Vector512.Load(xb + r);
                    Vector512<double> x = Vector512.Load(x0 + r);
                    a0 = Vector512.FusedMultiplyAdd(a, x, a0);
                    b0 = Vector512.FusedMultiplyAdd(b, x, b0);
                    x = Vector512.Load(x1 + r);
                    a1 = Vector512.FusedMultiplyAdd(a, x, a1);
                    b1 = Vector512.FusedMultiplyAdd(b, x, b1);
                }

                a0.Store(to);
                a1.Store(to + Lanes);
                b0.Store(below);
                b1.Store(below + Lanes);
            }

            if (j < count) AddColumn(columns[i], columns[i + 1], columns[j], length, w, to, to + (between * Lanes));
            sums += ((2 * between) + 1) * Lanes;
        }

        if (i == end) return;
        ahead.Advance();
        for (int j = i; j < count; j++, sums += Lanes) AddPair(columns[i], columns[j], length, w, sums);
        AddScore(columns[i], length, s, scores);
    }

    /// <summary>scores_i += Σ_r s_r x_ri for i in [first, end).</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="s">A factor for each row.</param>
    /// <param name="first">First i.</param>
    /// <param name="end">One beyond the last i.</param>
    /// <param name="scores">A vector for each i.</param>
    /// <param name="ahead">Advanced with every two i.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AddScores(
        double** columns, int rows, double* s, int first, int end, double* scores, ref Lookahead ahead)
    {
        long length = (long)rows * Lanes;
        for (int i = first; i < end; i++, scores += Lanes)
        {
            if (((i - first) & 1) == 0) ahead.Advance();
            AddScore(columns[i], length, s, scores);
        }
    }

    // The pairs (i, i), (i, i + 1) and (i + 1, i + 1), b counting from column i, too, and the two scores.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddCorner(
        double* xa, double* xb, long length, double* w, double* s, double* a, double* b, double* scores)
    {
        Vector512<double> a0 = Vector512.Load(a), a1 = Vector512.Load(a + Lanes), b1 = Vector512.Load(b + Lanes);
        Vector512<double> sa = Vector512.Load(scores), sb = Vector512.Load(scores + Lanes);
        for (long r = 0; r < length; r += Lanes)
        {
            Vector512<double> weight = Vector512.Load(w + r), x = Vector512.Load(xa + r), y = Vector512.Load(xb + r);
            Vector512<double> weighted = weight * x, factor = Vector512.Load(s + r);
            a0 = Vector512.FusedMultiplyAdd(weighted, x, a0);
            a1 = Vector512.FusedMultiplyAdd(weighted, y, a1);
            b1 = Vector512.FusedMultiplyAdd(weight * y, y, b1);
            sa = Vector512.FusedMultiplyAdd(factor, x, sa);
            sb = Vector512.FusedMultiplyAdd(factor, y, sb);
        }

        a0.Store(a);
        a1.Store(a + Lanes);
        b1.Store(b + Lanes);
        sa.Store(scores);
        sb.Store(scores + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScore(double* x, long length, double* s, double* score)
    {
        Vector512<double> sum = Vector512.Load(score);
        for (long r = 0; r < length; r += Lanes)
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(s + r), Vector512.Load(x + r), sum);
        sum.Store(score);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddColumn(double* xa, double* xb, double* x0, long length, double* w, double* a, double* b)
    {
        Vector512<double> a0 = Vector512.Load(a), b0 = Vector512.Load(b);
        for (long r = 0; r < length; r += Lanes)
        {
            Vector512<double> weight = Vector512.Load(w + r), x = Vector512.Load(x0 + r);
            a0 = Vector512.FusedMultiplyAdd(weight * Vector512.Load(xa + r), x, a0);
            b0 = Vector512.FusedMultiplyAdd(weight * Vector512.Load(xb + r), x, b0);
        }

        a0.Store(a);
        b0.Store(b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPair(double* xa, double* xb, long length, double* w, double* sum)
    {
        Vector512<double> a0 = Vector512.Load(sum);
        for (long r = 0; r < length; r += Lanes)
        {
            Vector512<double> weighted = Vector512.Load(w + r) * Vector512.Load(xa + r);
            a0 = Vector512.FusedMultiplyAdd(weighted, Vector512.Load(xb + r), a0);
        }

        a0.Store(sum);
    }
}
