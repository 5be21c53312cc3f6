using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

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
        int n = _rows.Count, q = _rows.Rows.RandomCount, width = _rows.Width;
        Array.Clear(_sums);

        // Every index below stays inside: order holds rows below n, factors n times the width, sums width + 1.
        ref double column = ref MemoryMarshal.GetArrayDataReference(_columns);
        ref double factor = ref MemoryMarshal.GetArrayDataReference(_rows.Factors);
        ref Vector512<double> sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        int[] order = _rows.Rows.Order, start = _rows.Rows.Start;
        for (int i = 0; i + 1 < start.Length; i++)
        {
            for (int r = start[i]; r < start[i + 1]; r++)
            {
                ref double at = ref Unsafe.Add(ref column, order[r]);
                Vector512<double> x = Vector512.Create(
                    at, Unsafe.Add(ref at, n), Unsafe.Add(ref at, 2 * n), Unsafe.Add(ref at, 3 * n),
                    Unsafe.Add(ref at, 4 * n), Unsafe.Add(ref at, 5 * n), Unsafe.Add(ref at, 6 * n),
                    Unsafe.Add(ref at, 7 * n));
                sums = Vector512.FusedMultiplyAdd(Vector512.Create(factor), x, sums);
                ref Vector512<double> squares = ref Unsafe.Add(ref sums, 1);
                squares = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, 1)) * x, x, squares);
                for (int j = 2; j < width; j++)
                {
                    ref Vector512<double> sum = ref Unsafe.Add(ref sums, j);
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(Unsafe.Add(ref factor, j)), x, sum);
                }

                factor = ref Unsafe.Add(ref factor, width);
            }

            ref Vector512<double> taken = ref Unsafe.Add(ref sums, width);
            for (int a = 2; a < 2 + q; a++)
            {
                ref Vector512<double> own = ref Unsafe.Add(ref sums, a);
                taken = Vector512.FusedMultiplyAdd(own, own, taken);
                own = Vector512<double>.Zero;
            }
        }
    }
}
