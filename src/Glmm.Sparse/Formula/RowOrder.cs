namespace Glmm.Sparse.Formula;

/// <summary>In which order a design has the rows of its table.</summary>
public enum RowOrder
{
    /// <summary>That of the table, rows that are left out apart.</summary>
    AsGiven,

    /// <summary>
    /// One that depends on what the rows hold, not on where they stand: clusters by their labels, rows within a cluster
    /// by a hash of their values. A fit then has the same bits however the rows of its table are shuffled.
    /// </summary>
    Canonical,
}
