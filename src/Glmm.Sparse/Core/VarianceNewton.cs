using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Core;

/// <summary>
/// Minimises the working criterion over D̃ by a safeguarded Newton method in the coordinates θ of the covariance
/// structure, on which the boundary is an ordinary point. The criterion never rises from step to step.
/// </summary>
/// <remarks>
/// On the boundary the gradient in θ vanishes whether or not the point is optimal, so the Karush–Kuhn–Tucker conditions
/// are checked in D itself: a direction off the boundary that lowers the criterion is taken. Not thread-safe.
/// </remarks>
internal sealed class VarianceNewton
{
    private const int MostSteps = 100;
    private const int MostHalvings = 40;
    private const double LeastBarrierWeight = 1e-9;

    // In natural units a variance of 1 is one that the average cluster could just notice.
    private const double NegligibleVariance = 1e-10;

    private readonly CovarianceStructure _structure;
    private readonly WorkingMixedModel _model;
    private readonly ModifiedNewtonStep _newton;
    private readonly int _q;
    private readonly int _m;
    private readonly int _packed;
    private readonly double[] _theta;
    private readonly double[] _covariance;
    private readonly double[] _lambda;
    private readonly double[] _unit;
    private readonly double[] _previous;
    private readonly double[] _gradient;
    private readonly double[] _hessian;
    private readonly double[] _step;
    private readonly CovarianceJacobian _jacobian;
    private readonly double[] _matrix;
    private readonly double[] _direction;
    private readonly double[] _barrierGradient;
    private readonly double[] _barrierHessian;
    private double _barrierWeight;
    private double _objective;

    internal VarianceNewton(CovarianceStructure structure, WorkingMixedModel model)
    {
        _structure = structure;
        _model = model;
        _q = structure.Dimension;
        _m = structure.ComponentCount;
        _packed = LaneCholesky.PackedLength(_q);
        _newton = new ModifiedNewtonStep(_m);
        _theta = new double[_m];
        _covariance = new double[_q * _q];
        _lambda = new double[_q * _q];
        _unit = new double[_m];
        _previous = new double[_m];
        _gradient = new double[_m];
        _hessian = new double[_m * _m];
        _step = new double[_m];
        _jacobian = new CovarianceJacobian(structure);
        _matrix = new double[_q * _q];
        _direction = new double[_q * _q];
        _barrierGradient = new double[_m];
        _barrierHessian = new double[_m * _m];
    }

    /// <summary>Whether the current D̃ is singular.</summary>
    internal bool IsSingular { get; private set; }

    /// <summary>The coordinates of the current D̃.</summary>
    internal ReadOnlySpan<double> Theta => _theta;

    /// <summary>The current D̃, q² row by row.</summary>
    internal ReadOnlySpan<double> Covariance => _covariance;

    /// <summary>Λ of the current D̃.</summary>
    internal ReadOnlySpan<double> Factor => _lambda;

    /// <summary>The criterion's second derivatives in <see cref="Theta"/> at the last <see cref="Evaluate"/>,
    /// m².</summary>
    internal ReadOnlySpan<double> Hessian => _hessian;

    /// <summary>Starts from D̃ = the natural units of the model.</summary>
    internal void StartAtUnits()
    {
        _structure.StartInto(_model.Units, _theta);
        IsSingular = false;
        Refresh();
    }

    /// <summary>Starts from a D̃ of the structure.</summary>
    /// <param name="covariance">q² row by row.</param>
    internal void StartAt(ReadOnlySpan<double> covariance)
    {
        _structure.CoordinatesInto(covariance, _theta);
        IsSingular = _structure.Snap(_theta, 0, _model.Units);
        Refresh();
    }

    /// <summary>Evaluates the criterion and its derivatives at the current D̃.</summary>
    /// <returns>
    /// The Newton decrement, the distance to the optimum in standard errors, KKT conditions included; +∞ where the
    /// criterion cannot be evaluated.
    /// </returns>
    internal double Evaluate()
    {
        _barrierWeight = _structure.HasBarrier ? LeastBarrierWeight : 0;
        if (!TryEvaluate()) return double.PositiveInfinity;
        _model.GoBack(derivatives: true, newBeta: null);
        double slope = _structure.ReleaseInto(_theta, _model.Gradient, _model.Units, _direction);
        return Math.Max(PrepareStep(), slope < -ReleaseBound() ? Math.Sqrt(-slope / Math.Sqrt(1 + Information())) : 0);
    }

    /// <summary>
    /// Minimises from the current D̃; <see cref="Evaluate"/> must have been called there. Afterwards the criterion, but
    /// not its derivatives, is that of the D̃ reached.
    /// </summary>
    /// <param name="tolerance">Bound on the Newton decrement.</param>
    internal void Minimise(double tolerance)
    {
        if (!_structure.HasBarrier)
        {
            MinimiseAtWeight(tolerance);
            return;
        }

        // Down the central path: each weight starts from the minimum of the one before.
        for (_barrierWeight = 1; _barrierWeight > 2 * LeastBarrierWeight; _barrierWeight *= 0.1)
        {
            Reevaluate();
            MinimiseAtWeight(tolerance);
        }

        _barrierWeight = LeastBarrierWeight;
        Reevaluate();
        MinimiseAtWeight(tolerance);
    }

    /// <summary>Sets D̃ to origin + t(D̃ − origin), which lies in the structure too, and evaluates the criterion
    /// there.</summary>
    /// <param name="origin">A D̃ of the structure, q².</param>
    /// <param name="t">0 to 1.</param>
    internal void MoveTowards(ReadOnlySpan<double> origin, double t)
    {
        for (int e = 0; e < origin.Length; e++) _matrix[e] = origin[e] + (t * (_covariance[e] - origin[e]));
        _structure.CoordinatesInto(_matrix, _theta);
        IsSingular = _structure.Snap(_theta, 0, _model.Units);
        Refresh();
        TryEvaluate();
    }

    /// <summary>Moves to other coordinates and evaluates the criterion there.</summary>
    /// <param name="theta">m.</param>
    /// <returns>Whether the criterion has a value there; if not, D̃ stays.</returns>
    internal bool TryMoveTo(ReadOnlySpan<double> theta)
    {
        _theta.CopyTo(_previous, 0);
        theta.CopyTo(_theta);
        Refresh();
        if (TryEvaluate())
        {
            IsSingular = _structure.Snap(_theta, 0, _model.Units);
            return true;
        }

        _previous.CopyTo(_theta, 0);
        Refresh();
        TryEvaluate();
        return false;
    }

    private void MinimiseAtWeight(double tolerance)
    {
        for (int iteration = 0; iteration < MostSteps; iteration++)
        {
            double decrement = PrepareStep();
            if (!(decrement > tolerance))
            {
                SnapToBoundary();
                if (!TryRelease()) return;
                continue;
            }

            // Newton converges quadratically: after this step no derivative need tell that it was the last.
            bool last = !IsSingular && decrement * decrement <= tolerance;
            if (TryStep())
            {
                if (last && !IsAtBoundary()) return;
                _model.GoBack(derivatives: true, newBeta: null);
            }
            else if (!TryRelease())
            {
                SnapToBoundary();
                return;
            }
        }
    }

    // Whether D̃ is singular or about to collapse, so that the conditions of the boundary have to be looked at.
    private bool IsAtBoundary()
    {
        _theta.CopyTo(_previous, 0);
        return _structure.Snap(_previous, NegligibleVariance, _model.Units) ||
               !_theta.AsSpan().SequenceEqual(_previous);
    }

    // D̃ and Λ of θ.
    private void Refresh()
    {
        _structure.CovarianceInto(_theta, _covariance);
        CovarianceFactor.Compute(_covariance, _q, _lambda);
    }

    // The criterion with the barrier at the current θ; false where it has no value.
    private bool TryEvaluate()
    {
        double barrier = _barrierWeight == 0 ? 0 : _barrierWeight * _structure.Barrier(_theta, _model.Units, [], []);
        if (double.IsPositiveInfinity(barrier) || !_model.Evaluate(_lambda)) return false;
        _objective = _model.Criterion + barrier;
        return true;
    }

    private void Reevaluate()
    {
        Refresh();
        if (TryEvaluate()) _model.GoBack(derivatives: true, newBeta: null);
    }

    // Gradient and Hessian in θ, and the step. Returns the decrement.
    private double PrepareStep()
    {
        ReadOnlySpan<double> f = _model.Gradient;
        _jacobian.Refresh(_theta);
        _jacobian.Project(_model.Hessian, _hessian);
        if (_barrierWeight != 0) _structure.Barrier(_theta, _model.Units, _barrierGradient, _barrierHessian);
        for (int l = 0; l < _m; l++)
        {
            _gradient[l] = _jacobian.Slope(l, f);
            if (_barrierWeight != 0) _gradient[l] += _barrierWeight * _barrierGradient[l];
            for (int m = 0; m <= l; m++)
            {
                double extra = _structure.Curvature(f, l, m);
                if (_barrierWeight != 0) extra += _barrierWeight * _barrierHessian[(l * _m) + m];
                _hessian[(l * _m) + m] += extra;
                if (l != m) _hessian[(m * _m) + l] += extra;
            }
        }

        _structure.UnitsInto(_model.Units, _unit);
        return _newton.Compute(_gradient, _hessian, _unit, _theta, _step);
    }

    // A step downhill; where it succeeds, the derivatives are those of where it began.
    private bool TryStep()
    {
        double start = _objective, slope = 0;
        for (int l = 0; l < _m; l++) slope += _gradient[l] * _step[l];
        _theta.CopyTo(_previous, 0);
        double length = 1;
        for (int halving = 0; halving < MostHalvings; halving++, length *= 0.5)
        {
            for (int l = 0; l < _m; l++) _theta[l] = _previous[l] + (length * _step[l]);
            Refresh();
            if (TryEvaluate() && _objective <= start + (1e-4 * length * slope) + Rounding(start))
            {
                IsSingular = false;
                return true;
            }
        }

        _previous.CopyTo(_theta, 0);
        Reevaluate();
        return false;
    }

    // A criterion of size f carries this much rounding.
    private double Rounding(double f) => 1e-14 * (Math.Abs(f) + Math.Abs(_model.LogDeterminant));

    // Puts collapsed directions exactly at 0, unless the criterion minds.
    private void SnapToBoundary()
    {
        _theta.CopyTo(_previous, 0);
        double before = _objective;
        IsSingular = _structure.Snap(_theta, NegligibleVariance, _model.Units);
        if (_theta.AsSpan().SequenceEqual(_previous)) return;
        Reevaluate();
        if (_objective <= before + (1e-7 * (1 + Math.Sqrt(Information())))) return;
        _previous.CopyTo(_theta, 0);
        IsSingular = false;
        Reevaluate();
    }

    // How much the clusters say of D: the diagonal of its average information in natural units.
    private double Information()
    {
        double sum = 0;
        for (int a = 0; a < _q; a++)
        {
            int at = LaneCholesky.PackedIndex(a, a);
            sum += Math.Abs(_model.AverageInformation[(at * _packed) + at]) * _model.Units[a] * _model.Units[a];
        }

        return sum;
    }

    private double ReleaseBound() => 1e-9 * (1 + Math.Sqrt(Information()));

    // Leaves the boundary where that lowers the criterion. Returns whether it did.
    private bool TryRelease()
    {
        double slope = _structure.ReleaseInto(_theta, _model.Gradient, _model.Units, _direction);
        if (!(slope < -ReleaseBound())) return false;
        double curvature = 0;
        for (int a = 0, at = 0; a < _q; a++)
        {
            for (int b = 0; b <= a; b++, at++)
            {
                for (int c = 0, to = 0; c < _q; c++)
                {
                    for (int d = 0; d <= c; d++, to++)
                    {
                        curvature += _direction[(a * _q) + b] * _model.Hessian[(at * _packed) + to] *
                                     _direction[(c * _q) + d];
                    }
                }
            }
        }

        double start = _objective;
        double length = curvature > 0 ? Math.Min(-slope / curvature, 1) : 0.1;
        _theta.CopyTo(_previous, 0);
        for (int halving = 0; halving < MostHalvings && length > 2 * NegligibleVariance; halving++, length *= 0.25)
        {
            _structure.CovarianceInto(_previous, _matrix);
            for (int e = 0; e < _matrix.Length; e++) _matrix[e] += length * _direction[e];
            _structure.CoordinatesInto(_matrix, _theta);
            Refresh();
            if (TryEvaluate() && _objective < start)
            {
                IsSingular = _structure.Snap(_theta, 0, _model.Units);
                _model.GoBack(derivatives: true, newBeta: null);
                return true;
            }
        }

        _previous.CopyTo(_theta, 0);
        Reevaluate();
        return false;
    }
}
