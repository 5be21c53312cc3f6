using Glmm.Sparse.Core;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Where D goes from one linearisation to the next: to the minimum of the working criterion, or, where the path of the
/// minima has become smooth, straight to where it leads; only part of the way where D swings from side to side.
/// </summary>
/// <remarks>
/// The fixed point is that of the plain iteration, since convergence is judged by the residuals of the equations alone.
/// The minimum depends on D through the weights, and these through α and β. PQL's β is at home with its D once the
/// expansion has been repeated there, so that two minima tell how they depend on D only when most of what α and β
/// moved between them was D's doing. MQL has no β; there α goes along, as one more coordinate. Not thread-safe.
/// </remarks>
internal sealed class CovariancePath
{
    private const int MostDifferences = 5;
    private const double LeastRelaxation = 1.0 / 16;
    private const int CalmIterations = 4;

    // Two minima can be compared when α and β were still this far from home, relative to their move between the two.
    private const double Unsettled = 0.3;

    // How many times farther than the minimum, and by which factor of a variance, a proposal may go.
    private const double Farthest = 20;
    private const double LargestFactor = 4;

    // α that keeps on by more than this share of its last step may be on its way to infinity, the response being
    // separated: let it run by its own steps, from which the direction can be read.
    private const double Undiminished = 0.5;

    // After so many proposals that led away from the solution there will be no more.
    private const int MostFailures = 4;

    private readonly CovarianceStructure _structure;
    private readonly WorkingMixedModel _model;
    private readonly VarianceNewton _variance;
    private readonly FixedPointAcceleration _acceleration;
    private readonly int _q;
    private readonly int _m;
    private readonly int _fixed;
    private readonly double _clusters;
    private readonly double[] _origin;
    private readonly double[] _change;
    private readonly double[] _minimum;
    private readonly double[] _proposed;
    private readonly double[] _point;
    private readonly double[] _image;
    private readonly double[] _unit;
    private readonly double[] _proposal;
    private readonly double[] _lastStep;
    private double _relaxation = 1;
    private double _norm = double.PositiveInfinity;
    private double _previousNorm = double.PositiveInfinity;
    private double _distance = double.PositiveInfinity;
    private double _previousDistance = double.PositiveInfinity;
    private double _move;
    private int _calmIterations;
    private int _failures;
    private bool _accelerated;
    private bool _wasSingular;

    /// <param name="structure">The structure of D.</param>
    /// <param name="model">The working model.</param>
    /// <param name="variance">What minimises its criterion.</param>
    /// <param name="fixedCount">Fixed effects that are coordinates of the path too: p for MQL, 0 for PQL.</param>
    /// <param name="clusters">Clusters that have rows.</param>
    internal CovariancePath(
        CovarianceStructure structure, WorkingMixedModel model, VarianceNewton variance, int fixedCount, int clusters)
    {
        (_structure, _model, _variance, _fixed, _clusters) = (structure, model, variance, fixedCount, clusters);
        _q = structure.Dimension;
        _m = structure.ComponentCount;
        _acceleration = new FixedPointAcceleration(_m + fixedCount, MostDifferences);
        _origin = new double[_q * _q];
        _change = new double[_q * _q];
        _minimum = new double[_q * _q];
        _proposed = new double[_q * _q];
        _point = new double[_m + fixedCount];
        _image = new double[_m + fixedCount];
        _unit = new double[_m + fixedCount];
        _proposal = new double[_m + fixedCount];
        _lastStep = new double[fixedCount];
    }

    /// <summary>Whether the minimum may be left behind.</summary>
    internal bool Accelerates { get; set; } = true;

    /// <summary>Whether α may be on its way to infinity; false where it is known to have settled.</summary>
    internal bool MayRunOff { get; set; } = true;

    /// <summary>Forgets the path.</summary>
    internal void Reset()
    {
        _acceleration.Restart();
        Array.Clear(_change);
        Array.Clear(_lastStep);
        (_relaxation, _move) = (1, 0);
        (_norm, _previousNorm) = (double.PositiveInfinity, double.PositiveInfinity);
        (_distance, _previousDistance) = (double.PositiveInfinity, double.PositiveInfinity);
        (_calmIterations, _failures, _accelerated) = (0, 0, false);
    }

    /// <summary>Notes the point of a linearisation, before the criterion is minimised there.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="distance">How far α and β are from the solution for the present D, in standard errors.</param>
    /// <param name="norm">The same for everything.</param>
    internal void Begin(ReadOnlySpan<double> alpha, double distance, double norm)
    {
        _variance.Covariance.CopyTo(_origin);
        alpha[.._fixed].CopyTo(_point.AsSpan(_m));
        _wasSingular = _variance.IsSingular;
        (_previousDistance, _distance) = (_distance, distance);
        (_previousNorm, _norm) = (_norm, norm);
    }

    /// <summary>Takes D from the minimum, which the criterion was last evaluated at, to where it is to go.</summary>
    /// <param name="step">Overwritten by the step in α, p.</param>
    internal void Advance(Span<double> step)
    {
        _model.Step.CopyTo(step);
        _variance.Covariance.CopyTo(_minimum);
        _accelerated = TryAccelerate(step);
        if (_accelerated) return;
        Relax();
        _model.Step.CopyTo(step);
    }

    /// <summary>Notes how the step was taken.</summary>
    /// <param name="move">How far α and β went, in standard errors.</param>
    /// <param name="whole">Whether it was taken in full.</param>
    internal void Moved(double move, bool whole) => _move = whole ? move : 0;

    private bool TryAccelerate(Span<double> step)
    {
        if (_accelerated && !(_norm < _previousNorm))
        {
            _failures++;
            _acceleration.Restart();
        }

        if (!Accelerates || _failures >= MostFailures) return false;
        bool comparable = _fixed > 0 ? _move > 0 : Math.Max(_distance, _previousDistance) <= Unsettled * _move;
        _structure.CoordinatesInto(_origin, _point.AsSpan(0, _m));
        _structure.CoordinatesInto(_minimum, _image.AsSpan(0, _m));
        _structure.UnitsInto(_model.Units, _unit.AsSpan(0, _m));
        bool sameRank = _wasSingular == _variance.IsSingular;
        for (int l = 0; l < _m; l++)
        {
            _unit[l] /= Math.Sqrt(_clusters);
            sameRank &= _point[l] == 0 == (_image[l] == 0);
        }

        for (int j = 0; j < _fixed; j++)
        {
            _image[_m + j] = _point[_m + j] + step[j];
            _unit[_m + j] = Math.Sqrt(_model.Dispersion / _model.Schur[(j * step.Length) + j]);
        }

        bool onItsWay = IsUndiminished(step);
        if (!comparable || !sameRank || onItsWay) _acceleration.Restart();
        if (!sameRank || onItsWay || !_acceleration.Propose(_point, _image, _unit, _proposal)) return false;
        Shorten();
        if (!IsSensible() || !_variance.TryMoveTo(_proposal.AsSpan(0, _m))) return false;
        for (int j = 0; j < _fixed; j++) step[j] = _proposal[_m + j] - _point[_m + j];
        if (_fixed == 0) _model.Step.CopyTo(step);
        return true;
    }

    private bool IsUndiminished(ReadOnlySpan<double> step)
    {
        double along = 0, last = 0;
        for (int j = 0; j < _fixed; j++)
        {
            double scale = Square(_unit[_m + j]);
            along += step[j] * _lastStep[j] / scale;
            last += _lastStep[j] * _lastStep[j] / scale;
            _lastStep[j] = step[j];
        }

        return MayRunOff && along > Undiminished * last;
    }

    private void Shorten()
    {
        double plain = 0, far = 0;
        for (int l = 0; l < _point.Length; l++)
        {
            plain += Square((_image[l] - _point[l]) / _unit[l]);
            far += Square((_proposal[l] - _point[l]) / _unit[l]);
        }

        if (!(far > Square(Farthest) * plain)) return;
        double share = Farthest * Math.Sqrt(plain / far);
        for (int l = 0; l < _point.Length; l++) _proposal[l] = _point[l] + (share * (_proposal[l] - _point[l]));
    }

    // No variance leaves the range of the last two by more than a factor.
    private bool IsSensible()
    {
        _structure.CovarianceInto(_proposal.AsSpan(0, _m), _proposed);
        for (int a = 0; a < _q; a++)
        {
            int at = (a * _q) + a;
            double least = Math.Min(_origin[at], _minimum[at]), most = Math.Max(_origin[at], _minimum[at]);
            if (!(_proposed[at] >= least / LargestFactor && _proposed[at] <= most * LargestFactor)) return false;
        }

        return true;
    }

    // Where D swings from side to side and the iteration gets no nearer, it goes only part of the way, until it has
    // moved one way for a while.
    private void Relax()
    {
        double product = 0;
        for (int e = 0; e < _change.Length; e++)
        {
            double change = _minimum[e] - _origin[e];
            product += change * _change[e];
            _change[e] = change;
        }

        if (product < 0 && _norm > 0.9 * _previousNorm)
        {
            _calmIterations = 0;
            _relaxation = Math.Max(0.5 * _relaxation, LeastRelaxation);
        }
        else if (product > 0 && ++_calmIterations == CalmIterations)
        {
            _calmIterations = 0;
            _relaxation = Math.Min(1, 2 * _relaxation);
        }

        if (_relaxation < 1) _variance.MoveTowards(_origin, _relaxation);
    }

    private static double Square(double x) => x * x;
}
