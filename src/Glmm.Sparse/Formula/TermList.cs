namespace Glmm.Sparse.Formula;

/// <summary>The expanded right-hand side of a design. Immutable.</summary>
/// <param name="HasIntercept">The design has an intercept.</param>
/// <param name="Terms">The terms: main effects first, then by degree, within a degree in order of appearance.</param>
/// <param name="Offsets">The arguments of <c>offset()</c>.</param>
public sealed record TermList(
    bool HasIntercept, IReadOnlyList<FormulaTerm> Terms, IReadOnlyList<Expression> Offsets);
