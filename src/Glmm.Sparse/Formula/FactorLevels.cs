namespace Glmm.Sparse.Formula;

/// <summary>A factor as a model used it. Immutable.</summary>
/// <param name="Name">The column.</param>
/// <param name="Levels">Its levels that occur in the rows used, the reference first.</param>
public sealed record FactorLevels(string Name, IReadOnlyList<string> Levels);
