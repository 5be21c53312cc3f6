using System.Collections.Concurrent;
using Glmm.Sparse.Core;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.ScoreTests;

/// <summary>
/// One design made ready once for the variance-component score tests of many responses: which of thousands of outcomes
/// vary between clusters at all? Immutable and thread-safe; holds native memory, so dispose it.
/// </summary>
/// <remarks>See <see cref="VarianceScoreTest"/> for the test. A result depends on its response alone, not on those
/// before it nor on threads.</remarks>
public sealed class VarianceScorePlan : IDisposable
{
    private const int MostIterations = 100;

    private readonly FitPlan _plan;
    private readonly FitOptions _options;
    private readonly ScoreRows _rows;
    private readonly VarianceDirections _directions;
    private readonly double _held;
    private bool _disposed;

    private VarianceScorePlan(FitPlan plan, FitOptions options)
    {
        (_plan, _options) = (plan, options);
        ClusteredDesign design = plan.Packed.Source;
        _rows = ScoreRows.Of(design, plan.KeptColumns);
        _directions = VarianceDirections.Of(design);
        _held = options.Dispersion.HeldValue(plan.Family);
    }

    /// <summary>Names of the variance components that are tested.</summary>
    public IReadOnlyList<string> ComponentNames => _directions.Names;

    /// <summary>Names of the fixed effects, collinear columns left out.</summary>
    public IReadOnlyList<string> FixedNames => _plan.Packed.FixedNames;

    /// <summary>Makes a design ready.</summary>
    /// <param name="design">The data; its own response is checked but not tested.</param>
    /// <param name="family">The family, a given θ included.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">Dispersion, tolerance and cancellation are heeded; the defaults when null.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    public static VarianceScorePlan Create(
        ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        options ??= FitOptions.Default;
        options.Validate();
        family.RequireQuasiLikelihood("The score test");
        using var team = new WorkerTeam(FitPlan.ThreadsFor(design.Observations, options.Threads));
        bool estimates = double.IsNaN(options.Dispersion.HeldValue(family));
        var plan = new FitPlan(design, family, link ?? family.DefaultLink, team, estimates, stores: true);
        try
        {
            return new VarianceScorePlan(plan, options);
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    /// <summary>Tests one response.</summary>
    /// <param name="response">y, n, in the order of the design's rows.</param>
    /// <returns>The test; of a response that cannot be tested, a result that says why.</returns>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public VarianceScoreResult Test(ReadOnlySpan<double> response)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var worker = new Worker(this);
        response.CopyTo(worker.Response(response.Length));
        return worker.Test();
    }

    /// <summary>Tests many responses side by side, each written when its turn comes.</summary>
    /// <param name="count">Number of responses.</param>
    /// <param name="fill">Writes a response; called from several threads at once, in any order.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    /// <param name="progress">Told, now and then, how many are done; on any thread.</param>
    /// <returns>A result for each response, in their order; of a response that cannot be tested, one that says
    /// why.</returns>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public VarianceScoreResult[] TestMany(
        int count, ResponseFiller fill, int threads = 0, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ObjectDisposedException.ThrowIf(_disposed, this);
        (_options with { Threads = threads }).Validate();
        var results = new VarianceScoreResult[count];
        var idle = new ConcurrentBag<Worker>();
        var counter = new ProgressCounter(progress, count);
        using var team = new WorkerTeam(WorkerTeam.Count(threads));
        try
        {
            team.Run(count, new PartitionedAction(index =>
            {
                if (!idle.TryTake(out Worker? worker)) worker = new Worker(this);
                try
                {
                    Span<double> response = worker.Response(_rows.Count);
                    response.Fill(double.NaN);
                    fill(index, response);
                    results[index] = worker.Test();
                    counter.Add();
                }
                finally
                {
                    idle.Add(worker);
                }
            }));
        }
        finally
        {
            foreach (Worker worker in idle) worker.Dispose();
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _plan.Dispose();
    }

    // What one thread works with.
    private sealed class Worker : IDisposable
    {
        private readonly VarianceScorePlan _owner;
        private readonly FitWorkspace _work;
        private readonly NullIteration _iteration;
        private readonly VarianceScoreCalculator _calculator;
        private readonly double[] _response;
        private readonly double[] _alpha;

        internal Worker(VarianceScorePlan owner)
        {
            _owner = owner;
            _work = new FitWorkspace(owner._plan, threads: 1);
            _iteration = new NullIteration(_work);
            _response = new double[owner._rows.Count];
            _alpha = new double[owner._rows.FixedCount];
            _calculator = new VarianceScoreCalculator(
                new NullState(owner._rows, _work.Kernel), owner._directions, _work.IsLinear,
                double.IsNaN(owner._held));
        }

        internal Span<double> Response(int length) =>
            length == _response.Length ? _response : throw FitWorkspace.WrongLength(length, _response.Length);

        internal VarianceScoreResult Test()
        {
            FitOptions options = _owner._options;
            try
            {
                _work.TakeResponse(_response);
            }
            catch (InvalidModelDataException exception)
            {
                return VarianceScoreResult.None(exception.Message, double.NaN, _calculator.Distribution);
            }

            Array.Clear(_iteration.Alpha);
            bool converged = _iteration.Run(
                options.Tolerance, MostIterations, _owner._held, options.CancellationToken);
            ScoreRows rows = _owner._rows;
            double dispersion = double.IsNaN(_owner._held)
                ? _work.Statistics.WeightedSquares / (rows.Total - rows.FixedCount)
                : _owner._held;
            if (!converged)
            {
                return VarianceScoreResult.None(
                    VarianceScoreCalculator.NotConverged, dispersion, _calculator.Distribution);
            }

            _iteration.Alpha.CopyTo(_alpha, 0);
            _work.Packed.FixedScale.ToUser(_alpha);
            rows.LinearPredictor(_alpha, _calculator.State.Predictor);
            for (int r = 0; r < rows.Count; r++) _calculator.State.Response[r] = _response[rows.Order[r]];
            return _calculator.Test(dispersion);
        }

        public void Dispose() => _work.Dispose();
    }
}
