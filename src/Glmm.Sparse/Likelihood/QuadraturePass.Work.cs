using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Likelihood;

/// <content>The rows of one tile at the nodes.</content>
internal sealed unsafe partial class QuadraturePass
{
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
