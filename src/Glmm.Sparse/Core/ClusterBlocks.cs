using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;

namespace Glmm.Sparse.Core;

/// <summary>
/// The per-cluster statistics of a data pass, A_i = Z_iᵀW_iZ_i (q×q), B_i = X_iᵀW_iZ_i (p×q) and z_i = Z_iᵀW_ir_i (q),
/// interleaved so that eight clusters lie side by side and one SIMD lane is one cluster. Clusters that pad the last
/// batch are all zeros, which add nothing anywhere.
/// </summary>
/// <remarks>
/// A batch is A's packed lower triangle, then z, then B row by row (element (j, l) at j·q + l), each element eight
/// doubles, one a cluster. Written by the pass, read by the working linear mixed model; not thread-safe while written.
/// </remarks>
internal sealed unsafe class ClusterBlocks : IDisposable
{
    private readonly AlignedBuffer _values;

    internal ClusterBlocks(int clusters, int fixedCount, int randomCount)
    {
        Clusters = clusters;
        FixedCount = fixedCount;
        RandomCount = randomCount;
        PackedLength = LaneCholesky.PackedLength(randomCount);
        BatchCount = (clusters + LaneCholesky.Lanes - 1) / LaneCholesky.Lanes;
        EntryCount = PackedLength + randomCount + (fixedCount * randomCount);
        _values = new AlignedBuffer((long)BatchCount * EntryCount * LaneCholesky.Lanes);
    }

    /// <summary>k.</summary>
    internal int Clusters { get; }

    /// <summary>p.</summary>
    internal int FixedCount { get; }

    /// <summary>q.</summary>
    internal int RandomCount { get; }

    /// <summary>q(q+1)/2.</summary>
    internal int PackedLength { get; }

    /// <summary>Number of batches of eight clusters.</summary>
    internal int BatchCount { get; }

    /// <summary>Doubles that one cluster has.</summary>
    internal int EntryCount { get; }

    /// <summary>A batch's first entry.</summary>
    internal double* Batch(int batch) => _values.Start + ((long)batch * EntryCount * LaneCholesky.Lanes);

    /// <summary>A of a batch, packed: q(q+1)/2 vectors of eight clusters.</summary>
    internal ReadOnlySpan<Vector512<double>> Cross(int batch) => Entries(batch, 0, PackedLength);

    /// <summary>z of a batch: q vectors.</summary>
    internal ReadOnlySpan<Vector512<double>> Score(int batch) => Entries(batch, PackedLength, RandomCount);

    /// <summary>B of a batch, row by row: p·q vectors.</summary>
    internal ReadOnlySpan<Vector512<double>> Mixed(int batch) =>
        Entries(batch, PackedLength + RandomCount, FixedCount * RandomCount);

    /// <summary>A cluster's first entry; entry e lies eight doubles further than entry e − 1.</summary>
    internal double* Cluster(int cluster) =>
        _values.Start + ((long)(cluster / LaneCholesky.Lanes) * EntryCount * LaneCholesky.Lanes) +
        (cluster % LaneCholesky.Lanes);

    /// <summary>The mean of each diagonal element of A over the clusters that have weight.</summary>
    /// <param name="mean">Overwritten, q.</param>
    internal void MeanDiagonalInto(Span<double> mean)
    {
        for (int a = 0; a < RandomCount; a++)
        {
            double sum = 0;
            int count = 0, at = LaneCholesky.PackedIndex(a, a) * LaneCholesky.Lanes;
            for (int cluster = 0; cluster < Clusters; cluster++)
            {
                double value = Cluster(cluster)[at];
                sum += value;
                if (value > 0) count++;
            }

            mean[a] = count == 0 ? 0 : sum / count;
        }
    }

    /// <summary>Copies all statistics.</summary>
    /// <param name="target">Of the same sizes.</param>
    internal void CopyTo(ClusterBlocks target) =>
        Buffer.MemoryCopy(_values.Start, target._values.Start, target._values.ByteLength, _values.ByteLength);

    /// <inheritdoc/>
    public void Dispose() => _values.Dispose();

    private ReadOnlySpan<Vector512<double>> Entries(int batch, int start, int count) =>
        new(_values.Start + ((((long)batch * EntryCount) + start) * LaneCholesky.Lanes), count);
}
