namespace Glmm.Sparse.Model;

/// <summary>
/// Some whole clusters' rows, wherever they were read from: what a data pass consumes. The first cluster is a multiple
/// of 8, so that a chunk fills whole batches of the interleaved block storage.
/// </summary>
/// <remarks>
/// Row r is <see cref="Stride"/> doubles at <c>Rows + r·Stride</c>: the columns of Z first, then the columns of X that
/// are not columns of Z. Behind the last row at least three more doubles can be read, of any finite value. Pointers are
/// valid as long as the source says.
/// </remarks>
internal readonly unsafe struct ClusterChunk
{
    /// <summary>The rows' covariates.</summary>
    internal double* Rows { get; init; }

    /// <summary>Doubles from one row to the next.</summary>
    internal int Stride { get; init; }

    /// <summary>y.</summary>
    internal double* Response { get; init; }

    /// <summary>ω, or null for 1 everywhere.</summary>
    internal double* PriorWeights { get; init; }

    /// <summary>o, or null for 0 everywhere.</summary>
    internal double* Offset { get; init; }

    /// <summary>Row numbers at which the clusters start and, last, at which the final one ends.</summary>
    internal int* ClusterStart { get; init; }

    /// <summary>Number of the first cluster, a multiple of 8.</summary>
    internal int FirstCluster { get; init; }

    /// <summary>Number of clusters.</summary>
    internal int ClusterCount { get; init; }

    /// <summary>Row number of the first row: pointers count from here.</summary>
    internal int FirstRow => ClusterStart[0];

    /// <summary>Number of rows.</summary>
    internal int RowCount => ClusterStart[ClusterCount] - ClusterStart[0];
}
