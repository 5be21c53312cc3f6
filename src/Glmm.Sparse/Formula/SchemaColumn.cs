namespace Glmm.Sparse.Formula;

/// <summary>A column of data as a model met it. Immutable.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What it held: <c>numeric</c>, <c>date</c>, <c>time</c>, <c>boolean</c> or <c>text</c>.</param>
public sealed record SchemaColumn(string Name, string Kind)
{
    /// <summary>The kind of a column of numbers.</summary>
    internal const string Numeric = "numeric";

    /// <summary>The kind of a column of days.</summary>
    internal const string Date = "date";

    /// <summary>The kind of a column of points in time.</summary>
    internal const string Time = "time";

    /// <summary>The kind of a column of truth values.</summary>
    internal const string Boolean = "boolean";

    /// <summary>The kind of a column of texts.</summary>
    internal const string Text = "text";

    /// <summary>The column is one of numbers, dates among them.</summary>
    internal bool HoldsNumbers => Kind is Numeric or Date or Time;

    /// <summary>
    /// The levels of a factor that occurred in the rows used, the reference first; of text and truth values of the
    /// fixed effects also where they are only compared with something. Null for any other column.
    /// </summary>
    public IReadOnlyList<string>? Levels { get; init; }

    /// <summary>
    /// It is a factor wherever the formula names it alone: text and truth values are, and numbers whose levels were
    /// listed. Other numbers that have levels are a factor within <c>factor()</c> only.
    /// </summary>
    public bool IsFactor { get; init; }

    /// <summary>The mean over the rows used of a number that the fixed effects or the offset use; else null.</summary>
    public double? Mean { get; init; }
}
