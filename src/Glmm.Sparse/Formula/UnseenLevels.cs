namespace Glmm.Sparse.Formula;

/// <summary>What becomes of a row with a level of a factor that the model never met.</summary>
public enum UnseenLevels
{
    /// <summary>An error that names the column, the row and the level.</summary>
    Error,

    /// <summary>
    /// The average over the levels that the model knows, each with the same weight: every indicator of the factor is 1
    /// over their number, in interactions and random effects, too.
    /// </summary>
    Population,
}
