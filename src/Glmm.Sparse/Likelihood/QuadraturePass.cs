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
internal sealed unsafe class QuadraturePass : TileSweep<QuadraturePass.Work>
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
                new ShapeSlope(_kernel), tile, work.Ragged, work.NodeEta, work.Value, work.Spare, work.OtherSpare);
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

    private readonly struct ShapeSlope(WorkingKernel kernel) : IRowFunction
    {
        public void Evaluate(
            ReadOnlySpan<double> eta, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights,
            Span<double> first, Span<double> second, Span<double> third) =>
            kernel.ShapeDerivatives(eta, response, priorWeights, observed: true, first, second, third);
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Work : TileWorkspace
    {
        private readonly AlignedBuffer _memory;
        private readonly double* _spread;
        private readonly double* _columns;
        private readonly double* _means;
        private readonly int _rows;

        internal Work(ColumnLayout layout, QuadratureRule rule, bool shape)
            : base(layout)
        {
            int q = layout.RandomCount, m = layout.ColumnCount;
            _rows = layout.TileRows;
            _memory = new AlignedBuffer(Lanes * (((q + (shape ? 5L : 3L)) * _rows) + (q * q) + (2L * m)));
            double* next = _memory.Start;
            NodeEta = Take(ref next, _rows);
            Value = Take(ref next, _rows);
            _means = Take(ref next, (q + 1) * _rows);
            if (shape)
            {
                Spare = Take(ref next, _rows);
                OtherSpare = Take(ref next, _rows);
            }

            _spread = Take(ref next, q * q);
            _columns = Take(ref next, m);
            FixedScores = Take(ref next, m);
            NodeSums = new BatchSums(rule.Count);
            ScoreSums = new BatchSums((q + 1) * q);
        }

        internal BatchSums NodeSums { get; }

        internal BatchSums ScoreSums { get; }

        // η at a node.
        internal double* NodeEta { get; }

        // What the kernel makes of it.
        internal double* Value { get; }

        internal double* Spare { get; }

        internal double* OtherSpare { get; }

        // Σ s̄ x of every distinct column over the partition.
        internal double* FixedScores { get; }

        internal Vector512<double> ShapeObjective { get; private set; }

        public override void Dispose()
        {
            _memory.Dispose();
            NodeSums.Dispose();
            ScoreSums.Dispose();
            base.Dispose();
        }

        internal void Clear()
        {
            NodeSums.Begin();
            ScoreSums.Begin();
            Clear(FixedScores, Layout.ColumnCount);
            ShapeObjective = Vector512<double>.Zero;
        }

        // S of the clusters of a tile.
        internal void TakeSpread(in TileInfo tile, AlignedBuffer spread)
        {
            int square = Layout.RandomCount * Layout.RandomCount;
            double* from = spread.Start + ((long)tile.Batch * square * Lanes);
            for (int e = 0; e < square * Lanes; e += Lanes) LaneValues(from + e, tile.JointLane).Store(_spread + e);
        }

        // η at β̂ + Sz.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Displace(in ClusterTile tile, ReadOnlySpan<double> z)
        {
            int q = Layout.RandomCount, length = tile.Rows * Lanes;
            for (int l = 0; l < q; l++)
            {
                Vector512<double> shift = Vector512<double>.Zero;
                for (int c = 0; c < q; c++)
                {
                    shift = Vector512.FusedMultiplyAdd(
                        Vector512.Load(_spread + (((l * q) + c) * Lanes)), Vector512.Create(z[c]), shift);
                }

                double* column = tile.Columns[Layout.RandomPosition[l]], from = l == 0 ? Eta : NodeEta;
                for (int r = 0; r < length; r += Lanes)
                {
                    Vector512.FusedMultiplyAdd(shift, Vector512.Load(column + r), Vector512.Load(from + r))
                        .Store(NodeEta + r);
                }
            }
        }

        internal void ClearMeans(int rows)
        {
            for (int l = 0; l <= Layout.RandomCount; l++) Clear(_means + ((long)l * _rows * Lanes), rows);
        }

        // s̄ += as, and az_l s for each dimension.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void AddToMeans(int rows, Vector512<double> weight, ReadOnlySpan<double> z)
        {
            int length = rows * Lanes;
            for (int l = 0; l <= Layout.RandomCount; l++)
            {
                double* mean = _means + ((long)l * _rows * Lanes);
                Vector512<double> factor = l == 0 ? weight : weight * Vector512.Create(z[l - 1]);
                for (int r = 0; r < length; r += Lanes)
                {
                    Vector512.FusedMultiplyAdd(factor, Vector512.Load(Value + r), Vector512.Load(mean + r))
                        .Store(mean + r);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void AddToShape(int rows, Vector512<double> weight)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int r = 0; r < rows * Lanes; r += Lanes) sum += Vector512.Load(Value + r);

            ShapeObjective = Vector512.FusedMultiplyAdd(weight, sum, ShapeObjective);
        }

        // Xᵀs̄ of the partition; Zᵀs̄ and Zᵀ of the others of the tile.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void AddProducts(in ClusterTile tile)
        {
            int m = Layout.ColumnCount, q = Layout.RandomCount, leading = Layout.LeadingCount;
            for (int l = 0; l <= q; l++)
            {
                int count = l == 0 ? m : leading;
                Clear(_columns, count);
                TileProducts.AddScores(
                    tile.Columns, tile.Rows, _means + ((long)l * _rows * Lanes), 0, count, _columns, ref Tile.Ahead);
                if (l == 0) Add(_columns, FixedScores, m);
                for (int a = 0; a < q; a++)
                {
                    Copy(
                        _columns + (Layout.RandomPosition[a] * Lanes), ScoreSums.Tile + (((l * q) + a) * Lanes), 1);
                }
            }
        }
    }
}
