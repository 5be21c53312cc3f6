namespace Glmm.Sparse.Tables;

/// <summary>The first cell that keeps a column of numbers from being numeric.</summary>
/// <param name="Row">Zero-based row.</param>
/// <param name="FileLine">One-based line of the file on which the row starts, or 0 when there is no file.</param>
/// <param name="Text">What the cell holds.</param>
public sealed record NotANumber(int Row, long FileLine, string Text);
