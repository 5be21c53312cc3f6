namespace Glmm.Sparse.Model;

/// <summary>
/// Where a data pass gets its chunks. Partitions depend on the data alone, never on the number of threads: each is
/// summed up by itself, and the sums are added in the order of the partitions, which makes every result bitwise the
/// same for any number of threads.
/// </summary>
internal interface IChunkSource
{
    /// <summary>What the columns of the rows mean.</summary>
    RowLayout Layout { get; }

    /// <summary>Number of clusters, k.</summary>
    int ClusterCount { get; }

    /// <summary>Number of partitions.</summary>
    int PartitionCount { get; }

    /// <summary>First chunk of a partition; that of the partition after the last is the number of chunks.</summary>
    int FirstChunk(int partition);

    /// <summary>Number of chunks.</summary>
    int ChunkCount => FirstChunk(PartitionCount);

    /// <summary>The rows of a chunk, valid until the source is disposed.</summary>
    ClusterChunk Chunk(int chunk);
}
