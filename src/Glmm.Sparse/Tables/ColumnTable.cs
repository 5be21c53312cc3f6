namespace Glmm.Sparse.Tables;

/// <summary>Named columns of equal length, each numeric, boolean or text. Immutable and thread-safe.</summary>
public sealed class ColumnTable
{
    /// <summary>Number of rows.</summary>
    public int RowCount => throw new NotImplementedException();
}
