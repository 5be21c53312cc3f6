using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Maximises a marginal log-likelihood on the surface c(ψ) = v: sequential quadratic programming whose every step is
/// brought back to the surface, so that the likelihood itself tells whether to take it, with a damped BFGS matrix of
/// the Lagrangian (Nocedal &amp; Wright 2006, chapter 18). Not thread-safe.
/// </summary>
internal sealed class ConstrainedSearch : IDisposable
{
    private const int MostIterations = 100;
    private const int MostHalvings = 25;
    private const int MostReturns = 60;
    private const double LongestStep = 2;
    private const double Tolerance = 3e-6;
    private const double CoarsestRounding = 1e-3;
    private const double NegligibleGain = 1e-9;

    private readonly LikelihoodModel _model;
    private readonly PenalisedLikelihood _penalised;
    private readonly CovarianceStructure _structure;
    private readonly ObservedHessian _observer;
    private readonly QuasiNewton _quasi;
    private readonly double[] _gradient;
    private readonly double[] _constraint;
    private readonly double[] _step;
    private readonly double[] _normal;
    private readonly double[] _trial;
    private readonly double[] _change;
    private readonly double _modeTolerance;
    private double _maximum;
    private double[] _parametersOfMaximum = [];
    private double[] _hessianOfMaximum = [];

    internal ConstrainedSearch(LikelihoodModel model)
    {
        (_model, _structure) = (model, model.Structure);
        int count = model.Likelihood.Count;
        _penalised = new PenalisedLikelihood(model.Likelihood, _structure, model.FixedCount, model.Units);
        _observer = new ObservedHessian(model.Work, model.Likelihood);
        _quasi = new QuasiNewton(count);
        Parameters = [.. model.Estimates];
        _gradient = new double[count];
        _constraint = new double[count];
        _step = new double[count];
        _normal = new double[count];
        _trial = new double[count];
        _change = new double[count];
        _modeTolerance = 1e-9 / Math.Sqrt((double)model.Work.UsedClusters * _structure.Dimension);
    }

    /// <summary>ψ reached.</summary>
    internal double[] Parameters { get; }

    /// <summary>−ℓ there.</summary>
    internal double Objective { get; private set; }

    /// <summary>d(−ℓ)/dv along the surfaces' minima.</summary>
    internal double Multiplier { get; private set; }

    /// <summary>The matrix that approximates the Hessian of −ℓ.</summary>
    internal ReadOnlySpan<double> Hessian => _quasi.Matrix;

    /// <inheritdoc/>
    public void Dispose() => _observer.Dispose();

    /// <summary>Goes to a point that is known, with what is known of the Hessian there.</summary>
    internal void GoTo(ReadOnlySpan<double> parameters, ReadOnlySpan<double> hessian)
    {
        parameters.CopyTo(Parameters);
        _quasi.Set(hessian);
    }

    /// <summary>The observed Hessian at the model's estimates, which are first made the maximum to all
    /// digits.</summary>
    /// <returns>Whether there is one.</returns>
    internal bool TryStart()
    {
        int n = Parameters.Length;
        var hessian = new double[n * n];
        double[] errors = [.. _model.Errors];
        _model.Estimates.CopyTo(Parameters, 0);
        for (int round = 0; round < 3; round++)
        {
            if (!TryEvaluate(Parameters)) return false;
            if (!_observer.TryCompute(Parameters, errors, hessian, _model.Options.CancellationToken)) return false;
            _quasi.Set(hessian);
            var inverse = new double[n * n];
            _quasi.InverseInto(inverse);
            bool settled = true;
            for (int j = 0; j < n; j++)
            {
                double error = Math.Sqrt(inverse[(j * n) + j]);
                settled &= error < 10 * errors[j] && error > 0.1 * errors[j];
                errors[j] = Math.Clamp(error, 0.01 * errors[j], 100 * errors[j]);
            }

            if (settled) break;
        }

        if (!Run(null, double.NaN)) return false;
        (_maximum, _parametersOfMaximum, _hessianOfMaximum) = (Objective, [.. Parameters], [.. _quasi.Matrix]);
        return true;
    }

    /// <summary>Goes to the maximum that <see cref="TryStart"/> found.</summary>
    internal void GoToMaximum()
    {
        GoTo(_parametersOfMaximum, _hessianOfMaximum);
        Objective = _maximum;
    }

    /// <summary>√(aᵀB⁻¹a) with a the gradient of c: about its standard error.</summary>
    internal double ErrorOf(ProfileConstraint constraint)
    {
        constraint.Evaluate(Parameters, _constraint);
        for (int j = 0; j < _constraint.Length; j++) _trial[j] = -_constraint[j];
        return _quasi.Step(_trial, _normal);
    }

    /// <summary>Searches from where it is.</summary>
    /// <param name="constraint">c, or null for none.</param>
    /// <param name="target">v on the working scale.</param>
    /// <returns>Whether a maximum was found.</returns>
    internal bool Run(ProfileConstraint? constraint, double target)
    {
        if (constraint is not null)
        {
            Parameters.CopyTo(_trial, 0);
            LeaveBoundary(_trial);
            double value = constraint.Evaluate(_trial, _constraint);
            if (constraint.IsDeviation && !(value > 0.3 * target)) constraint.Lift(_trial, target);
            if (!TryReturn(constraint, target))
            {
                if (!constraint.IsCorrelation) return false;
                Parameters.CopyTo(_trial, 0);
                LeaveBoundary(_trial);
                constraint.Correlate(_trial, target);
                if (!TryReturn(constraint, target)) return false;
            }

            _trial.CopyTo(Parameters, 0);
        }

        if (!TryEvaluate(Parameters)) return false;
        Objective = _penalised.Objective(Parameters);
        _penalised.Differentiate(Parameters, _gradient);
        for (int iteration = 0; ; iteration++)
        {
            if (constraint is not null && constraint.IsVoid(Parameters))
            {
                Multiplier = 0;
                return true;
            }

            double distance = Step(constraint);
            if (!double.IsFinite(distance)) return false;
            if (distance <= Tolerance) return true;
            if (iteration == MostIterations) return distance <= CoarsestRounding;
            double before = Objective;
            bool advanced = TryAdvance(constraint, target, distance);
            if (constraint is not null && constraint.IsNegligible(target) && before - Objective <= NegligibleGain)
                return true;
            if (!advanced) return distance <= CoarsestRounding;
        }
    }

    private bool TryEvaluate(ReadOnlySpan<double> parameters) =>
        _penalised.TryEvaluate(parameters, _modeTolerance, _model.Options.CancellationToken);

    // A singular D is a stationary point whether or not it is a maximum: the search has to come to it from outside.
    private void LeaveBoundary(Span<double> parameters)
    {
        Span<double> theta = parameters.Slice(_model.FixedCount, _model.ComponentCount);
        double little = 0.3 / Math.Sqrt(_model.Work.UsedClusters);
        double[] snapped = theta.ToArray(), start = new double[theta.Length];
        if (_structure.HasBarrier || !_structure.Snap(snapped, 0.1 * little, _model.Units)) return;
        int q = _structure.Dimension;
        double[] covariance = new double[q * q], more = new double[q * q];
        _structure.StartInto(_model.Units, start);
        _structure.CovarianceInto(start, more);
        _structure.CovarianceInto(theta, covariance);
        for (int e = 0; e < covariance.Length; e++) covariance[e] += little * more[e];
        _structure.CoordinatesInto(covariance, theta);
    }

    // The step on the tangent plane; its length in standard errors.
    private double Step(ProfileConstraint? constraint)
    {
        if (constraint is null) return _quasi.Step(_gradient, _step);
        constraint.Evaluate(Parameters, _constraint);
        _quasi.Step(_constraint, _normal);
        double cross = 0, own = 0;
        for (int j = 0; j < _normal.Length; j++)
        {
            cross += _gradient[j] * _normal[j];
            own += _constraint[j] * _normal[j];
        }

        Multiplier = cross / own;
        for (int j = 0; j < _trial.Length; j++) _trial[j] = _gradient[j] - (Multiplier * _constraint[j]);
        return _quasi.Step(_trial, _step);
    }

    private bool TryAdvance(ProfileConstraint? constraint, double target, double distance)
    {
        double start = Objective, share = Math.Min(1, LongestStep / distance), slope = -distance * distance;
        double rounding = 1e-11 * (1 + Math.Abs(start));
        double[] from = [.. Parameters], before = [.. _gradient];
        for (int halving = 0; halving < MostHalvings; halving++, share *= halving < 3 ? 0.5 : 0.25)
        {
            for (int j = 0; j < _trial.Length; j++) _trial[j] = from[j] + (share * _step[j]);
            if (constraint is not null && !TryReturn(constraint, target)) continue;
            if (!TryEvaluate(_trial)) continue;
            double objective = _penalised.Objective(_trial);
            if (!(objective <= start + (1e-4 * share * slope) + rounding)) continue;
            double[] normalBefore = [.. _constraint];
            _trial.CopyTo(Parameters, 0);
            Objective = objective;
            _penalised.Differentiate(Parameters, _gradient);
            if (constraint is not null)
            {
                // What the gradient of the Lagrangian did along the step.
                constraint.Evaluate(from, normalBefore);
                constraint.Evaluate(Parameters, _constraint);
            }

            for (int j = 0; j < _change.Length; j++)
            {
                _change[j] = _gradient[j] - before[j];
                if (constraint is not null) _change[j] -= Multiplier * (_constraint[j] - normalBefore[j]);
                _step[j] = Parameters[j] - from[j];
            }

            _quasi.Update(_step, _change);
            return true;
        }

        TryEvaluate(Parameters);
        return false;
    }

    // Brings the trial point back to the surface, by Newton's method along B⁻¹∇c.
    private bool TryReturn(ProfileConstraint constraint, double target)
    {
        double reach = double.PositiveInfinity;
        for (int round = 0; round < MostReturns; round++)
        {
            double gap = target - constraint.Evaluate(_trial, _constraint);
            if (!double.IsFinite(gap)) return false;
            double error = Math.Abs(gap);
            bool near = error <= 1e-12 * (Math.Abs(target) + (constraint.IsDeviation ? 0 : 1));
            if (near || (error < 1e-9 * Math.Abs(target) && error >= reach)) return true;
            reach = error;
            _quasi.Step(_constraint, _normal);
            double own = 0;
            for (int j = 0; j < _normal.Length; j++) own += _constraint[j] * _normal[j];
            if (!(own < 0)) return false;
            for (int j = 0; j < _trial.Length; j++) _trial[j] += gap / own * _normal[j];
        }

        return false;
    }
}
