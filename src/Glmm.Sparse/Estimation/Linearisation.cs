using System.Diagnostics;
using System.Globalization;
using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
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
internal sealed partial class Linearisation : IDisposable
{
    private const int MostHalvings = 12;

    // How exactly the working criterion is minimised, relative to how far all of the point is from the solution.
    private const double InnerTolerance = 1e-2;

    // β is near when the root mean square of its step is this, in units that the data can tell.
    private const double Settled = 0.1;

    private const double UnitRoundoff = 1.1102230246251565e-16;

    // Terms add up: rounding of a sum is this many roundings of its parts.
    private const double RoundingFactor = 64;

    // A point from which the next step is longer than this, in standard errors, is no solution whatever the rounding.
    private const double CoarsestRounding = 1e-3;

    // From a point as near as this the next pass is most likely the last: it sums what only the report needs, too.
    private const double NearlyThere = 1e-5;

    // A step must bring at least this share of the gain that the working model promises.
    private const double SufficientGain = 0.02;

    private readonly FitOptions _options;
    private readonly FitWorkspace _work;
    private readonly bool _ownsWork;
    private readonly ExpansionPoint _expansion;
    private readonly WorkingMixedModel _model;
    private readonly VarianceNewton _variance;
    private readonly CovariancePath _path;
    private readonly FitDiagnosis _diagnosis;
    private readonly ColdStart _cold;
    private readonly double _held;
    private readonly double[] _alpha;
    private readonly double[] _step;
    private readonly double[] _origin;
    private readonly double[] _bestAlpha;
    private readonly double[] _bestCovariance;
    private readonly AlignedBuffer _best;
    private readonly long _started;
    private readonly double[] _zero;
    private AlignedBuffer _beta;
    private AlignedBuffer _target;
    private double _gradientNorm = double.PositiveInfinity;
    private double _previousNorm = double.PositiveInfinity;
    private double _bestNorm = double.PositiveInfinity;
    private Diagnosis _outcome;
    private int _passesBefore;
    private double _dispersion;
    private bool _solved;
    private bool _hasLogWeights;
    private bool _holdsCovariance;
    private int _iterations;

    /// <summary>A fit of one design.</summary>
    internal Linearisation(
        ClusteredDesign design, Family family, Link? link, FitOptions? options, ExpansionPoint expansion)
        : this(Prepare(design, family, link, options ??= FitOptions.Default, expansion), options, expansion)
    {
    }

    /// <summary>A fit from a workspace, again for every response that it takes; disposing it disposes the
    /// workspace.</summary>
    internal Linearisation(
        (FitWorkspace Work, long Started) prepared, FitOptions options, ExpansionPoint expansion, bool ownsWork = true)
    {
        (_work, _started) = prepared;
        _ownsWork = ownsWork;
        _options = options;
        _work.Team.Cancellation = options.CancellationToken;
        _expansion = expansion;
        _held = _options.Dispersion.HeldValue(_work.Family);
        CovarianceStructure structure = _work.Packed.Source.Covariance;
        _model = new WorkingMixedModel(
            _work.Packed.CountTotal, _options.IsRestricted, _held, _work.Statistics, _work.Blocks,
            _work.Team);
        _variance = new VarianceNewton(structure, _model);
        _path = new CovariancePath(
            structure, _model, _variance,
            expansion == ExpansionPoint.Zero ? _work.Packed.Layout.FixedCount : 0, _work.UsedClusters);
        _diagnosis = new FitDiagnosis(_work, _model, _variance);
        _cold = new ColdStart(_work, _model, _variance, _held, expansion);
        _alpha = _cold.Alpha;
        _step = new double[_alpha.Length];
        _origin = new double[_alpha.Length];
        _bestAlpha = new double[_alpha.Length];
        _bestCovariance = new double[structure.Dimension * structure.Dimension];
        _startAlpha = new double[_alpha.Length];
        _startCovariance = new double[_bestCovariance.Length];
        _zero = new double[_bestCovariance.Length];
        if (_options.Order == 2 && !_work.IsLinear)
            _spread = new PredictorSpread(_work.Blocks, _work.Team, isPrior: expansion == ExpansionPoint.Zero);
        _beta = ModeBuffer.Create(_work.Blocks);
        _target = ModeBuffer.Create(_work.Blocks);
        _best = ModeBuffer.Create(_work.Blocks);
    }

    /// <summary>Whether D may go farther than to the minimum of the working criterion; false for comparison.</summary>
    internal bool Accelerates
    {
        init => _path.Accelerates = value;
    }

    /// <summary>How often the working criterion was evaluated and differentiated, which beside the data passes is
    /// what a fit costs.</summary>
    internal (int Evaluations, int Differentiations) Work => (_model.Evaluations, _model.Differentiations);

    private AlignedBuffer? Expansion => _expansion == ExpansionPoint.Modes ? _beta : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _beta.Dispose();
        _target.Dispose();
        _best.Dispose();
        _spread?.Dispose();
        _model.Dispose();
        if (_ownsWork) _work.Dispose();
    }

    /// <summary>Fits; the result is in the properties.</summary>
    internal void Run()
    {
        _passesBefore = _work.Pass.Count;
        if (_hasStart)
        {
            int warnings = _work.Warnings.Count;
            if (TryStartAtGiven())
            {
                Diagnosis given = Estimate();
                if (!IsLost(given))
                {
                    Conclude(given);
                    return;
                }
            }

            _work.Warnings.RemoveRange(warnings, _work.Warnings.Count - warnings);
        }

        Reset();
        Conclude(_cold.TryRun(_beta, _target, _options.CancellationToken) ? Estimate() : NoStart());
    }

    private static (FitWorkspace Work, long Started) Prepare(
        ClusteredDesign design, Family family, Link? link, FitOptions options, ExpansionPoint expansion)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        long started = Stopwatch.GetTimestamp();
        options.Validate();
        family.RequireQuasiLikelihood(expansion == ExpansionPoint.Modes ? "PQL" : "MQL");
        options.RequireOrder(family, link ?? family.DefaultLink);
        double held = options.Dispersion.HeldValue(family);
        FitCost.Require(design, family, options.Threads);
        return (new FitWorkspace(
            design, family, link ?? family.DefaultLink, options.Threads, double.IsNaN(held)), started);
    }

    private static bool IsLost(Diagnosis diagnosis) =>
        diagnosis.Verdict is Verdict.Diverged or Verdict.NotIdentified or Verdict.Stalled;

    private void Reset()
    {
        _summary = null;
        _model.ExactBelow = _work.ExactDispersion;
        _path.Reset();
        _beta.Clear();
        _work.Pass.Spread = null;
        _path.MayRunOff = true;
        _gradientNorm = _previousNorm = _bestNorm = double.PositiveInfinity;
        _hasLogWeights = _holdsCovariance = false;
        _iterations = 0;
    }

    // The result, from the point where the iteration ended.
    private void Conclude(Diagnosis diagnosis)
    {
        bool lost = IsLost(diagnosis);
        if (lost) ReturnToBest();
        else if (!_hasLogWeights) PassForReport();
        bool solved = Solve();
        if (!solved && !lost)
        {
            ReturnToBest();
            solved = Solve();
        }

        if (solved) _model.GoBack(derivatives: false, newBeta: _target);
        (_outcome, _solved) = (diagnosis, solved);
        _dispersion = solved ? _model.Dispersion : double.NaN;
    }

    // Either the fixed effects are not determined even at the weights of the response, or the domain was left.
    private Diagnosis NoStart()
    {
        if (!_work.Statistics.IsUsable) return _diagnosis.NoStart();
        _model.Evaluate(_zero);
        return _diagnosis.Breakdown(_alpha, _step);
    }

    // A pass at the estimates that sums the log-weights too, which only the report needs.
    private void PassForReport()
    {
        _work.Pass.Run(PassPoint.Coefficients, _alpha, Expansion, _work.Statistics, _work.Blocks, logWeights: true);
        _hasLogWeights = true;
    }

    // The working model at the estimates.
    private bool Solve()
    {
        _model.ExpandAbout(Expansion);
        return _work.Statistics.IsUsable && _model.Evaluate(_variance.Factor);
    }

    private Diagnosis Iterate()
    {
        while (true)
        {
            _model.ExpandAbout(Expansion);
            double variance = _variance.Evaluate();
            if (double.IsPositiveInfinity(variance)) return _diagnosis.Breakdown(_alpha, _step);
            double distance = StepLength();
            _gradientNorm = Math.Max(Math.Max(variance, SpreadStep()), Math.Max(FixedStep(), ModeStep()));
            if (_iterations > 0)
            {
                FitTelemetry.Report(_options, new FitProgress(_iterations, _gradientNorm));
                if (IsForeword && _gradientNorm <= NearEnough) return new Diagnosis(Verdict.Converged);
                if (_gradientNorm <= _options.Tolerance || IsAtRounding())
                    return _diagnosis.Converged(_alpha, Expansion);
                if (_diagnosis.Runaway(_alpha) is { } runaway) return runaway;
            }

            KeepIfBest();
            if (_iterations == _options.MaxIterations)
                return _diagnosis.Exhausted(_alpha, _iterations, _bestNorm, _options.Tolerance);
            _iterations++;

            // A D that was given stays until β, which was not, has come near.
            _holdsCovariance &= _iterations == 1 || ModeStep() > Settled;
            if (_holdsCovariance)
            {
                _model.Step.CopyTo(_step);
                if (!Step()) return _diagnosis.Breakdown(_alpha, _step);
                continue;
            }

            _path.Begin(_alpha, distance, _gradientNorm);
            _variance.Minimise(_work.IsLinear ? 1e-11 : Math.Clamp(InnerTolerance * _gradientNorm, 1e-11, 1));
            if (_model.IsExactFit) return _diagnosis.Breakdown(_alpha, _step);
            _previousNorm = _gradientNorm;
            _path.Advance(_step);
            if (!Step()) return _diagnosis.Breakdown(_alpha, _step);
        }
    }

    // Where large terms cancel, no step can be told from 0 below their rounding: once the iteration gets no nearer
    // there, it has arrived, and says how exactly.
    private bool IsAtRounding()
    {
        double rounding = RoundingFactor * UnitRoundoff * _model.Cancellation;
        bool nearer = _gradientNorm < 0.5 * _previousNorm;
        if (_work.HasEdgeInReach || nearer || !(_gradientNorm <= Math.Min(rounding, CoarsestRounding))) return false;
        if (rounding > 1e-6)
        {
            _work.Warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The fixed effects are nearly collinear, or the random effects dwarf the residual error, so that " +
                $"double precision tells the estimates only to about {_gradientNorm:G1} standard errors."));
        }

        return true;
    }

    private void KeepIfBest()
    {
        if (!(_gradientNorm < _bestNorm)) return;
        _bestNorm = _gradientNorm;
        _alpha.CopyTo(_bestAlpha, 0);
        _variance.Covariance.CopyTo(_bestCovariance);
        ModeBuffer.Copy(_beta, _best);
    }

    // A fit that got lost reports the point at which it was nearest to a solution.
    private void ReturnToBest()
    {
        if (!double.IsFinite(_bestNorm)) return;
        _bestAlpha.CopyTo(_alpha, 0);
        ModeBuffer.Copy(_best, _beta);
        _variance.StartAt(_bestCovariance);
        RefreshSpread();
        _gradientNorm = _bestNorm;
        PassForReport();
    }
}
