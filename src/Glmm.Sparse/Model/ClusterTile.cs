namespace Glmm.Sparse.Model;

/// <summary>
/// Some rows of eight clusters side by side, or of one long cluster cut into eight runs: what a data pass works on.
/// </summary>
/// <remarks>
/// Element (r, lane) of a column lies at 8r + lane, so that a vector of eight holds a row of each lane and no sum ever
/// runs across lanes. A lane that has fewer rows than the tile ends in padding, any finite numbers, which whoever reads
/// the rows must give the weight 0; the first <see cref="FullRows"/> rows have none.
/// </remarks>
internal readonly unsafe struct ClusterTile
{
    internal ClusterTile(in TileInfo info, double** columns, double* response, double* priorWeights, double* offset)
    {
        Info = info;
        Columns = columns;
        Response = response;
        PriorWeights = priorWeights;
        Offset = offset;
    }

    /// <summary>Which rows these are.</summary>
    internal TileInfo Info { get; }

    /// <summary>A pointer to each distinct column, 8 × Rows doubles.</summary>
    internal double** Columns { get; }

    /// <summary>y.</summary>
    internal double* Response { get; }

    /// <summary>ω, or null for 1 everywhere.</summary>
    internal double* PriorWeights { get; }

    /// <summary>o, or null for 0 everywhere.</summary>
    internal double* Offset { get; }

    /// <summary>Rows of the longest lane.</summary>
    internal int Rows => Info.Rows;

    /// <summary>Rows that every lane has.</summary>
    internal int FullRows => Info.FullRows;
}
