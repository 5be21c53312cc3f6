using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// How the clusters' Σ log|M_i| moves with the linear predictors: of each row t = w′ zᵀEz, where w′ = dw/dη and E_i is
/// the clusters' sensitivity −2 ∂ℓ_i/∂A_i (ΛM_i⁻¹Λᵀ for the Laplace approximation); and, where the family has a shape
/// parameter, how the rows move with it.
/// </summary>
internal sealed unsafe class CurvaturePass : TileSweep<CurvaturePass.Work>
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly bool _shape;
    private WorkingKernel _kernel = null!;
    private AlignedBuffer _beta = null!;
    private AlignedBuffer _sensitivity = null!;
    private bool _observed;

    /// <param name="source">The rows.</param>
    /// <param name="team">Threads.</param>
    /// <param name="shape">Whether derivatives in the logarithm of the shape are wanted.</param>
    /// <param name="batches">Batches of clusters.</param>
    internal CurvaturePass(ITileSource source, WorkerTeam team, bool shape, int batches)
        : base(source, team, layout => new Work(layout, shape))
    {
        _shape = shape;
        FixedSlopes = new double[source.Layout.FixedCount];
        int entries = (shape ? 2 : 1) * source.Layout.RandomCount;
        ClusterSlopes = new AlignedBuffer((long)batches * entries * Lanes);
    }

    /// <summary>Of each cluster τ = Zᵀt and, with a shape, Zᵀ∂s/∂log ξ: [batch][entry][lane].</summary>
    internal AlignedBuffer ClusterSlopes { get; }

    /// <summary>Xᵀt.</summary>
    internal double[] FixedSlopes { get; }

    /// <summary>Σ ∂objective/∂log ξ.</summary>
    internal double ShapeObjective { get; private set; }

    /// <summary>Σ zᵀEz ∂w/∂log ξ.</summary>
    internal double ShapeCurvature { get; private set; }

    /// <summary>Visits all rows.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β, [batch][q][lane].</param>
    /// <param name="sensitivity">E, packed, [batch][q(q+1)/2][lane].</param>
    /// <param name="observed">Whether w is the observed information.</param>
    internal void Run(
        WorkingKernel kernel, ReadOnlySpan<double> alpha, AlignedBuffer beta, AlignedBuffer sensitivity, bool observed)
    {
        (_kernel, _beta, _sensitivity, _observed) = (kernel, beta, sensitivity, observed);
        Sweep(alpha);
        Array.Clear(FixedSlopes);
        (ShapeObjective, ShapeCurvature) = (0, 0);
        foreach (Work work in Partitions)
        {
            for (int j = 0; j < FixedSlopes.Length; j++)
                FixedSlopes[j] += Vector512.Sum(Vector512.Load(work.Slopes + (Layout.FixedPosition[j] * Lanes)));
            work.Sums.AddCarried(ClusterSlopes);
            ShapeObjective += Vector512.Sum(work.ShapeObjective);
            ShapeCurvature += Vector512.Sum(work.ShapeCurvature);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        ClusterSlopes.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Begin(Work work) => work.Clear();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(in ClusterTile tile, Work work)
    {
        work.Predict(tile, _beta);
        RowFunction.Evaluate(
            new WeightSlope(_kernel, _observed), tile, work.Ragged, work.Eta, work.Slope, null, null);
        work.Spread(tile, _sensitivity);
        work.AddSlopes(tile);
        if (_shape)
        {
            RowFunction.Evaluate(
                new ShapeSlope(_kernel, _observed), tile, work.Ragged, work.Eta, work.Slope, work.ScoreSlope,
                work.Leverage + work.RowLength);
            work.AddShapeSlopes(tile);
        }

        work.Sums.Add(tile.Info, ClusterSlopes);
    }

    private readonly struct WeightSlope(WorkingKernel kernel, bool observed) : IRowFunction
    {
        public void Evaluate(
            ReadOnlySpan<double> eta, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights,
            Span<double> first, Span<double> second, Span<double> third) =>
            kernel.WeightDerivatives(eta, response, priorWeights, observed, first);
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Work : TileWorkspace
    {
        private readonly AlignedBuffer _memory;
        private readonly double* _columns;

        internal Work(ColumnLayout layout, bool shape)
            : base(layout)
        {
            int rows = layout.TileRows;
            RowLength = rows * Lanes;
            _memory = new AlignedBuffer(Lanes * (((shape ? 4L : 2L) * rows) + (2 * layout.ColumnCount)));
            double* next = _memory.Start;
            Slope = Take(ref next, rows);
            Leverage = Take(ref next, shape ? 2 * rows : rows);
            if (shape) ScoreSlope = Take(ref next, rows);
            Slopes = Take(ref next, layout.ColumnCount);
            _columns = Take(ref next, layout.ColumnCount);
            Sums = new BatchSums((shape ? 2 : 1) * layout.RandomCount);
        }

        internal int RowLength { get; }

        internal BatchSums Sums { get; }

        internal double* Slope { get; }

        internal double* Leverage { get; }

        internal double* ScoreSlope { get; }

        // Σ t x of every distinct column over the partition.
        internal double* Slopes { get; }

        internal Vector512<double> ShapeObjective { get; private set; }

        internal Vector512<double> ShapeCurvature { get; private set; }

        public override void Dispose()
        {
            _memory.Dispose();
            Sums.Dispose();
            base.Dispose();
        }

        internal void Clear()
        {
            Clear(Slopes, Layout.ColumnCount);
            Sums.Begin();
            ShapeObjective = ShapeCurvature = Vector512<double>.Zero;
        }

        // zᵀEz of every row, and t in the place of w′.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void Spread(in ClusterTile tile, AlignedBuffer sensitivity)
        {
            int q = Layout.RandomCount, length = tile.Rows * Lanes, joint = tile.Info.JointLane;
            double* e = sensitivity.Start + ((long)tile.Info.Batch * LaneCholesky.PackedLength(q) * Lanes);
            for (int a = 0; a < q; a++)
            {
                double* za = tile.Columns[Layout.RandomPosition[a]];
                for (int b = 0; b <= a; b++, e += Lanes)
                {
                    double* zb = tile.Columns[Layout.RandomPosition[b]];
                    Vector512<double> element = LaneValues(e, joint);
                    if (a != b) element += element;
                    if (a == 0)
                    {
                        for (int r = 0; r < length; r += Lanes)
                        {
                            Vector512<double> z = Vector512.Load(za + r);
                            (element * z * z).Store(Leverage + r);
                        }

                        continue;
                    }

                    for (int r = 0; r < length; r += Lanes)
                    {
                        Vector512.FusedMultiplyAdd(
                            element * Vector512.Load(za + r), Vector512.Load(zb + r), Vector512.Load(Leverage + r))
                            .Store(Leverage + r);
                    }
                }
            }

            for (int r = 0; r < length; r += Lanes)
                (Vector512.Load(Slope + r) * Vector512.Load(Leverage + r)).Store(Slope + r);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void AddSlopes(in ClusterTile tile)
        {
            int m = Layout.ColumnCount, q = Layout.RandomCount;
            Clear(_columns, m);
            TileProducts.AddScores(tile.Columns, tile.Rows, Slope, 0, m, _columns, ref Tile.Ahead);
            Add(_columns, Slopes, m);
            for (int l = 0; l < q; l++) Copy(_columns + (Layout.RandomPosition[l] * Lanes), Sums.Tile + (l * Lanes), 1);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        internal void AddShapeSlopes(in ClusterTile tile)
        {
            int q = Layout.RandomCount, length = tile.Rows * Lanes;
            double* weightSlope = Leverage + RowLength;
            Vector512<double> objective = ShapeObjective, curvature = ShapeCurvature;
            for (int r = 0; r < length; r += Lanes)
            {
                objective += Vector512.Load(Slope + r);
                curvature = Vector512.FusedMultiplyAdd(
                    Vector512.Load(weightSlope + r), Vector512.Load(Leverage + r), curvature);
            }

            (ShapeObjective, ShapeCurvature) = (objective, curvature);
            int leading = Layout.LeadingCount;
            Clear(_columns, leading);
            TileProducts.AddScores(tile.Columns, tile.Rows, ScoreSlope, 0, leading, _columns, ref Tile.Ahead);
            for (int l = 0; l < q; l++)
                Copy(_columns + (Layout.RandomPosition[l] * Lanes), Sums.Tile + ((q + l) * Lanes), 1);
        }
    }
}
