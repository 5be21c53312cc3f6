namespace Glmm.Sparse.ScoreTests;

/// <summary>Writes a candidate column.</summary>
/// <param name="index">Its number.</param>
/// <param name="column">n, in the order of the design's rows. It comes filled with NaN; a column with a value that is
/// missing has no test.</param>
public delegate void ColumnFiller(int index, Span<double> column);
