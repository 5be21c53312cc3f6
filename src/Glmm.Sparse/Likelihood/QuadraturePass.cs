using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// The rows at the nodes of the clusters' quadrature rules, β̂_i + S_iz_k: one visit for the objectives of the clusters
/// at each node, and, once the nodes' posterior weights are known, one for the means of the scores.
/// </summary>
internal sealed unsafe partial class QuadraturePass : TileSweep<QuadraturePass.Work>
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly QuadratureRule _rule;
    private readonly bool _shape;
    private readonly int _q;
    private WorkingKernel _kernel = null!;
    private AlignedBuffer _beta = null!;
    private AlignedBuffer _spread = null!;
    private bool _scores;

    /// <param name="source">The rows.</param>
    /// <param name="team">Threads.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="shape">Whether the derivative in the logarithm of the shape is wanted.</param>
    /// <param name="batches">Batches of clusters.</param>
    internal QuadraturePass(ITileSource source, WorkerTeam team, QuadratureRule rule, bool shape, int batches)
        : base(source, team, layout => new Work(layout, rule, shape))
    {
        (_rule, _shape, _q) = (rule, shape, source.Layout.RandomCount);
        Nodes = new AlignedBuffer((long)batches * rule.Count * Lanes);
        Scores = new AlignedBuffer((long)batches * (_q + 1) * _q * Lanes);
        FixedScores = new double[source.Layout.FixedCount];
    }

    /// <summary>Of each cluster the objective at each node, [batch][node][lane]; whoever turns them into posterior
    /// weights writes these in their place.</summary>
    internal AlignedBuffer Nodes { get; }

    /// <summary>Of each cluster Σ a_kZᵀs_k and, for each dimension l, Σ a_kz_klZᵀs_k: [batch][(1 +
    /// q)q][lane].</summary>
    internal AlignedBuffer Scores { get; }

    /// <summary>Σ a_kXᵀs_k.</summary>
    internal double[] FixedScores { get; }

    /// <summary>Σ a_k ∂objective/∂log ξ.</summary>
    internal double ShapeObjective { get; private set; }

    /// <summary>Evaluates the objectives at the nodes.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β̂, [batch][q][lane].</param>
    /// <param name="spread">S, [batch][q²][lane].</param>
    internal void Evaluate(
        WorkingKernel kernel, ReadOnlySpan<double> alpha, AlignedBuffer beta, AlignedBuffer spread)
    {
        (_kernel, _beta, _spread, _scores) = (kernel, beta, spread, false);
        Sweep(alpha);
        foreach (Work work in Partitions) work.NodeSums.AddCarried(Nodes);
    }

    /// <summary>Means of the scores over the nodes, where <see cref="Nodes"/> holds their posterior weights a_k;
    /// everything else as at the last <see cref="Evaluate"/>.</summary>
    /// <param name="alpha">α.</param>
    internal void Average(ReadOnlySpan<double> alpha)
    {
        _scores = true;
        Sweep(alpha);
        Array.Clear(FixedScores);
        ShapeObjective = 0;
        foreach (Work work in Partitions)
        {
            for (int j = 0; j < FixedScores.Length; j++)
                FixedScores[j] += Vector512.Sum(Vector512.Load(work.FixedScores + (Layout.FixedPosition[j] * Lanes)));
            work.ScoreSums.AddCarried(Scores);
            ShapeObjective += Vector512.Sum(work.ShapeObjective);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Nodes.Dispose();
        Scores.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Begin(Work work) => work.Clear();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(in ClusterTile tile, Work work)
    {
        work.Predict(tile, _beta);
        work.TakeSpread(tile.Info, _spread);
        if (_scores) AddScores(tile, work);
        else AddObjectives(tile, work);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddObjectives(in ClusterTile tile, Work work)
    {
        int length = tile.Rows * Lanes;
        for (int k = 0; k < _rule.Count; k++)
        {
            work.Displace(tile, _rule.Point(k));
            RowFunction.Evaluate(
                new Objective(_kernel), tile, work.Ragged, work.NodeEta, work.Value, null, null);
            Vector512<double> sum = Vector512<double>.Zero;
            for (int r = 0; r < length; r += Lanes) sum += Vector512.Load(work.Value + r);
            sum.Store(work.NodeSums.Tile + (k * Lanes));
        }

        work.NodeSums.Add(tile.Info, Nodes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddScores(in ClusterTile tile, Work work)
    {
        work.ClearMeans(tile.Rows);
        double* weights = Nodes.Start + ((long)tile.Info.Batch * _rule.Count * Lanes);
        for (int k = 0; k < _rule.Count; k++)
        {
            Vector512<double> weight = TileWorkspace.LaneValues(weights + (k * Lanes), tile.Info.JointLane);
            work.Displace(tile, _rule.Point(k));
            RowFunction.Evaluate(new Score(_kernel), tile, work.Ragged, work.NodeEta, work.Value, null, null);
            work.AddToMeans(tile.Rows, weight, _rule.Point(k));
            if (!_shape) continue;
            RowFunction.Evaluate(
                new ShapeSlope(_kernel, observed: true), tile, work.Ragged, work.NodeEta, work.Value, work.Spare,
                work.OtherSpare);
            work.AddToShape(tile.Rows, weight);
        }

        work.AddProducts(tile);
        work.ScoreSums.Add(tile.Info, Scores);
    }

    private readonly struct Objective(WorkingKernel kernel) : IRowFunction
    {
        public void Evaluate(
            ReadOnlySpan<double> eta, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights,
            Span<double> first, Span<double> second, Span<double> third) =>
            kernel.Objectives(eta, response, priorWeights, first);
    }

    private readonly struct Score(WorkingKernel kernel) : IRowFunction
    {
        public void Evaluate(
            ReadOnlySpan<double> eta, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights,
            Span<double> first, Span<double> second, Span<double> third) =>
            kernel.ScoreResiduals(eta, response, priorWeights, first);
    }
}
