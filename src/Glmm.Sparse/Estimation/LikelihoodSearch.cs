using Glmm.Sparse.Core;
using Glmm.Sparse.Likelihood;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Estimation;

/// <summary>How a search ended.</summary>
internal enum SearchOutcome
{
    /// <summary>At a maximum.</summary>
    Converged,

    /// <summary>The iterations ran out.</summary>
    Exhausted,

    /// <summary>No step was acceptable, or there is no value where it began.</summary>
    Breakdown,
}

/// <summary>
/// Maximises a marginal log-likelihood: the BFGS method (Nocedal &amp; Wright 2006, chapter 6) from a Hessian known
/// beforehand, then with the observed one, which differences of the analytic gradient give and the standard
/// errors need anyway.
/// </summary>
/// <remarks>Lengths are in standard errors: √(gᵀH⁻¹g) is how far the maximum is. Not thread-safe.</remarks>
internal sealed partial class LikelihoodSearch : IDisposable
{
    private const int MostHalvings = 30;

    // Nearer than this, times the root of the number of clusters over so many, the observed Hessian takes over; it
    // serves until the point has moved twice as far. What a Hessian changes over a standard error goes with the
    // inverse of that root.
    private const double Near = 1e-4;
    private const double NearClusters = 1000;

    // After so many steps that have not come near, the observed Hessian shows the way.
    private const int PatientSteps = 20;

    // Where no step helps any more, a point as near as this is as good as can be told.
    private const double CoarsestRounding = 1e-4;

    private readonly FitWorkspace _work;
    private readonly MarginalLikelihood _likelihood;
    private readonly PenalisedLikelihood _penalised;
    private readonly CovarianceStructure _structure;
    private readonly FitOptions _options;
    private readonly QuasiNewton _quasi;
    private readonly ObservedHessian _observer;
    private readonly double[] _units;
    private readonly double[] _thetaUnits;
    private readonly double[] _gradient;
    private readonly double[] _before;
    private readonly double[] _step;
    private readonly double[] _trial;
    private readonly double[] _errors;
    private readonly double[] _inverse;
    private readonly double[] _direction;
    private readonly double[] _matrix;
    private readonly double _near;
    private readonly int _p;
    private readonly int _m;
    private double _objective;
    private double _lastDistance = double.PositiveInfinity;
    private double _movedSinceHessian = double.PositiveInfinity;
    private int _stepsSinceHessian;

    /// <param name="work">The workspace.</param>
    /// <param name="likelihood">What is maximised.</param>
    /// <param name="options">Tolerance, iterations, progress, cancellation.</param>
    /// <param name="units">q natural units of variance, of D̃.</param>
    internal LikelihoodSearch(
        FitWorkspace work, MarginalLikelihood likelihood, FitOptions options, ReadOnlySpan<double> units)
    {
        (_work, _likelihood, _options) = (work, likelihood, options);
        _structure = work.Packed.Source.Covariance;
        (_p, _m) = (work.Blocks.FixedCount, _structure.ComponentCount);
        int count = likelihood.Count, q = _structure.Dimension;
        _near = Near * Math.Max(1, Math.Sqrt(work.UsedClusters / NearClusters));
        _quasi = new QuasiNewton(count);
        _observer = new ObservedHessian(work, likelihood);
        _units = units.ToArray();
        _penalised = new PenalisedLikelihood(likelihood, _structure, _p, _units);
        _thetaUnits = new double[_m];
        _structure.UnitsInto(_units, _thetaUnits);
        Parameters = new double[count];
        ObservedInformation = new double[count * count];
        _gradient = new double[count];
        _before = new double[count];
        _step = new double[count];
        _trial = new double[count];
        _errors = new double[count];
        _inverse = new double[count * count];
        _direction = new double[q * q];
        _matrix = new double[q * q];
    }

    /// <summary>The parameters reached.</summary>
    internal double[] Parameters { get; }

    /// <summary>Minus the Hessian of the log-likelihood there, once <see cref="Run"/> has ended.</summary>
    internal double[] ObservedInformation { get; }

    /// <summary>Whether that is positive definite: the data determine every parameter.</summary>
    internal bool IsDefinite { get; private set; }

    /// <summary>Whether <see cref="ObservedInformation"/> is that of the point reached.</summary>
    internal bool HasInformation => _movedSinceHessian <= 2 * _near;

    /// <summary>√(gᵀH⁻¹g).</summary>
    internal double Distance { get; private set; } = double.PositiveInfinity;

    /// <summary>Steps taken.</summary>
    internal int Iterations { get; private set; }

    /// <summary>Whether D is singular.</summary>
    internal bool IsSingular { get; private set; }

    /// <summary>Whether the shape ran to its limit and was held there.</summary>
    internal bool HoldsShape { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => _observer.Dispose();

    /// <summary>Searches. However it ends, the likelihood was evaluated last at <see cref="Parameters"/>.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="hessian">Minus the Hessian there, as well as it is known.</param>
    internal SearchOutcome Run(ReadOnlySpan<double> start, ReadOnlySpan<double> hessian)
    {
        start.CopyTo(Parameters);
        _quasi.Set(hessian);
        if (!TryEvaluate(Parameters)) return SearchOutcome.Breakdown;
        _objective = _penalised.Objective(Parameters);
        Differentiate();
        while (true)
        {
            Distance = _quasi.Step(_gradient, _step);
            if (!double.IsFinite(Distance)) return SearchOutcome.Breakdown;
            if (Iterations > 0) FitTelemetry.Report(_options, new FitProgress(Iterations, Distance));
            if ((Distance <= _near && !HasInformation) || _stepsSinceHessian >= PatientSteps)
            {
                if (!TryObserve()) return SearchOutcome.Breakdown;
                continue;
            }

            if (Distance <= _options.Tolerance || IsAtRounding())
            {
                if (!SnapToBoundary() && !TryRelease()) return SearchOutcome.Converged;
                if (++Iterations >= _options.MaxIterations) return SearchOutcome.Exhausted;
                continue;
            }

            if (Iterations >= _options.MaxIterations) return SearchOutcome.Exhausted;
            Iterations++;
            _stepsSinceHessian++;
            _lastDistance = Distance;
            if (TryStep()) continue;
            if (Distance <= CoarsestRounding && HasInformation) return SearchOutcome.Converged;
            if (HasInformation || !TryObserve()) return SearchOutcome.Breakdown;
        }
    }

    private double ModeTolerance
    {
        get
        {
            // What the modes' errors add up to must be seen neither in the gradient, nor, by way of log|M|, in the gain
            // of a step, which is the square of its length.
            double distance = double.IsFinite(Distance) ? Math.Min(1, Distance) : 1;
            double effects = (double)_work.UsedClusters * _structure.Dimension;
            return Math.Clamp(0.1 * distance * distance / effects, 1e-12, 1e-4);
        }
    }

    private bool IsAtRounding() => HasInformation && Distance <= 1e-6 && Distance > 0.5 * _lastDistance;

    private bool TryEvaluate(ReadOnlySpan<double> parameters) =>
        _penalised.TryEvaluate(parameters, ModeTolerance, _options.CancellationToken);

    private void Differentiate()
    {
        _penalised.Differentiate(Parameters, _gradient);
        if (HoldsShape) _gradient[_likelihood.ShapeAt] = 0;
    }

    // The observed Hessian in the place of the approximate one.
    private bool TryObserve()
    {
        _quasi.InverseInto(_inverse);
        for (int j = 0; j < _errors.Length; j++) _errors[j] = Math.Sqrt(_inverse[(j * _errors.Length) + j]);
        bool known = _observer.TryCompute(Parameters, _errors, ObservedInformation, _options.CancellationToken);
        if (!TryEvaluate(Parameters) || !known) return false;

        // The modes may be known more exactly than before.
        _objective = _penalised.Objective(Parameters);
        Differentiate();
        if (HoldsShape) HoldShape(ObservedInformation);
        IsDefinite = _quasi.Set(ObservedInformation);
        (_movedSinceHessian, _stepsSinceHessian) = (0, 0);
        return true;
    }

    // A step downhill, and what the gradient did along it.
    private bool TryStep()
    {
        Bound();
        double slope = 0;
        for (int j = 0; j < _step.Length; j++)
        {
            slope += _gradient[j] * _step[j];
            _trial[j] = Parameters[j] + _step[j];
        }

        Parameters.CopyTo(_before, 0);
        _likelihood.LookAhead(_trial);
        double length = 1, start = _objective;
        for (int halving = 0; halving < MostHalvings; halving++, length *= halving < 3 ? 0.5 : 0.25)
        {
            for (int j = 0; j < _step.Length; j++) _trial[j] = _before[j] + (length * _step[j]);
            _likelihood.GoAhead(length);
            if (!TryEvaluate(_trial)) continue;
            double objective = _penalised.Objective(_trial);
            if (objective > start + (1e-4 * length * slope) + Rounding(start)) continue;
            _trial.CopyTo(Parameters, 0);
            _objective = objective;
            _gradient.CopyTo(_trial, 0);
            Differentiate();
            for (int j = 0; j < _step.Length; j++)
            {
                _trial[j] = _gradient[j] - _trial[j];
                _step[j] *= length;
            }

            _quasi.Update(_step, _trial);
            _movedSinceHessian += length * Distance;
            HoldShapeAtLimit();
            return true;
        }

        _likelihood.GoAhead(0);
        if (TryEvaluate(Parameters)) _objective = _penalised.Objective(Parameters);
        return false;
    }

    // A coordinate of D may double or move two units; a fixed effect may double or move ten standard errors.
    private void Bound()
    {
        _quasi.InverseInto(_inverse);
        double longest = 0;
        int count = _step.Length;
        for (int j = 0; j < count; j++)
        {
            double unit = j >= _p && j < _p + _m ? _thetaUnits[j - _p]
                : j < _p ? Math.Max(1, 5 * Math.Sqrt(_inverse[(j * count) + j])) : 1;
            longest = Math.Max(longest, Math.Abs(_step[j]) / (2 * (unit + Math.Abs(Parameters[j]))));
        }

        if (!(longest > 1)) return;
        for (int j = 0; j < count; j++) _step[j] /= longest;
    }

    // An objective of this size carries this much rounding.
    private static double Rounding(double objective) => 1e-11 * (1 + Math.Abs(objective));
}
