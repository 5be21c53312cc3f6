namespace Glmm.Sparse.Model;

/// <summary>
/// Which column of a tile holds which column of X and Z. A column that X and Z share is stored once; the columns of Z
/// lead.
/// </summary>
/// <param name="ColumnCount">Distinct columns.</param>
/// <param name="LeadingCount">Distinct columns of Z, which come first.</param>
/// <param name="FixedPosition">Position of each of the p columns of X.</param>
/// <param name="RandomPosition">Position of each of the q columns of Z.</param>
/// <param name="Constants">Of each distinct column the value it has in every row, NaN where it varies: what is constant
/// is not stored row by row.</param>
internal sealed record ColumnLayout(
    int ColumnCount, int LeadingCount, int[] FixedPosition, int[] RandomPosition, double[] Constants)
{
    // A tile is swept several times: up to this many vectors of eight stay in the first-level cache between the sweeps.
    private const int TileVectors = 512;

    /// <summary>Most rows that a lane of a tile has.</summary>
    internal int TileRows => Math.Clamp(TileVectors / ColumnCount, 8, 64);

    /// <summary>In how many portions a pass reads ahead: as often as its products begin on two more columns, those of Z
    /// and the others apart (<c>TileProducts.AddCross</c> advances what a lease has aimed).</summary>
    internal int Portions => (ColumnCount + 3) / 2;

    /// <summary>Columns that are stored row by row.</summary>
    internal int StoredCount => Constants.Count(double.IsNaN);

    /// <summary>p.</summary>
    internal int FixedCount => FixedPosition.Length;

    /// <summary>q.</summary>
    internal int RandomCount => RandomPosition.Length;
}
