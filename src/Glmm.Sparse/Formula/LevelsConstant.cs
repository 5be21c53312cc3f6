namespace Glmm.Sparse.Formula;

/// <summary>The levels of a factor that a formula computes, <c>cut()</c> or <c>interaction()</c>. Immutable.</summary>
/// <param name="Expression">The call as R spells it, such as <c>interaction(a, b)</c>.</param>
/// <param name="Levels">Its levels that occurred in the rows used, in order.</param>
public sealed record LevelsConstant(string Expression, IReadOnlyList<string> Levels) : DataConstant(Expression);
