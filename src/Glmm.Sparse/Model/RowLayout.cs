namespace Glmm.Sparse.Model;

/// <summary>
/// Which position of a packed row holds which column. A column that X and Z share is stored once; the columns of Z
/// lead.
/// </summary>
/// <param name="ColumnCount">Distinct columns.</param>
/// <param name="LeadingCount">Distinct columns of Z, which come first.</param>
/// <param name="FixedPosition">Position of each of the p columns of X.</param>
/// <param name="RandomPosition">Position of each of the q columns of Z.</param>
internal sealed record RowLayout(
    int ColumnCount, int LeadingCount, int[] FixedPosition, int[] RandomPosition)
{
    // A tile is swept several times; this many doubles stay in the second-level cache between the sweeps.
    private const int TileDoubles = 16_384;

    /// <summary>Doubles from one row to the next: rows are stored without gaps, to be no larger than the
    /// data.</summary>
    internal int Stride => ColumnCount;

    /// <summary>
    /// Doubles that are read of a row, a multiple of 4: the last vector of a row may reach into the next one, whose
    /// values meet coefficients of 0 or sums that nobody reads.
    /// </summary>
    internal int Width => (ColumnCount + 3) / 4 * 4;

    /// <summary>Rows that are worked on at once.</summary>
    internal int TileRows => Math.Clamp(TileDoubles / Stride / 8 * 8, 64, 1024);

    /// <summary>p.</summary>
    internal int FixedCount => FixedPosition.Length;

    /// <summary>q.</summary>
    internal int RandomCount => RandomPosition.Length;
}
