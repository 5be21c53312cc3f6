using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Core;

/// <summary>
/// The weighted cross products of packed rows, Σ_r w_r x_r x_rᵀ, by outer products: a vector of four columns times one
/// column broadcast. It needs no horizontal sum, so it costs the same for a cluster of one row as for a long one.
/// </summary>
/// <remarks>
/// Rows follow each other without gaps and are read four columns at a time, so the last vector of a row may reach into
/// the next: what it finds there meets coefficients of 0, or sums beyond the columns that nobody reads. Accumulators
/// stay
/// in registers over the rows; up to four outer products share one load of the row.
/// </remarks>
internal static unsafe class RowCrossProducts
{
    private const int Width = 4;

    /// <summary>η_r = x_rᵀc for consecutive rows with one coefficient vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void LinearPredictor(
        double* rows, int stride, int width, int count, double* coefficients, double* eta)
    {
        for (int r = 0; r < count; r++, rows += stride)
        {
            Vector256<double> sum = Vector256<double>.Zero;
            for (int v = 0; v < width; v += Width)
                sum = Vector256.FusedMultiplyAdd(Vector256.Load(rows + v), Vector256.Load(coefficients + v), sum);
            eta[r] = Vector256.Sum(sum);
        }
    }

    /// <summary>gradient += Σ_r (wr)_r x_r and, for the first <paramref name="leading"/> columns i,
    /// cross[i] += Σ_r w_r x_ri x_r (rows of <paramref name="width"/> sums).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AccumulateLeading(
        double* rows, int stride, int width, int count, double* w, double* wr, int leading, double* cross,
        double* gradient)
    {
        for (int v = 0; v < width; v += Width)
        {
            Vector256<double> g = Vector256.Load(gradient + v);
            double* row = rows + v;
            for (int r = 0; r < count; r++, row += stride)
                g = Vector256.FusedMultiplyAdd(Vector256.Create(wr[r]), Vector256.Load(row), g);
            g.Store(gradient + v);
        }

        int i = 0;
        for (; i + 2 <= leading; i += 2) OuterPair(rows, stride, width, 0, count, w, i, cross + ((long)i * width));
        if (i < leading) OuterSingle(rows, stride, width, 0, count, w, i, cross + ((long)i * width));
    }

    /// <summary>For the columns i from <paramref name="leading"/> to <paramref name="columns"/>, cross[i] += Σ_r w_r
    /// x_ri x_r over the vectors that hold column i and the ones after it: the upper triangle suffices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AccumulateTrailing(
        double* rows, int stride, int width, int count, double* w, int leading, int columns, double* cross)
    {
        int i = leading;
        for (; i + 4 <= columns; i += 4)
            OuterQuad(rows, stride, width, i / Width * Width, count, w, i, cross + ((long)i * width));
        for (; i + 2 <= columns; i += 2)
            OuterPair(rows, stride, width, i / Width * Width, count, w, i, cross + ((long)i * width));
        if (i < columns) OuterSingle(rows, stride, width, i / Width * Width, count, w, i, cross + ((long)i * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OuterSingle(
        double* rows, int stride, int width, int from, int count, double* w, int i, double* cross)
    {
        for (int v = from; v < width; v += Width)
        {
            Vector256<double> sum = Vector256.Load(cross + v);
            double* row = rows;
            for (int r = 0; r < count; r++, row += stride)
                sum = Vector256.FusedMultiplyAdd(Vector256.Create(w[r] * row[i]), Vector256.Load(row + v), sum);
            sum.Store(cross + v);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OuterPair(
        double* rows, int stride, int width, int from, int count, double* w, int i, double* cross)
    {
        for (int v = from; v < width; v += Width)
        {
            Vector256<double> sum0 = Vector256.Load(cross + v), sum1 = Vector256.Load(cross + width + v);
            double* row = rows;
            for (int r = 0; r < count; r++, row += stride)
            {
                Vector256<double> weighted = Vector256.Load(row + v) * Vector256.Create(w[r]);
                sum0 = Vector256.FusedMultiplyAdd(Vector256.Create(row[i]), weighted, sum0);
                sum1 = Vector256.FusedMultiplyAdd(Vector256.Create(row[i + 1]), weighted, sum1);
            }

            sum0.Store(cross + v);
            sum1.Store(cross + width + v);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OuterQuad(
        double* rows, int stride, int width, int from, int count, double* w, int i, double* cross)
    {
        double* cross2 = cross + (2L * width);
        for (int v = from; v < width; v += Width)
        {
            Vector256<double> sum0 = Vector256.Load(cross + v), sum1 = Vector256.Load(cross + width + v);
            Vector256<double> sum2 = Vector256.Load(cross2 + v), sum3 = Vector256.Load(cross2 + width + v);
            double* row = rows;
            for (int r = 0; r < count; r++, row += stride)
            {
                Vector256<double> weighted = Vector256.Load(row + v) * Vector256.Create(w[r]);
                sum0 = Vector256.FusedMultiplyAdd(Vector256.Create(row[i]), weighted, sum0);
                sum1 = Vector256.FusedMultiplyAdd(Vector256.Create(row[i + 1]), weighted, sum1);
                sum2 = Vector256.FusedMultiplyAdd(Vector256.Create(row[i + 2]), weighted, sum2);
                sum3 = Vector256.FusedMultiplyAdd(Vector256.Create(row[i + 3]), weighted, sum3);
            }

            sum0.Store(cross + v);
            sum1.Store(cross + width + v);
            sum2.Store(cross2 + v);
            sum3.Store(cross2 + width + v);
        }
    }
}
