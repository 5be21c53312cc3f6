using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>One partition's part of <see cref="DerivativeTotals"/>, eight clusters side by side.</summary>
internal sealed class ClusterDerivatives : IDisposable
{
    private readonly int _p;
    private readonly int _q;
    private readonly int _elements;
    private readonly bool _fixedCross;
    private readonly LaneMemory _memory;
    private readonly (int Row, int Column)[] _positions;
    private readonly LaneSpan _weighted;
    private readonly LaneSpan _information;
    private readonly LaneSpan _fixedPart;
    private readonly LaneSpan _outer;
    private readonly LaneSpan _curved;
    private readonly LaneSpan _columns;

    internal ClusterDerivatives(DerivativeTotals totals)
    {
        (_p, _q, _elements) = (totals.FixedCount, totals.RandomCount, totals.ElementCount);
        _fixedCross = totals.HasFixedCross;
        int pairs = LaneCholesky.PackedLength(_elements);
        int cross = _fixedCross ? _elements * LaneCholesky.PackedLength(_p) : 0;
        _memory = new LaneMemory(_q + ((7L + _p) * _elements) + ((long)_p * _q) + (2L * pairs) + cross);
        _weighted = _memory.Take(_q);
        _information = _memory.Take(_elements);
        _fixedPart = _memory.Take(_elements);
        _outer = _memory.Take(_elements);
        _curved = _memory.Take(_elements);
        _columns = _memory.Take(_p * _q);
        Traces = _memory.Take(_elements);
        Scores = _memory.Take(_elements);
        FixedTraces = _memory.Take(_elements);
        Average = _memory.Take(pairs);
        Expected = _memory.Take(pairs);
        Mixed = _memory.Take(_elements * _p);
        FixedCross = _memory.Take(cross);
        _positions = new (int, int)[_elements];
        for (int r = 0, l = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++, l++) _positions[l] = (r, c);
        }
    }

    internal LaneSpan Traces { get; }

    internal LaneSpan Scores { get; }

    internal LaneSpan FixedTraces { get; }

    internal LaneSpan Average { get; }

    internal LaneSpan Expected { get; }

    internal LaneSpan Mixed { get; }

    internal LaneSpan FixedCross { get; }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    internal void Clear()
    {
        ReadOnlySpan<LaneSpan> sums = [Traces, Scores, FixedTraces, Average, Expected, Mixed, FixedCross];
        foreach (LaneSpan sum in sums) sum.Span.Clear();
    }

    /// <summary>Adds a batch of clusters.</summary>
    /// <param name="a">A, packed.</param>
    /// <param name="b">B, p×q row by row.</param>
    /// <param name="gamma">γ = ZᵀPỹ, q.</param>
    /// <param name="shrink">E, full.</param>
    /// <param name="inverseSchur">S⁻¹, p² row by row, for REML; null for ML.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Accumulate(
        ReadOnlySpan<Vector512<double>> a, ReadOnlySpan<Vector512<double>> b, ReadOnlySpan<Vector512<double>> gamma,
        ReadOnlySpan<Vector512<double>> shrink, double[]? inverseSchur)
    {
        int q = _q;
        Span<Vector512<double>> t = _information.Span, x = _columns.Span, c = _fixedPart.Span;
        LaneProducts.FullTimesSymmetric(shrink, a, q, t);
        for (int j = 0; j < _p; j++) LaneProducts.FullTimes(shrink, q, b.Slice(j * q, q), x.Slice(j * q, q));
        c.Clear();
        if (inverseSchur is not null) AccumulateFixedPart(x, inverseSchur, c);

        Span<Vector512<double>> outer = _outer.Span, curved = _curved.Span;
        Span<Vector512<double>> traces = Traces.Span, scores = Scores.Span, fixedTraces = FixedTraces.Span;
        for (int l = 0; l < _elements; l++)
        {
            (int row, int column) = _positions[l];
            outer[l] = gamma[row] * gamma[column];
            curved[l] = c[l] + c[l] - t[l];
            traces[l] += t[l];
            scores[l] += outer[l];
            fixedTraces[l] += c[l];
            AccumulateMixed(l, row, column, x, gamma);
            if (inverseSchur is not null && _fixedCross) AccumulateFixedCross(l, row, column, x);
        }

        Span<Vector512<double>> average = Average.Span, expected = Expected.Span;
        for (int l = 0, at = 0; l < _elements; l++)
        {
            for (int m = 0; m <= l; m++, at++)
            {
                average[at] += Bilinear(outer, t, _positions[l], _positions[m]);
                expected[at] += Bilinear(curved, t, _positions[l], _positions[m]);
            }
        }
    }

    // tr(P G_l T G_m) for symmetric P and T.
    private static Vector512<double> Bilinear(
        ReadOnlySpan<Vector512<double>> p, ReadOnlySpan<Vector512<double>> t, (int Row, int Column) l,
        (int Row, int Column) m)
    {
        (int a, int b) = l;
        (int c, int d) = m;
        Vector512<double> sum = LaneProducts.Element(p, d, a) * LaneProducts.Element(t, b, c);
        if (a != b) sum += LaneProducts.Element(p, d, b) * LaneProducts.Element(t, a, c);
        if (c != d) sum += LaneProducts.Element(p, c, a) * LaneProducts.Element(t, b, d);
        if (a != b && c != d) sum += LaneProducts.Element(p, c, b) * LaneProducts.Element(t, a, d);
        return sum;
    }

    // C = (ZᵀṼ⁻¹X) S⁻¹ (XᵀṼ⁻¹Z), packed.
    private void AccumulateFixedPart(
        ReadOnlySpan<Vector512<double>> x, double[] inverseSchur, Span<Vector512<double>> c)
    {
        int p = _p, q = _q;
        Span<Vector512<double>> weighted = _weighted.Span;
        for (int j = 0; j < p; j++)
        {
            weighted.Clear();
            for (int i = 0; i < p; i++)
            {
                Vector512<double> s = Vector512.Create(inverseSchur[(j * p) + i]);
                for (int l = 0; l < q; l++) weighted[l] = Vector512.FusedMultiplyAdd(s, x[(i * q) + l], weighted[l]);
            }

            for (int r = 0, at = 0; r < q; r++)
            {
                for (int e = 0; e <= r; e++, at++)
                    c[at] = Vector512.FusedMultiplyAdd(x[(j * q) + r], weighted[e], c[at]);
            }
        }
    }

    // h_l += XᵀṼ⁻¹Z G_lγ.
    private void AccumulateMixed(
        int l, int row, int column, ReadOnlySpan<Vector512<double>> x, ReadOnlySpan<Vector512<double>> gamma)
    {
        Span<Vector512<double>> mixed = Mixed.Span.Slice(l * _p, _p);
        for (int j = 0; j < _p; j++)
        {
            mixed[j] += x[(j * _q) + row] * gamma[column];
            if (row != column) mixed[j] += x[(j * _q) + column] * gamma[row];
        }
    }

    // N_l += XᵀṼ⁻¹Z G_l ZᵀṼ⁻¹X, packed.
    private void AccumulateFixedCross(int l, int row, int column, ReadOnlySpan<Vector512<double>> x)
    {
        int p = _p, q = _q, packed = LaneCholesky.PackedLength(p);
        Span<Vector512<double>> cross = FixedCross.Span.Slice(l * packed, packed);
        for (int j = 0, at = 0; j < p; j++)
        {
            Vector512<double> jr = x[(j * q) + row], jc = x[(j * q) + column];
            for (int i = 0; i <= j; i++, at++)
            {
                cross[at] = Vector512.FusedMultiplyAdd(jr, x[(i * q) + column], cross[at]);
                if (row != column) cross[at] = Vector512.FusedMultiplyAdd(jc, x[(i * q) + row], cross[at]);
            }
        }
    }
}
