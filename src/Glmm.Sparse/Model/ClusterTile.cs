namespace Glmm.Sparse.Model;

/// <summary>
/// Some rows of eight clusters side by side, or of one long cluster cut into eight runs: what a data pass works on.
/// </summary>
/// <remarks>
/// Element (r, lane) of a column lies at 8r + lane, so that a vector of eight holds a row of each lane and no sum ever
/// runs across lanes. A lane that has fewer rows than the tile ends in padding, any finite numbers, which whoever reads
/// the rows must give the weight 0; the first <see cref="FullRows"/> rows have none.
/// </remarks>
internal readonly unsafe ref struct ClusterTile
{
    private readonly ref readonly TileInfo _info;

    internal ClusterTile(
        ref readonly TileInfo info, double** columns, double* response, double* priorWeights, double* offset)
    {
        _info = ref info;
        Columns = columns;
        Response = response;
        PriorWeights = priorWeights;
        Offset = offset;
    }

    /// <summary>Which rows these are.</summary>
    internal ref readonly TileInfo Info => ref _info;

    /// <summary>A pointer to each distinct column, 8 × Rows doubles.</summary>
    internal double** Columns { get; }

    /// <summary>y.</summary>
    internal double* Response { get; }

    /// <summary>ω, or null for 1 everywhere.</summary>
    internal double* PriorWeights { get; }

    /// <summary>o, or null for 0 everywhere.</summary>
    internal double* Offset { get; }

    /// <summary>Rows of the longest lane.</summary>
    internal int Rows => _info.Rows;

    /// <summary>Rows that every lane has.</summary>
    internal int FullRows => _info.FullRows;
}
