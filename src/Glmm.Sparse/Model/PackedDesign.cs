using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Model;

/// <summary>
/// A design sorted by cluster and packed row by row for the data pass, on the engine's own scale. Immutable once built
/// and thread-safe; holds native memory, so dispose it.
/// </summary>
internal sealed unsafe class PackedDesign : IChunkSource, IDisposable
{
    private const int MostPartitions = 64;

    private readonly AlignedBuffer _rows;
    private readonly AlignedBuffer _response;
    private readonly AlignedBuffer? _weights;
    private readonly AlignedBuffer? _offset;
    private readonly int[] _clusterStart;
    private readonly int[] _chunkStart;
    private readonly int[] _partitionStart;

    internal PackedDesign(
        ClusteredDesign source, RowLayout layout, ColumnStandardization fixedScale, ColumnStandardization randomScale,
        ClusterOrder order, AlignedBuffer rows, AlignedBuffer response, AlignedBuffer? weights, AlignedBuffer? offset)
    {
        Source = source;
        Layout = layout;
        FixedScale = fixedScale;
        RandomScale = randomScale;
        Order = order;
        _rows = rows;
        _response = response;
        _weights = weights;
        _offset = offset;

        // On the pinned heap, since chunks point into it.
        _clusterStart = GC.AllocateUninitializedArray<int>(order.ClusterStart.Length, pinned: true);
        order.ClusterStart.CopyTo(_clusterStart.AsSpan());
        _chunkStart = CutChunks(_clusterStart, layout.TileRows);
        _partitionStart = CutPartitions(_chunkStart, _clusterStart);
    }

    /// <summary>The user's design.</summary>
    internal ClusteredDesign Source { get; }

    /// <inheritdoc/>
    public RowLayout Layout { get; private init; }

    /// <summary>Change of scale of the columns of X that are kept.</summary>
    internal ColumnStandardization FixedScale { get; private init; }

    /// <summary>Change of scale of the columns of Z.</summary>
    internal ColumnStandardization RandomScale { get; }

    /// <summary>The rows' order.</summary>
    internal ClusterOrder Order { get; }

    /// <summary>Names of the columns of X that are kept.</summary>
    internal IReadOnlyList<string> FixedNames { get; init; } = [];

    /// <summary>Columns of X that were dropped as linear combinations of the ones before them.</summary>
    internal IReadOnlyList<string> DroppedNames { get; init; } = [];

    /// <summary>Index of a constant column of X that is not 0, or −1.</summary>
    internal int InterceptIndex { get; init; } = -1;

    /// <summary>n.</summary>
    internal int Rows => Order.ClusterStart[^1];

    /// <inheritdoc/>
    public int ClusterCount => _clusterStart.Length - 1;

    /// <inheritdoc/>
    public int PartitionCount => _partitionStart.Length - 1;

    /// <summary>Clusters that have rows.</summary>
    internal int UsedClusters
    {
        get
        {
            int used = 0;
            for (int i = 0; i < ClusterCount; i++)
            {
                if (_clusterStart[i + 1] > _clusterStart[i]) used++;
            }

            return used;
        }
    }

    /// <inheritdoc/>
    public int ChunkCount => _chunkStart.Length - 1;

    /// <summary>Σωy / Σω.</summary>
    internal double MeanResponse { get; init; }

    /// <summary>Σy² / n.</summary>
    internal double MeanSquareResponse { get; init; }

    /// <inheritdoc/>
    public int FirstChunk(int partition) => _partitionStart[partition];

    /// <inheritdoc/>
    public ClusterChunk Chunk(int chunk)
    {
        int first = _chunkStart[chunk], count = _chunkStart[chunk + 1] - first;
        long row = _clusterStart[first];
        return new ClusterChunk
        {
            Rows = _rows.Pointer + (row * Layout.Stride),
            Stride = Layout.Stride,
            Response = _response.Pointer + row,
            PriorWeights = _weights is null ? null : _weights.Pointer + row,
            Offset = _offset is null ? null : _offset.Pointer + row,
            ClusterStart = (int*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _clusterStart[first]),
            FirstCluster = first,
            ClusterCount = count,
        };
    }

    /// <summary>The same rows without some columns of X; shares the memory.</summary>
    internal PackedDesign KeepFixed(List<int> kept) =>
        new(
            Source, Layout with { FixedPosition = [.. kept.Select(j => Layout.FixedPosition[j])] },
            FixedScale.Select(kept), RandomScale, Order, _rows, _response, _weights, _offset)
        {
            FixedNames = [.. kept.Select(j => FixedNames[j])],
            MeanResponse = MeanResponse,
            MeanSquareResponse = MeanSquareResponse,
            InterceptIndex = kept.IndexOf(InterceptIndex),
            DroppedNames = [.. Enumerable.Range(0, FixedNames.Count).Except(kept).Select(j => FixedNames[j])],
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _response.Dispose();
        _weights?.Dispose();
        _offset?.Dispose();
    }

    // Whole clusters, eight at a time, until a chunk has the rows of a tile.
    private static int[] CutChunks(int[] clusterStart, int rows)
    {
        int k = clusterStart.Length - 1;
        var starts = new List<int> { 0 };
        for (int cluster = LaneCholesky.Lanes; cluster < k; cluster += LaneCholesky.Lanes)
        {
            if (clusterStart[cluster] - clusterStart[starts[^1]] >= rows) starts.Add(cluster);
        }

        starts.Add(k);
        return [.. starts];
    }

    // Runs of chunks of about equal numbers of rows.
    private static int[] CutPartitions(int[] chunkStart, int[] clusterStart)
    {
        int chunks = chunkStart.Length - 1;
        int wanted = Math.Min(MostPartitions, chunks);
        long rows = clusterStart[^1];
        var starts = new List<int> { 0 };
        for (int chunk = 1; chunk < chunks; chunk++)
        {
            if (clusterStart[chunkStart[chunk]] * (long)wanted >= rows * starts.Count) starts.Add(chunk);
        }

        starts.Add(chunks);
        return [.. starts];
    }
}
