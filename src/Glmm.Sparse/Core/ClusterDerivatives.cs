using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>One partition's part of <see cref="DerivativeTotals"/>, eight clusters side by side.</summary>
/// <remarks>
/// Every derivative is made of sums of products of pairs: of the elements of V_i (p×q) and γ_i with each other, and of
/// those of γγᵀ and 2C − T with those of T. So a group of batches is laid out as two matrices, a row an element and a
/// column a batch, and the inner products of their rows are summed; <see cref="DerivativeTotals"/> says which of them
/// make which derivative.
/// </remarks>
internal sealed unsafe class ClusterDerivatives : IDisposable
{
    private readonly int _p;
    private readonly int _q;
    private readonly int _elements;
    private readonly LaneMemory _memory;
    private readonly LaneSpan _shrink;
    private readonly LaneSpan _full;
    private readonly LaneSpan _half;
    private readonly LaneSpan _other;
    private readonly LaneSpan _gamma;
    private readonly LaneSpan _rows;
    private readonly LaneSpan _information;

    internal ClusterDerivatives(DerivativeTotals totals, int group)
    {
        (_p, _q, _elements) = (totals.FixedCount, totals.RandomCount, totals.ElementCount);
        int square = _q * _q, mixed = _q * (_p + 1) * _q, pairs = 2 * _elements * _elements;
        int cross = totals.HasFixedCross ? LaneCholesky.PackedLength(_p * _q) : 0;
        int sums = checked((int)SumsLength(_p, _q, totals.HasFixedCross)), rows = (_p + 1) * _q * group;
        int information = 3 * _elements * group;
        _memory = new LaneMemory((4L * square) + _q + rows + information + sums);
        _shrink = _memory.Take(square);
        _full = _memory.Take(square);
        _half = _memory.Take(square);
        _other = _memory.Take(square);
        _gamma = _memory.Take(_q);
        _rows = _memory.Take(rows);
        _information = _memory.Take(information);
        Sums = _memory.Take(sums);
        Traces = Sums.Slice(0, _elements);
        FixedTraces = Sums.Slice(_elements, _elements);
        Mixed = Sums.Slice(2 * _elements, mixed);
        Pairs = Sums.Slice((2 * _elements) + mixed, pairs);
        FixedCross = Sums.Slice((2 * _elements) + mixed + pairs, cross);
    }

    /// <summary>Vectors summed up.</summary>
    internal static long SumsLength(int p, int q, bool restricted)
    {
        long elements = LaneCholesky.PackedLength(q), columns = (long)p * q;
        long cross = DerivativeTotals.SumsFixedCross(p, restricted) ? columns * (columns + 1) / 2 : 0;
        return (2 * elements) + ((columns + q) * q) + (2 * elements * elements) + cross;
    }

    /// <summary>All of the following.</summary>
    internal LaneSpan Sums { get; }

    /// <summary>Σ T, packed.</summary>
    internal LaneSpan Traces { get; }

    /// <summary>Σ C, packed.</summary>
    internal LaneSpan FixedTraces { get; }

    /// <summary>Σ γ_c (V, γ)_jr, row c of q, then the rows j of V and γ as one more, then r.</summary>
    internal LaneSpan Mixed { get; }

    /// <summary>Σ (γγᵀ)_e T_f, then Σ (2C − T)_e T_f, over the packed elements e and f.</summary>
    internal LaneSpan Pairs { get; }

    /// <summary>Σ V_jr V_ic, packed over the elements of V row by row; empty where it is not wanted.</summary>
    internal LaneSpan FixedCross { get; }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>Lays out one batch of a group.</summary>
    /// <param name="at">Which of the group.</param>
    /// <param name="count">Batches in the group.</param>
    /// <param name="cluster">The batch's statistics, factor and predictors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Place(int at, int count, in BatchSolution cluster)
    {
        int q = _q;
        Vector512<double>* shrink = _shrink.Start, full = _full.Start, other = _other.Start, gamma = _gamma.Start;
        Vector512<double>* rows = _rows.Start + at, information = _information.Start + at;
        LaneProducts.Unpack(cluster.A, q, full);
        ClusterShrinkage.Compute(
            cluster.Factor, cluster.Reciprocals, q, cluster.TransposedLambda, cluster.InverseLambda, full, _half.Start,
            other, shrink);
        LaneRows.Multiply(cluster.B, _p, shrink, q, q, rows, q * count, count);
        LaneRows.Multiply(shrink, q, full, q, q, other, q, 1);
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++, information += count) *information = other[(r * q) + c];
        }

        if (cluster.Spherical is null) LaneRows.Multiply(shrink, q, cluster.Score, 1, q, gamma, 1, 1);
        else LaneProducts.FactorTransposedTimes(cluster.InverseLambda, q, cluster.Spherical, gamma);
        rows += (long)_p * q * count;
        for (int l = 0; l < q; l++, rows += count) *rows = gamma[l];
    }

    /// <summary>Adds a group that is laid out.</summary>
    /// <param name="count">Batches in the group.</param>
    /// <param name="whitening">R⁻¹ with S = RRᵀ, p² row by row, for REML; null for ML.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(int count, double[]? whitening)
    {
        int p = _p, q = _q, depth = q * count, m = _elements;
        Vector512<double>* rows = _rows.Start, gamma = rows + ((long)p * depth), information = _information.Start;
        if (whitening is not null)
        {
            // Upwards, as each row needs those above it.
            for (int j = p - 1; j >= 0; j--)
                LaneRows.Combine(whitening.AsSpan(j * p, j + 1), rows, j + 1, depth, rows + ((long)j * depth));
            if (FixedCross.Length > 0) LaneRows.AddGram(rows, p * q, count, FixedCross.Start);
        }

        Vector512<double>* traces = Traces.Start, fixedTraces = FixedTraces.Start;
        Vector512<double>* t = information, outer = t + (m * count), curved = outer + (m * count);
        for (int r = 0, l = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++, l++)
            {
                Vector512<double> trace = traces[l], fixedTrace = fixedTraces[l];
                for (int g = 0; g < count; g++, t++, outer++, curved++)
                {
                    Vector512<double> sum = whitening is null
                        ? Vector512<double>.Zero
                        : ColumnProduct(rows + (r * count) + g, rows + (c * count) + g, depth);
                    *outer = gamma[(r * count) + g] * gamma[(c * count) + g];
                    *curved = sum + sum - *t;
                    trace += *t;
                    fixedTrace += sum;
                }

                (traces[l], fixedTraces[l]) = (trace, fixedTrace);
            }
        }

        LaneRows.AddProduct(gamma, q, rows, (p + 1) * q, count, Mixed.Start);
        LaneRows.AddProduct(information + (m * count), 2 * m, information, m, count, Pairs.Start);
    }

    // An element of C = VᵀV.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> ColumnProduct(Vector512<double>* left, Vector512<double>* right, int step)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        for (int j = 0; j < _p; j++, left += step, right += step)
            sum = Vector512.FusedMultiplyAdd(*left, *right, sum);
        return sum;
    }
}
