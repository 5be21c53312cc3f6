using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>Where a pass takes its linear predictor from.</summary>
internal enum PassPoint
{
    /// <summary>η = o + Xα + Zβ at the coefficients given.</summary>
    Coefficients,

    /// <summary>η = g(a start value near y); the working residual is then y* itself, as if η were o.</summary>
    Response,
}

/// <summary>
/// One sweep over the data: linear predictor, kernel, weighted cross products; rows in, additive statistics out.
/// </summary>
/// <remarks>
/// Each partition of the source is summed up by itself, tile by tile, and the partitions are added in their order: the
/// bits do not depend on the number of threads. A pass allocates nothing. Not thread-safe.
/// </remarks>
internal sealed unsafe class DataPass : IPartitionedWork, IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    // The deviance from the objective loses this many times the rounding of the deviance itself, at most.
    private const double MostCancellation = 1e5;

    private readonly ITileSource _source;
    private readonly WorkerTeam _team;
    private readonly PassWorkspace[] _workspaces;
    private readonly double[] _alpha;
    private WorkingKernel _kernel;
    private AlignedBuffer? _beta;
    private ClusterBlocks? _blocks;
    private PassPoint _point;
    private bool _logWeights;
    private bool _exact;
    private bool _observed;
    private bool _fixedCross;
    private double _responseTerm = double.NaN;
    private bool _cancels;

    internal DataPass(ITileSource source, WorkingKernel kernel, WorkerTeam team)
    {
        _source = source;
        _kernel = kernel;
        _team = team;
        _alpha = new double[source.Layout.FixedCount];
        _workspaces = new PassWorkspace[source.Map.PartitionCount];
        for (int i = 0; i < _workspaces.Length; i++) _workspaces[i] = new PassWorkspace(source.Layout);
    }

    /// <summary>Passes done.</summary>
    internal int Count { get; private set; }

    /// <summary>The kernel; another one where a parameter of the family has moved.</summary>
    internal WorkingKernel Kernel
    {
        get => _kernel;
        set
        {
            _kernel = value;
            foreach (PassWorkspace workspace in _workspaces) workspace.ForgetAverages();
        }
    }

    /// <summary>
    /// Whether every pass sums the deviance itself. Otherwise most sum the objective, which is cheaper, and add the
    /// term of the responses that an exact pass has found: Σ d to ten digits; where the two would cancel to less, as
    /// with counts of many millions, the pass is done again exactly, and so are all that follow.
    /// </summary>
    internal bool IsExact { get; init; }

    /// <summary>The spread of the random effects that weights and scores are averaged over; null, as at first, where
    /// they are those at η itself.</summary>
    internal PredictorSpread? Spread { get; set; }

    /// <summary>Forgets what it knows of the response, which has changed.</summary>
    internal void ForgetResponse() => (_responseTerm, _cancels) = (double.NaN, false);

    /// <summary>Sweeps over the data.</summary>
    /// <param name="point">Where η is taken.</param>
    /// <param name="alpha">p fixed effects on the engine's scale.</param>
    /// <param name="beta">Random effects, [batch][q][lane], or null for 0.</param>
    /// <param name="statistics">Overwritten by the global statistics.</param>
    /// <param name="blocks">Overwritten by the clusters' statistics; null when they are not wanted.</param>
    /// <param name="logWeights">Whether Σ log w is wanted too, and Σ d to all digits.</param>
    internal void Run(
        PassPoint point, ReadOnlySpan<double> alpha, AlignedBuffer? beta, PassStatistics statistics,
        ClusterBlocks? blocks, bool logWeights = false)
    {
        (_logWeights, _observed, _fixedCross) = (logWeights, false, true);
        _exact = IsExact || _cancels || logWeights || point == PassPoint.Response ||
                 Spread is not null || double.IsNaN(_responseTerm);
        Sweep(point, alpha, beta, statistics, blocks);
        if (_exact)
        {
            LearnResponseTerm(statistics);
            return;
        }

        statistics.Deviance = Math.Max(0, (2 * statistics.Objective) + _responseTerm);
        if (Dwarfs(_responseTerm, statistics.Deviance))
        {
            _cancels = true;
            Run(point, alpha, beta, statistics, blocks, logWeights);
        }
    }

    /// <summary>
    /// Sweeps over the data for what a likelihood needs: the objective rather than the deviance, weights of either
    /// kind, and of the cross products only those of the clusters.
    /// </summary>
    /// <param name="alpha">p fixed effects on the engine's scale.</param>
    /// <param name="beta">Random effects, [batch][q][lane].</param>
    /// <param name="statistics">Overwritten: objective, gradient, rows outside the domain.</param>
    /// <param name="blocks">Overwritten by the clusters' statistics.</param>
    /// <param name="observed">Whether W is the observed information rather than the expected.</param>
    internal void RunForLikelihood(
        ReadOnlySpan<double> alpha, AlignedBuffer beta, PassStatistics statistics, ClusterBlocks blocks, bool observed)
    {
        (_logWeights, _observed, _fixedCross, _exact) = (false, observed, false, false);
        Sweep(PassPoint.Coefficients, alpha, beta, statistics, blocks);
    }

    private void Sweep(
        PassPoint point, ReadOnlySpan<double> alpha, AlignedBuffer? beta, PassStatistics statistics,
        ClusterBlocks? blocks)
    {
        alpha.CopyTo(_alpha);
        (_point, _beta, _blocks) = (point, beta, blocks);
        _team.Run(_workspaces.Length, this);
        statistics.Clear();
        foreach (PassWorkspace workspace in _workspaces)
        {
            statistics.Add(workspace.Statistics);
            if (blocks is not null) workspace.AddCarried(blocks);
        }

        Count++;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void IPartitionedWork.Execute(int partition)
    {
        PassWorkspace work = _workspaces[partition];
        work.Begin(_alpha);
        int end = _source.Map.FirstTile(partition + 1);
        for (int tile = _source.Map.FirstTile(partition); tile < end; tile++)
            Accumulate(_source.Lease(tile, work.Tile), work);
        work.Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PassWorkspace workspace in _workspaces) workspace.Dispose();
    }

    // Where it dwarfs the deviance, too little would be left of the digits.
    private void LearnResponseTerm(PassStatistics statistics)
    {
        double term = statistics.Deviance - (2 * statistics.Objective);
        _responseTerm = statistics.IsUsable && !Dwarfs(term, statistics.Deviance) ? term : double.NaN;
    }

    private static bool Dwarfs(double term, double deviance) => Math.Abs(term) >= MostCancellation * (deviance + 0.1);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Accumulate(in ClusterTile tile, PassWorkspace work)
    {
        if (_point == PassPoint.Coefficients) work.Predict(tile, _beta);
        Linearise(tile, work);
        work.AddProducts(tile, _fixedCross);
        if (_blocks is not null) work.AddToBlock(tile.Info, _blocks);
    }

    // w and s of the rows that exist, 0 for the padding. Rows that all lanes have go through the kernel as they lie.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Linearise(in ClusterTile tile, PassWorkspace work)
    {
        bool fromResponse = _point == PassPoint.Response;
        int full = fromResponse ? 0 : tile.FullRows * Lanes;
        AveragedRows? averages = null;
        double* spread = null;
        if (Spread is not null && !fromResponse)
        {
            averages = work.Averages ??= new AveragedRows(Kernel, _source.Layout, Spread.IsPrior);
            spread = (double*)averages.Spread.Start;
            Spread.SpreadInto(tile, _source.Layout, averages.Root.Start, spread);
        }

        if (full > 0)
        {
            Evaluate(
                averages, new ReadOnlySpan<double>(spread, averages is null ? 0 : full),
                new Span<double>(work.Eta, full), new ReadOnlySpan<double>(tile.Response, full),
                tile.PriorWeights is null ? [] : new ReadOnlySpan<double>(tile.PriorWeights, full), [],
                new Span<double>(work.Weights, full), new Span<double>(work.Scores, full), work.Statistics);
        }

        if (full == tile.Rows * Lanes) return;
        RaggedRows ragged = work.Ragged;
        ragged.Gather(tile, full / Lanes, work.Eta);
        if (averages is not null) ragged.GatherSpread(spread);
        Evaluate(
            averages, averages is null ? [] : ragged.Spread, ragged.Eta, ragged.Response, ragged.PriorWeights,
            ragged.Offset, ragged.Weights, ragged.Scores, work.Statistics);
        ragged.Scatter(tile, full / Lanes, work.Weights, work.Scores);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Evaluate(
        AveragedRows? averages, ReadOnlySpan<double> spread, Span<double> eta, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights, ReadOnlySpan<double> offset, Span<double> weights, Span<double> scores,
        PassStatistics statistics)
    {
        bool fromResponse = _point == PassPoint.Response;
        if (fromResponse) Kernel.StartingPredictor(response, priorWeights, eta);
        KernelSums sums = fromResponse
            ? Kernel.Working(eta, response, priorWeights, weights, scores)
            : averages is not null
                ? averages.Evaluate(eta, spread, response, priorWeights, weights, scores)
            : _exact
                ? Kernel.WeightsAndScores(eta, response, priorWeights, weights, scores)
                : _observed
                    ? Kernel.ObservedWeightsAndScores(eta, response, priorWeights, weights, scores)
                    : Kernel.WeightsScoresAndObjective(eta, response, priorWeights, weights, scores);
        statistics.Deviance += sums.Deviance;
        statistics.Objective += sums.Objective;
        statistics.WeightedSquares += sums.WeightedSquares;
        statistics.Invalid += sums.Invalid;
        if (fromResponse)
        {
            // s = w(r + η − o): the working response itself.
            TensorPrimitives.Add(scores, eta, scores);
            if (!offset.IsEmpty) TensorPrimitives.Subtract(scores, offset, scores);
            TensorPrimitives.Multiply(weights, scores, scores);
        }

        if (!_logWeights) return;

        // η is spent.
        TensorPrimitives.Log(weights, eta);
        statistics.LogWeights += TensorPrimitives.Sum<double>(eta);
    }
}
