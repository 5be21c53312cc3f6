namespace Glmm.Sparse.Formula;

/// <summary>A column of X within its term: the product of a level's indicator, or a contrast of levels, for each factor
/// and of the numbers. Immutable.</summary>
/// <param name="Index">Its zero-based index among the fixed effects of the fit.</param>
/// <param name="Name">Its name, such as <c>trtdrug</c>.</param>
/// <param name="Levels">For each variable of the term the level, or null where the variable is a number
/// or coded by a contrast of several levels.</param>
public sealed record SchemaTermColumn(int Index, string Name, IReadOnlyList<string?> Levels)
{
    /// <summary>For each variable of the term what the column is of it.</summary>
    internal IReadOnlyList<ColumnCode> Codes { get; init; } = [];
}
