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
    private const int MostSteps = 60;
    private const int MostHalvings = 40;

    // In natural units a variance of 1 is one that the average cluster could just notice.
    private const double NegligibleVariance = 1e-10;

    private readonly CovarianceStructure _structure;
    private readonly WorkingMixedModel _model;
    private readonly int _q;
    private readonly int _m;
    private readonly int _packed;
    private readonly double[] _covariance;
    private readonly double[] _lambda;
    private readonly double[] _trial;
    private readonly double[] _gradient;
    private readonly double[] _step;
    private readonly double[] _hessian;
    private readonly double[] _factor;
    private readonly double[] _jacobian;
    private readonly double[] _derivative;
    private readonly double[] _direction;

    internal VarianceNewton(CovarianceStructure structure, WorkingMixedModel model)
    {
        _structure = structure;
        _model = model;
        _q = structure.Dimension;
        _m = structure.ComponentCount;
        _packed = LaneCholesky.PackedLength(_q);
        Theta = new double[_m];
        Unit = new double[_q];
        _covariance = new double[_q * _q];
        _lambda = new double[_q * _q];
        _trial = new double[_m];
        _gradient = new double[_m];
        _step = new double[_m];
        _hessian = new double[_m * _m];
        _factor = new double[_m * _m];
        _jacobian = new double[_m * _packed];
        _derivative = new double[_q * _q];
        _direction = new double[_q * _q];
    }

    /// <summary>The coordinates of the current D̃.</summary>
    internal double[] Theta { get; }

    /// <summary>q natural units of variance: the reciprocal of the clusters' mean ZᵀWZ.</summary>
    internal double[] Unit { get; }

    /// <summary>Whether the current D̃ is singular.</summary>
    internal bool IsSingular { get; private set; }

    /// <summary>The current D̃, q² row by row.</summary>
    internal ReadOnlySpan<double> Covariance
    {
        get
        {
            _structure.CovarianceInto(Theta, _covariance);
            return _covariance;
        }
    }

    /// <summary>Λ of the current D̃.</summary>
    internal ReadOnlySpan<double> Factor
    {
        get
        {
            CovarianceFactor.Compute(Covariance, _q, _lambda);
            return _lambda;
        }
    }

    /// <summary>Sets the natural units from a pass.</summary>
    internal unsafe void SetUnits(ClusterBlocks blocks)
    {
        for (int a = 0; a < _q; a++)
        {
            double sum = 0;
            int at = LaneCholesky.PackedIndex(a, a) * LaneCholesky.Lanes;
            for (int cluster = 0; cluster < blocks.Clusters; cluster++) sum += blocks.Cluster(cluster)[at];
            Unit[a] = sum > 0 && double.IsFinite(sum) ? blocks.Clusters / sum : 1;
        }
    }

    /// <summary>Starts from D̃ = the natural units.</summary>
    internal void StartAtUnits()
    {
        Array.Clear(_covariance);
        for (int a = 0; a < _q; a++) _covariance[(a * _q) + a] = Unit[a];
        _structure.CoordinatesInto(_covariance, Theta);
        IsSingular = false;
    }

    /// <summary>Starts from a D̃ of the structure.</summary>
    internal void StartAt(ReadOnlySpan<double> covariance)
    {
        _structure.CoordinatesInto(covariance, Theta);
        IsSingular = _structure.Snap(Theta, 0, Unit);
    }

    /// <summary>Evaluates the criterion and its derivatives at the current D̃.</summary>
    /// <returns>The Newton decrement, the distance to the optimum in standard errors, KKT conditions included; +∞ where
    /// the criterion cannot be evaluated.</returns>
    internal double Evaluate()
    {
        if (!_model.Evaluate(Factor)) return double.PositiveInfinity;
        _model.GoBack(derivatives: true, newBeta: null);
        IsSingular = _structure.Snap(Theta, 0, Unit);
        return Math.Max(PrepareStep(), Math.Sqrt(Math.Max(0, -Release(_direction)) / Math.Sqrt(1 + Trace())));
    }

    /// <summary>Minimises from the current D̃; <see cref="Evaluate"/> must have been called there.</summary>
    /// <param name="tolerance">Bound on the Newton decrement.</param>
    /// <returns>Whether the bound was met.</returns>
    internal bool Minimise(double tolerance)
    {
        for (int iteration = 0; iteration < MostSteps; iteration++)
        {
            double decrement = PrepareStep();
            if (!(decrement > tolerance))
            {
                // Even where D̃ is regular: a component at 0 may be covered by another.
                SnapToBoundary();
                if (!TryRelease()) return true;
                continue;
            }

            if (!TryStep() && !TryRelease())
            {
                SnapToBoundary();
                return false;
            }
        }

        return false;
    }

    /// <summary>Sets D̃ to origin + t(D̃ − origin), which lies in the structure too, and evaluates the criterion there.</summary>
    /// <param name="origin">A D̃ of the structure, q².</param>
    /// <param name="t">0 to 1.</param>
    internal void MoveTowards(ReadOnlySpan<double> origin, double t)
    {
        _ = Covariance;
        for (int e = 0; e < origin.Length; e++) _covariance[e] = origin[e] + (t * (_covariance[e] - origin[e]));
        _structure.CoordinatesInto(_covariance, Theta);
        _model.Evaluate(Factor);
    }

    // Newton's step from the exact Hessian where it is positive definite, else from the average information, damped
    // until it is. Returns the decrement √(−gᵀstep).
    private double PrepareStep()
    {
        ReadOnlySpan<double> f = _model.Gradient;
        for (int l = 0; l < _m; l++)
        {
            _structure.DerivativeInto(Theta, l, _derivative);
            double slope = 0;
            for (int r = 0, at = 0; r < _q; r++)
            {
                for (int c = 0; c <= r; c++, at++)
                {
                    _jacobian[(l * _packed) + at] = _derivative[(r * _q) + c];
                    slope += (r == c ? 1 : 2) * f[(r * _q) + c] * _derivative[(r * _q) + c];
                }
            }

            _gradient[l] = slope;
        }

        if (!TrySolve(_model.Hessian, curvature: 1, damping: 0) &&
            !TrySolve(_model.AverageInformation, curvature: 1, damping: 0))
        {
            for (double damping = 1e-8; !TrySolve(_model.AverageInformation, 0, damping); damping *= 10)
            {
                if (damping > 1e8)
                {
                    // No curvature at all: a step of about one unit downhill.
                    for (int l = 0; l < _m; l++) _step[l] = -_gradient[l];
                    break;
                }
            }
        }

        double product = 0;
        for (int l = 0; l < _m; l++) product -= _gradient[l] * _step[l];
        return Math.Sqrt(Math.Max(0, product));
    }

    // step = −(JᵀHJ + curvature·⟨F, ∂²D⟩ + damping·diag)⁻¹ g.
    private bool TrySolve(double[] information, double curvature, double damping)
    {
        for (int l = 0; l < _m; l++)
        {
            for (int m = 0; m <= l; m++)
            {
                double sum = curvature == 0 ? 0 : curvature * _structure.Curvature(_model.Gradient, l, m);
                for (int a = 0; a < _packed; a++)
                {
                    double inner = 0;
                    for (int b = 0; b < _packed; b++) inner += information[(a * _packed) + b] * _jacobian[(m * _packed) + b];
                    sum += _jacobian[(l * _packed) + a] * inner;
                }

                _hessian[(l * _m) + m] = sum;
                _hessian[(m * _m) + l] = sum;
            }
        }

        if (damping > 0)
        {
            double largest = 0;
            for (int l = 0; l < _m; l++) largest = Math.Max(largest, _hessian[(l * _m) + l]);
            for (int l = 0; l < _m; l++)
                _hessian[(l * _m) + l] += damping * Math.Max(_hessian[(l * _m) + l], 1e-3 * largest);
        }

        // Scaled to a unit diagonal first, so that a pivot says how nearly singular the matrix is, not how it is scaled.
        for (int l = 0; l < _m; l++)
        {
            if (!(_hessian[(l * _m) + l] > 0)) return false;
        }

        for (int l = 0; l < _m; l++)
        {
            for (int m = 0; m < _m; m++)
                _factor[(l * _m) + m] = _hessian[(l * _m) + m] / Math.Sqrt(_hessian[(l * _m) + l] * _hessian[(m * _m) + m]);
        }

        if (DenseCholesky.Factor(_factor, _m) >= 0) return false;
        for (int l = 0; l < _m; l++)
        {
            if (_factor[(l * _m) + l] < 1e-7) return false;
            _step[l] = -_gradient[l] / Math.Sqrt(_hessian[(l * _m) + l]);
        }

        DenseCholesky.Solve(_factor, _m, _step);
        for (int l = 0; l < _m; l++) _step[l] /= Math.Sqrt(_hessian[(l * _m) + l]);
        return true;
    }

    private bool TryStep()
    {
        double start = _model.Criterion, slope = 0;
        for (int l = 0; l < _m; l++) slope += _gradient[l] * _step[l];
        Theta.CopyTo(_trial, 0);
        double length = 1;
        for (int halving = 0; halving < MostHalvings; halving++, length *= 0.5)
        {
            for (int l = 0; l < _m; l++) Theta[l] = _trial[l] + (length * _step[l]);
            if (_model.Evaluate(Factor) && _model.Criterion <= start + (1e-4 * length * slope) + Rounding(start))
            {
                _model.GoBack(derivatives: true, newBeta: null);
                return true;
            }
        }

        _trial.CopyTo(Theta, 0);
        Reevaluate();
        return false;
    }

    // A criterion of size f carries this much rounding.
    private double Rounding(double f) => 1e-14 * (Math.Abs(f) + Math.Abs(_model.LogDeterminant));

    private void Reevaluate()
    {
        if (_model.Evaluate(Factor)) _model.GoBack(derivatives: true, newBeta: null);
    }

    // Puts collapsed directions exactly at 0. Returns whether D̃ is singular.
    private bool SnapToBoundary()
    {
        Theta.CopyTo(_trial, 0);
        double before = _model.Criterion;
        IsSingular = _structure.Snap(Theta, NegligibleVariance, Unit);
        if (Theta.AsSpan().SequenceEqual(_trial)) return IsSingular;
        Reevaluate();
        if (_model.Criterion <= before + (1e-7 * (1 + Math.Sqrt(Math.Abs(Trace()))))) return IsSingular;

        // The collapsed direction matters after all.
        _trial.CopyTo(Theta, 0);
        IsSingular = false;
        Reevaluate();
        return false;
    }

    // How many clusters inform D: the trace of Σ T in natural units.
    private double Trace()
    {
        double sum = 0;
        for (int a = 0; a < _q; a++)
            sum += Math.Abs(_model.AverageInformation[Diagonal(a)]) * Unit[a] * Unit[a];
        return sum;
    }

    private int Diagonal(int a)
    {
        int at = LaneCholesky.PackedIndex(a, a);
        return (at * _packed) + at;
    }

    private double Release(double[] direction) => _structure.ReleaseInto(Theta, _model.Gradient, Unit, direction);

    // Leaves the boundary where that lowers the criterion. Returns whether it did.
    private bool TryRelease()
    {
        double slope = Release(_direction);
        if (!(slope < -1e-9 * (1 + Math.Sqrt(Trace())))) return false;
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

        double start = _model.Criterion;
        double length = curvature > 0 ? Math.Min(-slope / curvature, 1) : 0.1;
        double[] origin = [.. Covariance];
        Theta.CopyTo(_trial, 0);
        for (int halving = 0; halving < MostHalvings && length > 10 * NegligibleVariance; halving++, length *= 0.25)
        {
            for (int e = 0; e < origin.Length; e++) _covariance[e] = origin[e] + (length * _direction[e]);
            _structure.CoordinatesInto(_covariance, Theta);
            if (_model.Evaluate(Factor) && _model.Criterion < start)
            {
                IsSingular = false;
                _model.GoBack(derivatives: true, newBeta: null);
                return true;
            }
        }

        _trial.CopyTo(Theta, 0);
        Reevaluate();
        return false;
    }
}
