using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>The rows at which marginal means are estimated, the first column running fastest. Immutable.</summary>
public sealed class ReferenceGrid
{
    internal ReferenceGrid()
    {
    }

    /// <summary>The rows as data: a column for each one that the fixed effects and the offset use.</summary>
    public required ColumnTable Table { get; init; }

    /// <summary>The columns of <see cref="Table"/> that vary by levels: factors, text and truth values.</summary>
    public required IReadOnlyList<FactorLevels> Factors { get; init; }

    /// <summary>The rows as the model sees them: X and the offset; no Z, no clusters.</summary>
    public required PredictionFrame Frame { get; init; }

    /// <summary>Number of rows.</summary>
    public int RowCount => Table.RowCount;
}
