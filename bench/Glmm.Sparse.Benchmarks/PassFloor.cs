using System.Runtime.CompilerServices;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// What a data pass cannot do without on this machine, and nothing else: streams as many doubles a row from memory,
/// takes one exponential a row and as many multiply-adds, with no clusters, no sums by pair, no weights.
/// </summary>
internal sealed unsafe class PassFloor : IDisposable
{
    private const int Lanes = 8;

    private readonly AlignedBuffer _values;
    private readonly long _rows;
    private readonly int _columns;
    private readonly int _products;

    /// <param name="rows">n.</param>
    /// <param name="columns">Doubles a row: covariates that vary, and the response.</param>
    /// <param name="fixedCount">p, the columns that are multiplied.</param>
    internal PassFloor(long rows, int columns, int fixedCount)
    {
        _rows = rows / Lanes * Lanes;
        _columns = columns;

        // η, the weighted columns, their products by pair and with the score.
        _products = (3 * fixedCount) + (fixedCount * (fixedCount + 1) / 2);
        _values = new AlignedBuffer(_rows * columns);
        var random = new Random(1);
        for (long i = 0; i < _rows * columns; i++) _values.Start[i] = random.NextDouble() - 0.5;
    }

    /// <summary>One sweep; the result keeps the compiler from leaving anything out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double Run()
    {
        RowVector512 a0 = default, a1 = default, a2 = default, a3 = default;
        RowVector512 a4 = default, a5 = default, a6 = default, a7 = default;
        ref double values = ref Unsafe.AsRef<double>(_values.Start);
        int products = _products, columns = _columns;
        nuint at = 0;
        for (long row = 0; row < _rows; row += Lanes)
        {
            RowVector512 sum = default;
            for (int j = 0; j < columns; j++, at += Lanes) sum += RowVector512.Load(ref values, at);
            sum *= 0.1;
            RowVector512 e = VectorMath<RowVector512>.Exp(sum);
            for (int f = 0; f < products; f += 8)
            {
                a0 = RowVector512.MultiplyAdd(e, sum, a0);
                a1 = RowVector512.MultiplyAdd(e, sum, a1);
                a2 = RowVector512.MultiplyAdd(e, sum, a2);
                a3 = RowVector512.MultiplyAdd(e, sum, a3);
                a4 = RowVector512.MultiplyAdd(e, sum, a4);
                a5 = RowVector512.MultiplyAdd(e, sum, a5);
                a6 = RowVector512.MultiplyAdd(e, sum, a6);
                a7 = RowVector512.MultiplyAdd(e, sum, a7);
            }
        }

        return RowBlocks<RowVector512>.Sum(a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7);
    }

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();
}
