namespace Glmm.Sparse.Core;

/// <summary>
/// Finds the fixed point of a map x → g(x) of few coordinates from fewer evaluations than the plain iteration
/// needs: the residuals g(x) − x of the last points are taken to be linear in x, and the point is proposed at which
/// they would vanish (Anderson 1965; Walker &amp; Ni 2011; for one coordinate, the secant method).
/// </summary>
/// <remarks>
/// It proposes; whether a point is any good is for the caller to see from the residual there, which stays the test of
/// convergence, so that the fixed point is that of the plain iteration. Allocates nothing after construction. Not
/// thread-safe.
/// </remarks>
internal sealed class FixedPointAcceleration
{
    // A difference whose direction the later ones hold but for this share of it says nothing new.
    private const double Dependent = 0.02;

    private readonly int _n;
    private readonly int _depth;
    private readonly double[][] _moves;
    private readonly double[][] _changes;
    private readonly double[] _lastPoint;
    private readonly double[] _lastResidual;
    private readonly double[] _residual;
    private readonly double[] _orthogonal;
    private readonly double[] _combined;
    private readonly double[] _rest;
    private bool _hasLast;
    private int _count;

    /// <param name="dimension">Coordinates.</param>
    /// <param name="depth">Most differences kept; more than the coordinates are of no use.</param>
    internal FixedPointAcceleration(int dimension, int depth)
    {
        _n = dimension;
        _depth = Math.Min(dimension, depth);
        _moves = [.. Enumerable.Range(0, _depth).Select(_ => new double[dimension])];
        _changes = [.. Enumerable.Range(0, _depth).Select(_ => new double[dimension])];
        _lastPoint = new double[dimension];
        _lastResidual = new double[dimension];
        _residual = new double[dimension];
        _orthogonal = new double[_depth * dimension];
        _combined = new double[_depth * dimension];
        _rest = new double[dimension];
    }

    /// <summary>Forgets the past.</summary>
    internal void Restart()
    {
        _hasLast = false;
        _count = 0;
    }

    /// <summary>Takes note of a point and its image, and proposes the next point.</summary>
    /// <param name="point">x.</param>
    /// <param name="image">g(x).</param>
    /// <param name="unit">The size of a change of each coordinate that matters, in which lengths are measured.</param>
    /// <param name="proposal">Overwritten by the next point: the image itself where nothing better is known.</param>
    /// <returns>Whether the proposal differs from the image.</returns>
    internal bool Propose(
        ReadOnlySpan<double> point, ReadOnlySpan<double> image, ReadOnlySpan<double> unit, Span<double> proposal)
    {
        for (int l = 0; l < _n; l++) _residual[l] = image[l] - point[l];
        if (_hasLast) Remember(point);
        point.CopyTo(_lastPoint);
        _residual.CopyTo(_lastResidual, 0);
        _hasLast = true;
        image.CopyTo(proposal);
        if (_count == 0) return false;

        // Gram–Schmidt on the changes of the residual, the latest first, carrying along the way the moves
        // (of the point and of its image) that made them; what is left of the residual is then taken off.
        for (int l = 0; l < _n; l++) _rest[l] = _residual[l] / unit[l];
        for (int c = 0; c < _count; c++)
        {
            Span<double> q = _orthogonal.AsSpan(c * _n, _n), move = _combined.AsSpan(c * _n, _n);
            double before = 0;
            for (int l = 0; l < _n; l++)
            {
                q[l] = _changes[c][l] / unit[l];
                move[l] = _moves[c][l] + _changes[c][l];
                before += q[l] * q[l];
            }

            for (int e = 0; e < c; e++)
            {
                ReadOnlySpan<double> earlier = _orthogonal.AsSpan(e * _n, _n);
                double along = Dot(earlier, q);
                for (int l = 0; l < _n; l++)
                {
                    q[l] -= along * earlier[l];
                    move[l] -= along * _combined[(e * _n) + l];
                }
            }

            double size = Math.Sqrt(Dot(q, q));
            if (!(size > Dependent * Math.Sqrt(before)))
            {
                // This one and all older ones say nothing new.
                _count = c;
                break;
            }

            for (int l = 0; l < _n; l++) q[l] /= size;
            for (int l = 0; l < _n; l++) move[l] /= size;
            double share = Dot(q, _rest);
            for (int l = 0; l < _n; l++)
            {
                _rest[l] -= share * q[l];
                proposal[l] -= share * move[l];
            }
        }

        return _count > 0;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int l = 0; l < a.Length; l++) sum += a[l] * b[l];
        return sum;
    }

    // The latest difference goes to the front.
    private void Remember(ReadOnlySpan<double> point)
    {
        _count = Math.Min(_count + 1, _depth);
        (double[] move, double[] change) = (_moves[_count - 1], _changes[_count - 1]);
        for (int c = _count - 1; c > 0; c--) (_moves[c], _changes[c]) = (_moves[c - 1], _changes[c - 1]);
        (_moves[0], _changes[0]) = (move, change);
        for (int l = 0; l < _n; l++)
        {
            move[l] = point[l] - _lastPoint[l];
            change[l] = _residual[l] - _lastResidual[l];
        }
    }
}
