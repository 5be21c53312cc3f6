using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.ScoreTests;

/// <summary>Eight candidate columns of a scan, a lane each. Not thread-safe.</summary>
internal sealed class ScanWorker
{
    /// <summary>Columns at once.</summary>
    internal const int Lanes = 8;

    // Less than this share of xᵀWx left by X and the random effects is rounding.
    private const double Dependent = 1e-11;

    private readonly ScanRows _rows;
    private readonly double[] _columns;
    private readonly Vector512<double>[] _sums;

    internal ScanWorker(ScanRows rows)
    {
        _rows = rows;
        _columns = new double[Lanes * rows.Count];
        _sums = new Vector512<double>[rows.Width + 1];
    }

    /// <summary>The place of a column.</summary>
    internal Span<double> Column(int lane) => _columns.AsSpan(lane * _rows.Count, _rows.Count);

    /// <summary>Tests the first columns.</summary>
    /// <param name="results">One for each.</param>
    internal void Test(Span<ScoreScanResult> results)
    {
        Sum();
        int q = _rows.Rows.RandomCount, p = _rows.Rows.FixedCount;
        for (int lane = 0; lane < results.Length; lane++)
        {
            double squares = _sums[1][lane], information = squares - _sums[^1][lane];
            for (int j = 0; j < p; j++)
            {
                double projection = _sums[2 + q + j][lane];
                information -= projection * projection;
            }

            double score = _sums[0][lane];
            results[lane] = information > Dependent * squares && double.IsFinite(information)
                ? new ScoreScanResult(score, information)
                : new ScoreScanResult(double.NaN, double.NaN);
        }
    }

    // sᵀx, Σ wx², Fᵀx of one cluster, Rᵀx, and last Σ_i|F_iᵀx_i|².
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum()
    {
        int q = _rows.Rows.RandomCount, width = _rows.Width;
        Array.Clear(_sums);

        // Every index below stays inside: order holds rows below n, factors n times the width, sums width + 1.
        ref double factor = ref MemoryMarshal.GetArrayDataReference(_rows.Factors);
        ref Vector512<double> sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        int[] order = _rows.Rows.Order, start = _rows.Rows.Start;
        for (int i = 0; i + 1 < start.Length; i++)
        {
            int r = start[i], end = start[i + 1];
            for (; r + 4 <= end; r += 4)
            {
                Vector512<double> a = Row(order[r]), b = Row(order[r + 1]);
                Vector512<double> c = Row(order[r + 2]), d = Row(order[r + 3]);
                ref double second = ref Unsafe.Add(ref factor, width), third = ref Unsafe.Add(ref factor, 2 * width);
                ref double fourth = ref Unsafe.Add(ref factor, 3 * width);
                Add(ref sums, a, b, c, d, factor, second, third, fourth);
                Add(
                    ref Unsafe.Add(ref sums, 1), a * a, b * b, c * c, d * d, Unsafe.Add(ref factor, 1),
                    Unsafe.Add(ref second, 1), Unsafe.Add(ref third, 1), Unsafe.Add(ref fourth, 1));
                for (int j = 2; j < width; j++)
                {
                    Add(
                        ref Unsafe.Add(ref sums, j), a, b, c, d, Unsafe.Add(ref factor, j), Unsafe.Add(ref second, j),
                        Unsafe.Add(ref third, j), Unsafe.Add(ref fourth, j));
                }

                factor = ref Unsafe.Add(ref factor, 4 * width);
            }

            for (; r < end; r++)
            {
                Vector512<double> x = Row(order[r]);
                sums = Vector512.FusedMultiplyAdd(Vector512.Create(factor), x, sums);
                ref Vector512<double> squares = ref Unsafe.Add(ref sums, 1);
                squares = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 1)), x * x, squares);
                for (int j = 2; j < width; j++)
                {
                    ref Vector512<double> sum = ref Unsafe.Add(ref sums, j);
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, j)), x, sum);
                }

                factor = ref Unsafe.Add(ref factor, width);
            }

            ref Vector512<double> taken = ref Unsafe.Add(ref sums, width);
            for (int e = 2; e < 2 + q; e++)
            {
                ref Vector512<double> own = ref Unsafe.Add(ref sums, e);
                taken = Vector512.FusedMultiplyAdd(own, own, taken);
                own = Vector512<double>.Zero;
            }
        }
    }

    // One row of the eight columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Row(int row)
    {
        int n = _rows.Count;
        ref double at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_columns), row);
        return Vector512.Create(
            at, Unsafe.Add(ref at, n), Unsafe.Add(ref at, 2 * n), Unsafe.Add(ref at, 3 * n), Unsafe.Add(ref at, 4 * n),
            Unsafe.Add(ref at, 5 * n), Unsafe.Add(ref at, 6 * n), Unsafe.Add(ref at, 7 * n));
    }

    // Four rows at once, so that a sum is loaded and stored once for them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        ref Vector512<double> sum, Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d,
        double first, double second, double third, double fourth)
    {
        Vector512<double> left = Vector512.FusedMultiplyAdd(Vector512.Create(first), a, sum);
        left = Vector512.FusedMultiplyAdd(Vector512.Create(second), b, left);
        left = Vector512.FusedMultiplyAdd(Vector512.Create(third), c, left);
        sum = Vector512.FusedMultiplyAdd(Vector512.Create(fourth), d, left);
    }
}
