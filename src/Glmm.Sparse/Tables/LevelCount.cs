namespace Glmm.Sparse.Tables;

/// <summary>How often a value comes.</summary>
/// <param name="Label">The value as text.</param>
/// <param name="Rows">Rows that have it.</param>
public readonly record struct LevelCount(string Label, int Rows);
