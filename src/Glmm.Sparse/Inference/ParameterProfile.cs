using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// The profile of the likelihood in one parameter: ζ(v) = ±√(2(ℓ̂ − max ℓ given v)), with the sign of v − v̂, and the v
/// at which it has a given value. Every maximum starts at the nearest known one. Not thread-safe.
/// </summary>
/// <remarks>dℓ/dv is the multiplier of the constraint, so that ζ is known with its slope, and is nearly a straight
/// line: Newton's method, within a bracket, finds a bound in three or four maximisations (Venzon &amp; Moolgavkar
/// 1988).</remarks>
internal sealed class ParameterProfile
{
    // No single move may change ζ by more than this.
    private const double LongestMove = 1;
    private const int MostSteps = 40;
    private const int MostMoves = 25;
    private const double RootTolerance = 1e-7;

    // A log-likelihood above the maximum by more than this was not the maximum.
    private const double Slack = 1e-6;

    private readonly ConstrainedSearch _search;
    private readonly ProfileConstraint _constraint;
    private readonly ProfileParameter _parameter;
    private readonly double _best;
    private readonly double _ceiling;
    private readonly List<Point> _points = [];

    /// <param name="search">The search, at the maximum.</param>
    /// <param name="constraint">The parameter.</param>
    /// <param name="parameter">Its name.</param>
    /// <param name="estimate">Its estimate on the user's scale; NaN where it has none.</param>
    /// <param name="ceiling">What |ζ| cannot exceed.</param>
    internal ParameterProfile(
        ConstrainedSearch search, ProfileConstraint constraint, ProfileParameter parameter, double estimate,
        double ceiling)
    {
        (_search, _constraint, _parameter, _ceiling) = (search, constraint, parameter, ceiling);
        search.GoToMaximum();
        _best = search.Objective;
        double working = constraint.ToWorking(estimate), error = search.ErrorOf(constraint);
        IsInside = working > constraint.Least && working < constraint.Largest && error > 0 && double.IsFinite(error);
        _points.Add(new Point(
            working, 0, IsInside ? 1 / error : 0, [.. search.Parameters], search.Hessian.ToArray()));
    }

    /// <summary>Whether the estimate lies inside the range of the parameter.</summary>
    internal bool IsInside { get; }

    /// <summary>ζ at a value of the parameter.</summary>
    /// <param name="value">The value on the user's scale.</param>
    /// <returns>ζ; NaN where the likelihood could not be maximised.</returns>
    internal double Zeta(double value)
    {
        double working = _constraint.ToWorking(value);
        return double.IsNaN(working) || double.IsNaN(_points[0].At) ? double.NaN : Reach(working)?.Zeta ?? double.NaN;
    }

    /// <summary>Where ζ has a value.</summary>
    /// <param name="zeta">The value: below 0 for a lower bound, above for an upper.</param>
    /// <param name="kind">What the bound is.</param>
    /// <returns>The bound on the user's scale.</returns>
    internal double Bound(double zeta, out ProfileBound kind)
    {
        int side = Math.Sign(zeta);
        double limit = side < 0 ? _constraint.Least : _constraint.Largest, goal = Math.Abs(zeta);
        Point inner = _points[0], best = inner;
        Point? outer = null;
        kind = ProfileBound.Crossing;
        if (double.IsNaN(inner.At) || _ceiling <= goal || side * (limit - inner.At) <= 0)
            return AtLimit(side, out kind);
        double step = Math.Min(IsInside ? 1 / inner.Slope : _constraint.NaturalStep, _constraint.LongestStep);
        double far = _constraint.FarthestFrom(step);
        for (int round = 0; round < MostSteps; round++)
        {
            double next = Propose(best, inner, outer, zeta, side, limit, ref step);
            if (side * (next - _points[0].At) > far)
            {
                kind = ProfileBound.Unbounded;
                return _constraint.ToUser(side * double.PositiveInfinity);
            }

            if (Reach(next) is not { } point)
            {
                kind = ProfileBound.NotFound;
                return double.NaN;
            }

            double size = side * point.Zeta;
            best = point;
            if (Math.Abs(size - goal) <= RootTolerance ||
                (outer is not null && Math.Abs(outer.At - inner.At) <= 1e-12 * (1 + Math.Abs(inner.At))))
            {
                double rest = (zeta - point.Zeta) / point.Slope;
                double at = Math.Abs(size - goal) <= RootTolerance && point.Slope > 0 ? point.At + rest : point.At;
                return _constraint.ToUser(at);
            }

            if (size > goal) outer = point;
            else inner = point;
            if (outer is null && point.At == limit) return AtLimit(side, out kind);
        }

        kind = ProfileBound.NotFound;
        return double.NaN;
    }

    private double AtLimit(int side, out ProfileBound kind)
    {
        kind = ProfileBound.ParameterLimit;
        return side < 0 ? _constraint.LeastValue : 1;
    }

    // Newton's step from the last point where it stays in the bracket and is not too long, else a plain one.
    private static double Propose(
        Point last, Point inner, Point? outer, double zeta, int side, double limit, ref double step)
    {
        double next = last.At + ((zeta - last.Zeta) / last.Slope);
        if (outer is not null)
        {
            if (side * (next - inner.At) > 0 && side * (outer.At - next) > 0) return next;
            double share = Math.Clamp((zeta - inner.Zeta) / (outer.Zeta - inner.Zeta), 0.1, 0.9);
            return inner.At + (share * (outer.At - inner.At));
        }

        double longest = inner.At + (side * 4 * step);
        if (!double.IsFinite(next) || side * (next - longest) > 0 || side * (next - inner.At) <= 0) next = longest;
        step = Math.Max(step, Math.Abs(next - inner.At));
        return side * (next - limit) > 0 ? limit : next;
    }

    // The maximum at a working value, by short moves from the nearest known one.
    private Point? Reach(double working)
    {
        Point from = _points.MinBy(p => Math.Abs(p.At - working))!;
        double share = 1;
        for (int moves = 0; moves < MostMoves && share > 0.02; moves++)
        {
            if (from.At == working) return from;
            double whole = working - from.At;
            double change = Math.Abs(from.Slope > 0 ? whole * from.Slope : whole / (4 * _constraint.NaturalStep));
            double length = whole * share * Math.Min(1, LongestMove / Math.Max(change, LongestMove));
            double next = share == 1 && change <= LongestMove ? working : from.At + length;

            // A standard deviation comes to 0 by and by.
            if (_constraint.IsDeviation && next < 0.1 * from.At) next = Math.Max(working, 0.1 * from.At);
            if (TryPoint(from, next) is { } point)
            {
                _points.Add(point);
                from = point;
                share = 1;
            }
            else
            {
                share *= 0.4;
            }
        }

        return null;
    }

    private Point? TryPoint(Point from, double working)
    {
        // What was learnt on the way may mislead. A correlation may have several maxima: with both effects, or with one
        // of them all but gone.
        Point? found = Search(from, from.Hessian, working);
        if (found is null || (_constraint.IsCorrelation && from != _points[0]))
        {
            Point? other = Search(_points[0], _points[0].Hessian, working);
            if (found is null || (other is not null && Math.Abs(other.Zeta) < Math.Abs(found.Zeta))) found = other;
        }

        return found ?? Search(from, _points[0].Hessian, working);
    }

    private Point? Search(Point from, double[] hessian, double working)
    {
        _search.GoTo(from.Parameters, hessian);
        if (!_search.Run(_constraint, working)) return null;
        double rise = _search.Objective - _best, away = working - _points[0].At;
        if (rise < -Slack * (1 + (1e-4 * Math.Abs(_best))))
        {
            throw new InvalidModelOptionException(
                $"The profile of '{_parameter.Name}' found a log-likelihood {-rise:G3} above that of the fit, which " +
                $"therefore is no maximum: fit again with a smaller tolerance.");
        }

        // Near the maximum the difference of two log-likelihoods is rounding.
        int side = Math.Sign(away);
        double zeta = rise > 1e-7 || !IsInside ? side * Math.Sqrt(2 * Math.Max(0, rise)) : away * _points[0].Slope;
        double slope = zeta == 0 ? 0 : _search.Multiplier / zeta;
        if (Math.Abs(zeta) > _ceiling) (zeta, slope) = (side * _ceiling, 0);
        return new Point(working, zeta, slope, [.. _search.Parameters], _search.Hessian.ToArray());
    }

    private sealed record Point(double At, double Zeta, double Slope, double[] Parameters, double[] Hessian);
}
