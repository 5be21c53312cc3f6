namespace Glmm.Sparse.Model.Covariance;

/// <summary>Independent terms: D = blockdiag(D_1, D_2, …), each block of its own structure.</summary>
internal sealed class DirectSumCovariance : CovarianceStructure
{
    private readonly CovarianceStructure[] _terms;
    private readonly int[] _row;
    private readonly int[] _coordinate;
    private readonly int _largest;

    internal DirectSumCovariance(CovarianceStructure[] terms)
    {
        _terms = terms;
        _row = Starts(terms, t => t.Dimension);
        _coordinate = Starts(terms, t => t.ComponentCount);
        _largest = terms.Max(t => t.Dimension * t.Dimension);
    }

    public override int Dimension => _row[^1];

    public override string Name => string.Join(" + ", _terms.Select(t => t.Name));

    public override int ComponentCount => _coordinate[^1];

    public override void BasisInto(int component, Span<double> g)
    {
        int t = TermOf(_coordinate, component);
        Span<double> block = stackalloc double[Size(t)];
        _terms[t].BasisInto(component - _coordinate[t], block);
        g.Clear();
        Put(t, block, g);
    }

    internal override void CovarianceInto(ReadOnlySpan<double> theta, Span<double> covariance)
    {
        covariance.Clear();
        Span<double> space = stackalloc double[_largest];
        for (int t = 0; t < _terms.Length; t++)
        {
            Span<double> block = space[..Size(t)];
            _terms[t].CovarianceInto(Coordinates(t, theta), block);
            Put(t, block, covariance);
        }
    }

    internal override void DerivativeInto(ReadOnlySpan<double> theta, int coordinate, Span<double> derivative)
    {
        int t = TermOf(_coordinate, coordinate);
        Span<double> block = stackalloc double[Size(t)];
        _terms[t].DerivativeInto(Coordinates(t, theta), coordinate - _coordinate[t], block);
        derivative.Clear();
        Put(t, block, derivative);
    }

    internal override double Curvature(ReadOnlySpan<double> f, int l, int m)
    {
        int t = TermOf(_coordinate, l);
        if (t != TermOf(_coordinate, m)) return 0;
        Span<double> block = stackalloc double[Size(t)];
        Take(t, f, block);
        return _terms[t].Curvature(block, l - _coordinate[t], m - _coordinate[t]);
    }

    internal override void CoordinatesInto(ReadOnlySpan<double> covariance, Span<double> theta)
    {
        Span<double> space = stackalloc double[_largest];
        for (int t = 0; t < _terms.Length; t++)
        {
            Span<double> block = space[..Size(t)];
            Take(t, covariance, block);
            _terms[t].CoordinatesInto(block, theta[_coordinate[t].._coordinate[t + 1]]);
        }
    }

    internal override bool Snap(Span<double> theta, double negligible, ReadOnlySpan<double> unit)
    {
        bool singular = false;
        for (int t = 0; t < _terms.Length; t++)
        {
            singular |= _terms[t].Snap(
                theta[_coordinate[t].._coordinate[t + 1]], negligible, unit[_row[t].._row[t + 1]]);
        }

        return singular;
    }

    internal override double ReleaseInto(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> f, ReadOnlySpan<double> unit, Span<double> direction)
    {
        double least = 0;
        direction.Clear();
        Span<double> space = stackalloc double[_largest], otherSpace = stackalloc double[_largest];
        for (int t = 0; t < _terms.Length; t++)
        {
            Span<double> block = space[..Size(t)], towards = otherSpace[..Size(t)];
            Take(t, f, block);
            double slope = _terms[t].ReleaseInto(Coordinates(t, theta), block, unit[_row[t].._row[t + 1]], towards);
            if (slope >= least) continue;
            least = slope;
            direction.Clear();
            Put(t, towards, direction);
        }

        return least;
    }

    internal override void StartInto(ReadOnlySpan<double> unit, Span<double> theta)
    {
        for (int t = 0; t < _terms.Length; t++)
            _terms[t].StartInto(unit[_row[t].._row[t + 1]], theta[_coordinate[t].._coordinate[t + 1]]);
    }

    internal override void UnitsInto(ReadOnlySpan<double> unit, Span<double> coordinateUnit)
    {
        for (int t = 0; t < _terms.Length; t++)
            _terms[t].UnitsInto(unit[_row[t].._row[t + 1]], coordinateUnit[_coordinate[t].._coordinate[t + 1]]);
    }

    internal override bool HasBarrier => _terms.Any(t => t.HasBarrier);

    internal override double Barrier(
        ReadOnlySpan<double> theta, ReadOnlySpan<double> unit, Span<double> gradient, Span<double> hessian)
    {
        int m = ComponentCount;
        double sum = 0;
        gradient.Clear();
        hessian.Clear();
        for (int t = 0; t < _terms.Length; t++)
        {
            int start = _coordinate[t], count = _coordinate[t + 1] - start;
            Span<double> block = gradient.IsEmpty ? [] : new double[count * count];
            sum += _terms[t].Barrier(
                Coordinates(t, theta), unit[_row[t].._row[t + 1]],
                gradient.IsEmpty ? [] : gradient.Slice(start, count), block);
            for (int l = 0; l < count && !block.IsEmpty; l++)
                block.Slice(l * count, count).CopyTo(hessian.Slice(((start + l) * m) + start, count));
        }

        return sum;
    }

    internal override bool AllowsMixing(int a, int b)
    {
        int t = TermOf(_row, a);
        return t == TermOf(_row, b) && _terms[t].AllowsMixing(a - _row[t], b - _row[t]);
    }

    internal override int ScaleGroup(int column)
    {
        int t = TermOf(_row, column);
        return _row[t] + _terms[t].ScaleGroup(column - _row[t]);
    }

    private static int[] Starts(CovarianceStructure[] terms, Func<CovarianceStructure, int> size)
    {
        var starts = new int[terms.Length + 1];
        for (int t = 0; t < terms.Length; t++) starts[t + 1] = starts[t] + size(terms[t]);
        return starts;
    }

    private static int TermOf(int[] starts, int position)
    {
        int t = 0;
        while (starts[t + 1] <= position) t++;
        return t;
    }

    private int Size(int t) => _terms[t].Dimension * _terms[t].Dimension;

    private ReadOnlySpan<double> Coordinates(int t, ReadOnlySpan<double> theta) =>
        theta[_coordinate[t].._coordinate[t + 1]];

    private void Put(int t, ReadOnlySpan<double> block, Span<double> whole)
    {
        int q = Dimension, size = _terms[t].Dimension;
        for (int a = 0; a < size; a++)
        {
            block.Slice(a * size, size).CopyTo(whole.Slice(((_row[t] + a) * q) + _row[t], size));
        }
    }

    private void Take(int t, ReadOnlySpan<double> whole, Span<double> block)
    {
        int q = Dimension, size = _terms[t].Dimension;
        for (int a = 0; a < size; a++)
        {
            whole.Slice(((_row[t] + a) * q) + _row[t], size).CopyTo(block.Slice(a * size, size));
        }
    }
}
