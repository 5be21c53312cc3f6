namespace Glmm.Sparse.Formula;

/// <summary>A variable of a term: a factor, or a number. Immutable.</summary>
/// <param name="Name">As R spells it: a column or a call, such as <c>trt</c>, <c>factor(dose)</c> or
/// <c>log(age)</c>.</param>
/// <param name="Levels">The levels of a factor, the reference first; null for a number.</param>
/// <param name="Columns">The columns of the table that it is computed from.</param>
public sealed record SchemaVariable(string Name, IReadOnlyList<string>? Levels, IReadOnlyList<string> Columns)
{
    /// <summary>Whether it is a factor.</summary>
    public bool IsFactor => Levels is not null;
}
