using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// Adds what one partition's tiles sum up, some vectors of eight lanes each, to the sums of the clusters they belong
/// to, stored [batch][entry][lane]. Not thread-safe.
/// </summary>
internal sealed unsafe class BatchSums : IDisposable
{
    private const int Lanes = LaneCholesky.Lanes;

    private readonly AlignedBuffer _memory;
    private readonly int _entries;
    private int _batch;
    private int _carriedBatch;

    /// <param name="entries">Vectors that a batch has.</param>
    internal BatchSums(int entries)
    {
        _entries = entries;
        _memory = new AlignedBuffer(2L * entries * Lanes);
    }

    /// <summary>A tile's sums, which whoever adds them fills.</summary>
    internal double* Tile => _memory.Start;

    private double* Carried => _memory.Start + (_entries * Lanes);

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>Begins a partition.</summary>
    internal void Begin() => (_batch, _carriedBatch) = (-1, -1);

    /// <summary>Adds the tile's sums to those of its batch.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="target">[batch][entry][lane].</param>
    internal void Add(in TileInfo tile, AlignedBuffer target)
    {
        // A batch that began in the partition before this one is not ours to write: its part is carried over.
        bool isNew = tile.Batch != _batch;
        if (isNew)
        {
            _batch = tile.Batch;
            if (!tile.IsFirstOfBatch) _carriedBatch = _batch;
        }

        double* to = _batch == _carriedBatch ? Carried : target.Start + ((long)_batch * _entries * Lanes);
        if (isNew) new Span<double>(to, _entries * Lanes).Clear();
        for (int e = 0; e < _entries; e++)
        {
            Vector512<double> sum = Vector512.Load(Tile + (e * Lanes));
            if (tile.JointLane < 0) (sum + Vector512.Load(to + (e * Lanes))).Store(to + (e * Lanes));
            else to[(e * Lanes) + tile.JointLane] += Vector512.Sum(sum);
        }
    }

    /// <summary>Adds what was carried over to the batch that it belongs to.</summary>
    internal void AddCarried(AlignedBuffer target)
    {
        if (_carriedBatch < 0) return;
        double* to = target.Start + ((long)_carriedBatch * _entries * Lanes);
        for (int e = 0; e < _entries * Lanes; e++) to[e] += Carried[e];
    }
}
