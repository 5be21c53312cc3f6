using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
/// Each partition of the source is summed up by itself, in the order of its rows, and the partitions are added in their
/// order: the bits do not depend on the number of threads. A pass allocates nothing. Not thread-safe.
/// </remarks>
internal sealed unsafe class DataPass : IPartitionedWork, IDisposable
{
    private readonly IChunkSource _source;
    private readonly RowLayout _layout;
    private readonly WorkingKernel _kernel;
    private readonly WorkerTeam _team;
    private readonly Workspace[] _workspaces;
    private readonly double[] _alpha;
    private AlignedBuffer? _beta;
    private ClusterBlocks? _blocks;
    private PassPoint _point;
    private bool _logWeights;

    internal DataPass(IChunkSource source, WorkingKernel kernel, WorkerTeam team)
    {
        _source = source;
        _layout = source.Layout;
        _kernel = kernel;
        _team = team;
        _alpha = new double[_layout.FixedCount];
        _workspaces = new Workspace[source.PartitionCount];
        for (int i = 0; i < _workspaces.Length; i++) _workspaces[i] = new Workspace(_layout);
    }

    /// <summary>Passes done.</summary>
    internal int Count { get; private set; }

    /// <summary>Sweeps over the data.</summary>
    /// <param name="point">Where η is taken.</param>
    /// <param name="alpha">p fixed effects on the engine's scale.</param>
    /// <param name="beta">Random effects, [batch][q][lane], or null for 0.</param>
    /// <param name="statistics">Overwritten by the global statistics.</param>
    /// <param name="blocks">Overwritten by the clusters' statistics; null when they are not wanted.</param>
    /// <param name="logWeights">Whether Σ log w is wanted too.</param>
    internal void Run(
        PassPoint point, ReadOnlySpan<double> alpha, AlignedBuffer? beta, PassStatistics statistics,
        ClusterBlocks? blocks, bool logWeights = false)
    {
        alpha.CopyTo(_alpha);
        (_point, _beta, _blocks, _logWeights) = (point, beta, blocks, logWeights);
        _team.Run(_workspaces.Length, this);
        statistics.Clear();
        foreach (Workspace workspace in _workspaces) statistics.Add(workspace.Statistics);
        Count++;
    }

    /// <inheritdoc/>
    void IPartitionedWork.Execute(int partition)
    {
        Workspace work = _workspaces[partition];
        work.Clear();
        work.PutFixed(_alpha);
        int end = _source.FirstChunk(partition + 1);
        for (int chunk = _source.FirstChunk(partition); chunk < end; chunk++) Accumulate(_source.Chunk(chunk), work);
        work.Finish();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Workspace workspace in _workspaces) workspace.Dispose();
    }

    private void Accumulate(in ClusterChunk chunk, Workspace work)
    {
        int rows = chunk.RowCount, cluster = 0;
        for (int start = 0; start < rows; start += _layout.TileRows)
        {
            int count = Math.Min(_layout.TileRows, rows - start);
            Linearise(chunk, start, count, work, cluster);
            cluster = Reduce(chunk, start, count, work, cluster);
        }

        // In a chunk without rows the clusters still own their blocks.
        for (; cluster < chunk.ClusterCount; cluster++) work.CloseCluster(_blocks, chunk.FirstCluster + cluster);
    }

    // η, then w and r, for one tile of rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Linearise(in ClusterChunk chunk, int start, int count, Workspace work, int cluster)
    {
        var eta = new Span<double>(work.Eta, count);
        var response = new ReadOnlySpan<double>(chunk.Response + start, count);
        ReadOnlySpan<double> weights = chunk.PriorWeights is null ? [] : new(chunk.PriorWeights + start, count);
        ReadOnlySpan<double> offset = chunk.Offset is null ? [] : new(chunk.Offset + start, count);
        if (_point == PassPoint.Response)
        {
            _kernel.StartingPredictor(response, weights, eta);
        }
        else
        {
            Predict(chunk, start, count, work, cluster);
            if (!offset.IsEmpty) TensorPrimitives.Add(eta, offset, eta);
        }

        var w = new Span<double>(work.Weights, count);
        var r = new Span<double>(work.Residuals, count);
        KernelSums sums = _kernel.Working(eta, response, weights, w, r);
        work.Statistics.Deviance += sums.Deviance;
        work.Statistics.WeightedSquares += sums.WeightedSquares;
        work.Statistics.Invalid += sums.Invalid;
        if (_point == PassPoint.Response)
        {
            TensorPrimitives.Add(r, eta, r);
            if (!offset.IsEmpty) TensorPrimitives.Subtract(r, offset, r);
        }

        var wr = new Span<double>(work.WeightedResiduals, count);
        TensorPrimitives.Multiply(w, r, wr);
        if (!_logWeights) return;
        TensorPrimitives.Log(w, eta);
        work.Statistics.LogWeights += TensorPrimitives.Sum(eta);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Predict(in ClusterChunk chunk, int start, int count, Workspace work, int cluster)
    {
        int first = chunk.FirstRow + start, end = first + count;
        double* rows = chunk.Rows + ((long)start * chunk.Stride);
        if (_beta is null)
        {
            RowCrossProducts.LinearPredictor(rows, chunk.Stride, _layout.Width, count, work.Coefficients, work.Eta);
            return;
        }

        for (int row = first; row < end; cluster++)
        {
            int stop = Math.Min(end, chunk.ClusterStart[cluster + 1]);
            if (stop == row) continue;
            work.PutRandom(_beta, chunk.FirstCluster + cluster);
            RowCrossProducts.LinearPredictor(
                rows + ((long)(row - first) * chunk.Stride), chunk.Stride, _layout.Width, stop - row, work.Coefficients,
                work.Eta + (row - first));
            row = stop;
        }
    }

    // Cross products of one tile; a cluster that goes on into the next tile stays open. Returns the open cluster.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Reduce(in ClusterChunk chunk, int start, int count, Workspace work, int cluster)
    {
        int first = chunk.FirstRow + start, end = first + count, stride = chunk.Stride;
        double* rows = chunk.Rows + ((long)start * stride);
        RowCrossProducts.AccumulateTrailing(
            rows, stride, _layout.Width, count, work.Weights, _layout.LeadingCount, _layout.ColumnCount, work.Cross);
        for (int row = first; cluster < chunk.ClusterCount; cluster++)
        {
            int clusterEnd = chunk.ClusterStart[cluster + 1], stop = Math.Min(end, clusterEnd), at = row - first;
            if (stop > row)
            {
                RowCrossProducts.AccumulateLeading(
                    rows + ((long)at * stride), stride, _layout.Width, stop - row, work.Weights + at,
                    work.WeightedResiduals + at, _layout.LeadingCount, work.ClusterCross, work.ClusterGradient);
                row = stop;
            }

            if (clusterEnd > end) break;
            work.CloseCluster(_blocks, chunk.FirstCluster + cluster);
        }

        return cluster;
    }

    /// <summary>What one partition needs: tile buffers, the open cluster's sums, the partition's sums.</summary>
    private sealed class Workspace : IDisposable
    {
        private readonly RowLayout _layout;
        private readonly AlignedBuffer _memory;
        private readonly double[] _fixedLeading;

        internal Workspace(RowLayout layout)
        {
            _layout = layout;
            Statistics = new PassStatistics(layout.FixedCount);
            _fixedLeading = new double[layout.LeadingCount];
            int width = layout.Width, tileRows = layout.TileRows;
            long length = (4L * tileRows) + ((3L + layout.LeadingCount + layout.ColumnCount) * width);
            _memory = new AlignedBuffer(length);
            Eta = _memory.Pointer;
            Weights = Eta + tileRows;
            Residuals = Weights + tileRows;
            WeightedResiduals = Residuals + tileRows;
            Coefficients = WeightedResiduals + tileRows;
            ClusterGradient = Coefficients + width;
            Gradient = ClusterGradient + width;
            ClusterCross = Gradient + width;
            Cross = ClusterCross + ((long)layout.LeadingCount * width);
        }

        internal PassStatistics Statistics { get; }

        internal double* Eta { get; }

        internal double* Weights { get; }

        internal double* Residuals { get; }

        internal double* WeightedResiduals { get; }

        internal double* Coefficients { get; }

        internal double* ClusterGradient { get; }

        internal double* ClusterCross { get; }

        internal double* Cross { get; }

        private double* Gradient { get; }

        public void Dispose() => _memory.Dispose();

        internal void Clear()
        {
            _memory.Clear();
            Statistics.Clear();
        }

        /// <summary>α at the positions of X, which equal columns share; the buffer was cleared before.</summary>
        internal void PutFixed(double[] alpha)
        {
            for (int j = 0; j < alpha.Length; j++) Coefficients[_layout.FixedPosition[j]] += alpha[j];
            new ReadOnlySpan<double>(Coefficients, _fixedLeading.Length).CopyTo(_fixedLeading);
        }

        /// <summary>α plus the cluster's β at the positions of Z, so that η is one product per row.</summary>
        internal void PutRandom(AlignedBuffer beta, int cluster)
        {
            int q = _layout.RandomCount;
            double* b = ModeBuffer.Cluster(beta, cluster, q);
            _fixedLeading.CopyTo(new Span<double>(Coefficients, _fixedLeading.Length));
            for (int l = 0; l < q; l++) Coefficients[_layout.RandomPosition[l]] += b[l * LaneCholesky.Lanes];
        }

        /// <summary>Moves the open cluster's sums into its block and into the partition's sums, and clears
        /// them.</summary>
        internal void CloseCluster(ClusterBlocks? blocks, int cluster)
        {
            int width = _layout.Width, leading = _layout.LeadingCount;
            if (blocks is not null) WriteBlock(blocks.Cluster(cluster));
            for (int e = 0; e < leading * width; e += 4)
            {
                (Vector256.Load(Cross + e) + Vector256.Load(ClusterCross + e)).Store(Cross + e);
                Vector256<double>.Zero.Store(ClusterCross + e);
            }

            for (int e = 0; e < width; e += 4)
            {
                (Vector256.Load(Gradient + e) + Vector256.Load(ClusterGradient + e)).Store(Gradient + e);
                Vector256<double>.Zero.Store(ClusterGradient + e);
            }
        }

        /// <summary>From sums by position to XᵀWX and XᵀWr.</summary>
        internal void Finish()
        {
            int p = _layout.FixedCount;
            for (int i = 0; i < p; i++)
            {
                int at = _layout.FixedPosition[i];
                Statistics.Gradient[i] = Gradient[at];
                for (int j = 0; j < p; j++)
                {
                    int other = _layout.FixedPosition[j];
                    long row = (long)Math.Min(at, other) * _layout.Width;
                    Statistics.Cross[(i * p) + j] = Cross[row + Math.Max(at, other)];
                }
            }
        }

        private void WriteBlock(double* block)
        {
            int q = _layout.RandomCount, width = _layout.Width;
            for (int a = 0; a < q; a++)
            {
                double* row = ClusterCross + ((long)_layout.RandomPosition[a] * width);
                for (int b = 0; b <= a; b++, block += LaneCholesky.Lanes) *block = row[_layout.RandomPosition[b]];
            }

            for (int l = 0; l < q; l++, block += LaneCholesky.Lanes)
                *block = ClusterGradient[_layout.RandomPosition[l]];
            foreach (int position in _layout.FixedPosition)
            {
                for (int l = 0; l < q; l++, block += LaneCholesky.Lanes)
                    *block = ClusterCross[((long)_layout.RandomPosition[l] * width) + position];
            }
        }
    }
}
