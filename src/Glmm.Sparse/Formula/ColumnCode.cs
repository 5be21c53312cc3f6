namespace Glmm.Sparse.Formula;

/// <summary>What a column of a term is of one of its variables. Immutable.</summary>
/// <param name="Piece">Which of the variable's columns of numbers; 0 where it has one, −1 for a factor.</param>
/// <param name="Level">The level that it is the indicator of, −1 where it is none.</param>
/// <param name="Values">The value at each level of a contrast; else null.</param>
internal sealed record ColumnCode(int Piece, int Level, double[]? Values)
{
    /// <summary>A column of numbers.</summary>
    public static ColumnCode Number(int piece) => new(piece, -1, null);

    /// <summary>The indicator of a level.</summary>
    public static ColumnCode Indicator(int level) => new(-1, level, null);

    /// <summary>A contrast of levels.</summary>
    public static ColumnCode Contrast(double[] values) => new(-1, -1, values);

    /// <summary>The value of a factor's column at a level.</summary>
    public double At(int level) => Values is not null ? Values[level] : level == Level ? 1 : 0;

    /// <summary>The mean of a factor's column over all its levels.</summary>
    public double Mean(int levels) => Values is not null ? Values.Average() : 1.0 / levels;
}
