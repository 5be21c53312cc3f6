using System.Diagnostics;
using System.Globalization;
using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>Where the model is expanded into its working linear mixed model.</summary>
internal enum ExpansionPoint
{
    /// <summary>At the current predictors of the random effects: PQL.</summary>
    Modes,

    /// <summary>At β = 0: MQL.</summary>
    Zero,
}

/// <summary>
/// The iteration that PQL and MQL share: expand, fit the working linear mixed model, expand again at its solution.
/// </summary>
/// <remarks>
/// One data pass per expansion; the variance components converge on the block statistics inside. A step that leaves the
/// domain or, for PQL, raises the penalised deviance is halved. Not thread-safe.
/// </remarks>
internal sealed class Linearisation : IDisposable
{
    private const int MostHalvings = 12;
    private const int MostNullIterations = 25;
    private const double LeastRelaxation = 1.0 / 16;

    // On the scale of a logit or a log, a standard deviation of the random effects of this size is a run-away.
    private const double RunawayDeviation = 60;

    // A fixed effect that still moves this far on the link scale though the criterion no longer notices.
    private const double DriftStep = 0.05;

    private readonly FitOptions _options;
    private readonly FitWorkspace _work;
    private readonly ExpansionPoint _expansion;
    private readonly WorkingMixedModel _model;
    private readonly VarianceNewton _variance;
    private readonly NullIteration _null;
    private readonly double _held;
    private readonly double[] _alpha;
    private readonly double[] _fullStep;
    private readonly double[] _origin;
    private readonly long _started;
    private readonly AlignedBuffer _target;
    private readonly AlignedBuffer _best;
    private readonly double[] _bestAlpha;
    private readonly double[] _bestCovariance;
    private double _bestNorm = double.PositiveInfinity;
    private AlignedBuffer _beta;
    private AlignedBuffer _trial;
    private readonly double[] _covariance;
    private readonly double[] _change;
    private double _relaxation = 1;
    private double _previousNorm = double.PositiveInfinity;
    private double _sphericalSquares;
    private double _gradientNorm = double.PositiveInfinity;
    private bool _hasLogWeights;
    private int _iterations;

    internal Linearisation(
        ClusteredDesign design, Family family, Link? link, FitOptions? options, ExpansionPoint expansion)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        _started = Stopwatch.GetTimestamp();
        _options = options ?? FitOptions.Default;
        _options.Validate();
        _expansion = expansion;
        _work = new FitWorkspace(design, family, link ?? family.DefaultLink, _options.Threads);
        _held = _options.Dispersion.HeldValue(family);
        _model = new WorkingMixedModel(
            _work.Packed.Rows, _options.Criterion == EstimationCriterion.Reml, _held, _work.Statistics, _work.Blocks,
            _work.Team);
        _variance = new VarianceNewton(design.Covariance, _model);
        _null = new NullIteration(_work);
        _alpha = _null.Alpha;
        _fullStep = new double[_alpha.Length];
        _origin = new double[_alpha.Length];
        _covariance = new double[design.Covariance.Dimension * design.Covariance.Dimension];
        _change = new double[_covariance.Length];
        _beta = ModeBuffer.Create(_work.Blocks);
        _trial = ModeBuffer.Create(_work.Blocks);
        _target = ModeBuffer.Create(_work.Blocks);
        _best = ModeBuffer.Create(_work.Blocks);
        _bestAlpha = new double[_alpha.Length];
        _bestCovariance = new double[_covariance.Length];
    }

    /// <summary>The verdict and everything that the result needs.</summary>
    internal FitSummary Summary { get; private set; } = null!;

    /// <summary>β̂ on the user's scale, k×q row by row.</summary>
    internal double[] Modes { get; private set; } = [];

    /// <summary>Prediction standard errors, k×q row by row.</summary>
    internal double[] ModeErrors { get; private set; } = [];

    private AlignedBuffer? Expansion => _expansion == ExpansionPoint.Modes ? _beta : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _beta.Dispose();
        _trial.Dispose();
        _target.Dispose();
        _best.Dispose();
        _model.Dispose();
        _work.Dispose();
    }

    /// <summary>Fits; the result is in the properties.</summary>
    internal void Run()
    {
        (Verdict verdict, string? message) = Start() ?? Iterate();
        if (verdict is Verdict.Diverged or Verdict.NotIdentified or Verdict.Stalled) ReturnToBest();
        Finish(verdict, message);
    }

    // The null model; a verdict when it shows that no fit exists.
    private (Verdict, string?)? Start()
    {
        bool converged = _null.Run(1e-3 * Math.Sqrt(_work.Packed.Rows), MostNullIterations, _held, _options.CancellationToken);
        _variance.SetUnits(_work.Blocks);
        _variance.StartAtUnits();
        if (Separated(_null.Step) is { } separated) return separated;
        if (_work.Statistics.IsUsable) return null;
        return (Verdict.Diverged, converged
            ? null
            : "Not even the model without random effects could be fitted: its linear predictor leaves the domain of the " +
              $"'{_work.Link.Name}' link. Choose another link or rescale the response.");
    }

    private (Verdict, string?) Iterate()
    {
        while (true)
        {
            _model.ExpandAbout(Expansion);
            double variance = _variance.Evaluate();
            if (double.IsPositiveInfinity(variance)) return Breakdown();
            _gradientNorm = Math.Max(variance, Math.Max(FixedStep(), ModeStep()));
            if (_iterations > 0)
            {
                _options.Progress?.Invoke(new FitProgress(_iterations, _gradientNorm));
                if (_gradientNorm <= _options.Tolerance)
                {
                    return Separated(_model.Step) ??
                           (_variance.IsSingular ? Verdict.Boundary : Verdict.Converged, null);
                }

                if (Runaway() is { } runaway) return runaway;
                if (_gradientNorm < 0.01 && Separated(_model.Step) is { } separated) return separated;
            }

            KeepIfBest();
            if (_iterations == _options.MaxIterations) return Exhausted();
            _iterations++;
            _variance.Covariance.CopyTo(_covariance);
            _variance.Minimise(_work.IsLinear ? 1e-11 : Math.Clamp(1e-3 * _gradientNorm, 1e-11, 1e-4));
            Relax();
            if (!Step()) return Breakdown();
        }
    }

    private void KeepIfBest()
    {
        if (!(_gradientNorm < _bestNorm)) return;
        _bestNorm = _gradientNorm;
        _alpha.CopyTo(_bestAlpha, 0);
        _variance.Covariance.CopyTo(_bestCovariance);
        ModeBuffer.Interpolate(_beta, _beta, 0, _best);
    }

    // A fit that got lost reports the point at which it was nearest to a solution.
    private void ReturnToBest()
    {
        if (!double.IsFinite(_bestNorm)) return;
        _bestAlpha.CopyTo(_alpha, 0);
        ModeBuffer.Interpolate(_best, _best, 0, _beta);
        _variance.StartAt(_bestCovariance);
        _gradientNorm = _bestNorm;
        _work.Pass.Run(PassPoint.Coefficients, _alpha, Expansion, _work.Statistics, _work.Blocks, logWeights: true);
        _hasLogWeights = true;
    }

    // Where D swings from side to side and the iteration gets no nearer, it goes only part of the way. The fixed point is
    // the same; only the path to it is damped.
    private void Relax()
    {
        double product = 0;
        ReadOnlySpan<double> covariance = _variance.Covariance;
        for (int e = 0; e < _change.Length; e++)
        {
            double change = covariance[e] - _covariance[e];
            product += change * _change[e];
            _change[e] = change;
        }

        if (product < 0 && _gradientNorm > 0.9 * _previousNorm) _relaxation = Math.Max(0.5 * _relaxation, LeastRelaxation);
        _previousNorm = _gradientNorm;
        if (_relaxation < 1) _variance.MoveTowards(_covariance, _relaxation);
    }

    // α and β of the working model, and a pass there; halved while it is not acceptable.
    private bool Step()
    {
        _model.GoBack(derivatives: false, newBeta: _target);
        _model.Step.CopyTo(_fullStep);
        bool modes = _expansion == ExpansionPoint.Modes;
        double before = double.NaN;
        if (modes && !_work.IsLinear)
        {
            before = _work.Statistics.Deviance +
                     ModeBuffer.SphericalSquares(_beta, _variance.Factor, _work.Blocks.RandomCount);
        }

        _alpha.CopyTo(_origin, 0);
        double length = 1;
        for (int halving = 0; halving <= MostHalvings; halving++, length *= 0.5)
        {
            for (int j = 0; j < _origin.Length; j++) _alpha[j] = _origin[j] + (length * _fullStep[j]);
            if (modes) ModeBuffer.Interpolate(_beta, _target, length, _trial);
            _options.CancellationToken.ThrowIfCancellationRequested();
            _hasLogWeights = _work.IsLinear || _gradientNorm < 1e-3;
            _work.Pass.Run(
                PassPoint.Coefficients, _alpha, modes ? _trial : null, _work.Statistics, _work.Blocks, _hasLogWeights);
            if (_work.Statistics.IsUsable && Acceptable(before))
            {
                (_beta, _trial) = (_trial, _beta);
                return true;
            }
        }

        // Nothing on the way was better: stay where the last pass that could be used was.
        _origin.CopyTo(_alpha, 0);
        _work.Pass.Run(PassPoint.Coefficients, _alpha, Expansion, _work.Statistics, _work.Blocks);
        return false;
    }

    // The working model's step is a descent direction of the penalised deviance at the new D; one that overshoots is cut.
    private bool Acceptable(double before)
    {
        if (double.IsNaN(before)) return true;
        double after = _work.Statistics.Deviance +
                       ModeBuffer.SphericalSquares(_trial, _variance.Factor, _work.Blocks.RandomCount);
        return !(after > before + (1e-7 * (Math.Abs(before) + 1)));
    }

    // Length of the step in α in standard errors.
    private double FixedStep()
    {
        ReadOnlySpan<double> step = _model.Step, schur = _model.Schur;
        int p = step.Length;
        double sum = 0;
        for (int i = 0; i < p; i++)
        {
            for (int j = 0; j < p; j++) sum += step[i] * schur[(i * p) + j] * step[j];
        }

        return Math.Sqrt(Math.Max(0, sum) / _model.Dispersion);
    }

    // Root mean square of the step in β, in units that the data can tell.
    private double ModeStep() => _expansion == ExpansionPoint.Zero || _iterations == 0
        ? 0
        : Math.Sqrt(_model.StepSquares / _model.Dispersion / ((double)_work.Blocks.Clusters * _work.Blocks.RandomCount));

    private bool HasUnboundedRange =>
        _work.Link.Name is "log" or "logit" or "probit" or "cloglog" or "cauchit";

    private (Verdict, string?)? Separated(ReadOnlySpan<double> step)
    {
        if (!HasUnboundedRange) return null;
        double largest = 0;
        foreach (double s in step) largest = Math.Max(largest, Math.Abs(s));
        if (!(largest > DriftStep) || !SeparationCheck.IsRecession(_work.Packed, _work.Family, step)) return null;
        var names = new List<string>();
        for (int j = 0; j < step.Length; j++)
        {
            if (Math.Abs(step[j]) > 0.1 * largest) names.Add($"'{_work.Packed.FixedNames[j]}'");
        }

        string message =
            $"The fixed effects {string.Join(", ", names)} separate the response '{_work.Packed.Source.Response.Name}': it never varies " +
            "in some combination of them, so their estimates run off to infinity. Merge or drop the levels or columns concerned.";
        _work.Warnings.Add(message);
        return (Verdict.Separated, message);
    }

    private (Verdict, string?)? Runaway()
    {
        if (!HasUnboundedRange) return null;
        int q = _work.Blocks.RandomCount;
        ReadOnlySpan<double> covariance = _variance.Covariance;
        for (int l = 0; l < q; l++)
        {
            double deviation = Math.Sqrt(_model.Dispersion * covariance[(l * q) + l]);
            if (deviation > RunawayDeviation) return (Verdict.Diverged, RunawayMessage(l));
        }

        return null;
    }

    private string RunawayMessage(int l)
    {
        double[,] covariance = UserCovariance();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The estimates ran away: the standard deviation of the random effect " +
            $"'{_work.Packed.Source.RandomEffects[l].Name}' had reached {Math.Sqrt(covariance[l, l]):G4} after {_iterations} iterations and " +
            $"went on growing. There may be no finite solution by this method; use fewer random effects or hold the dispersion.");
    }

    private (Verdict, string?) Breakdown()
    {
        if (_model.SingularColumn >= 0)
        {
            return (Verdict.NotIdentified,
                $"The fixed effect '{_work.Packed.FixedNames[_model.SingularColumn]}' is not determined by the data at the working " +
                "weights reached; drop it or merge its level with another.");
        }

        return Runaway() ?? (Verdict.Diverged,
            "The estimates ran away: the working weights degenerated and no shorter step helped. There may be no finite " +
            "solution by this method; use fewer random effects or hold the dispersion.");
    }

    private (Verdict, string?) Exhausted() => (Verdict.Stalled, string.Create(
        CultureInfo.InvariantCulture,
        $"Not converged in {_iterations} iterations: the next step is still {_gradientNorm:G3} standard errors long, the " +
        $"tolerance being {_options.Tolerance:G3}. Allow more iterations."));

    private double[,] UserCovariance()
    {
        int q = _work.Blocks.RandomCount;
        double[] covariance = [.. _variance.Covariance];
        double dispersion = double.IsFinite(_model.Dispersion) && _model.Dispersion > 0 ? _model.Dispersion : 1;
        for (int e = 0; e < q * q; e++) covariance[e] *= dispersion;
        return _work.Packed.RandomScale.CovarianceToUser(covariance);
    }

    private void Finish(Verdict verdict, string? message)
    {
        PackedDesign packed = _work.Packed;
        int p = _alpha.Length, q = _work.Blocks.RandomCount;
        _model.ExpandAbout(Expansion);
        if (!_hasLogWeights && verdict is Verdict.Converged or Verdict.Boundary)
            _work.Pass.Run(PassPoint.Coefficients, _alpha, Expansion, _work.Statistics, _work.Blocks, logWeights: true);
        bool solved = _work.Statistics.IsUsable && _model.Evaluate(_variance.Factor);
        if (solved) _model.GoBack(derivatives: false, newBeta: _target);
        double phi = solved ? _model.Dispersion : double.NaN;
        _sphericalSquares = solved ? _model.SphericalSquares : double.NaN;

        var covariance = new double[p * p];
        for (int e = 0; e < covariance.Length; e++) covariance[e] = solved ? phi * _model.InverseSchur[e] : double.NaN;
        double[,] userCovariance = packed.FixedScale.CovarianceToUser(covariance);
        double[] alpha = [.. _alpha];
        packed.FixedScale.ToUser(alpha);
        var effects = new FixedEffect[p];
        for (int j = 0; j < p; j++)
            effects[j] = new FixedEffect(packed.FixedNames[j], alpha[j], Math.Sqrt(userCovariance[j, j]));

        if (_expansion == ExpansionPoint.Modes)
        {
            Modes = new double[(long)packed.ClusterCount * q];
            ModeErrors = new double[Modes.Length];
            RandomEffectErrors.Compute(
                _work.Blocks, _beta, _variance.Factor, _model.InverseSchur, phi, packed.RandomScale, Modes, ModeErrors);
        }

        Summary = new FitSummary
        {
            Criterion = _options.Criterion,
            Family = _work.Family,
            Link = _work.Link,
            Observations = packed.Rows,
            Clusters = packed.Source.Clusters,
            Verdict = verdict,
            Singular = _variance.IsSingular,
            Iterations = _iterations,
            GradientNorm = _gradientNorm,
            Message = message,
            Warnings = [.. _work.Warnings],
            FixedEffects = effects,
            FixedColumns = [.. _work.KeptColumns],
            FixedCovariance = userCovariance,
            RandomTerms = [.. packed.Source.RandomEffects.Select(c => c.Name)],
            Covariance = UserCovariance(),
            Dispersion = phi,
            DispersionEstimated = double.IsNaN(_held),
            LogQuasiLikelihood = solved ? LogQuasiLikelihood() : double.NaN,
            WorkingLogLikelihood = solved ? WorkingLogLikelihood() : double.NaN,
            Deviance = _work.Statistics.Deviance,
            DataPasses = _work.Pass.Count,
            Threads = _work.Threads,
            FitSeconds = Stopwatch.GetElapsedTime(_started).TotalSeconds,
        };
    }

    private double WorkingLogLikelihood() =>
        _model.WorkingLogLikelihood(_work.Statistics.LogWeights) -
        (_options.Criterion == EstimationCriterion.Reml ? _work.Packed.FixedScale.LogScale : 0);

    // PQL: −½ Σ log|I + DZᵀWZ| − κ(β̂). MQL: Σ ℓ_i0 − ½ Σ log|I + DZᵀWZ| + ½ Σ h_iᵀK_i⁻¹h_i.
    private double LogQuasiLikelihood()
    {
        double phi = _model.Dispersion, deviance = _work.Statistics.Deviance;
        double rest = _expansion == ExpansionPoint.Modes
            ? -(deviance + _sphericalSquares)
            : _work.Statistics.WeightedSquares - _model.ResponseSquares - deviance;
        return (-0.5 * _model.LogDeterminant) + (0.5 * rest / phi);
    }
}
