namespace Glmm.Sparse.Formula;

/// <summary>
/// What a call of a formula, such as <c>scale(age)</c> or <c>ns(age, df = 3)</c>, takes from the data that a model is
/// fitted to, and holds for new rows. Immutable.
/// </summary>
/// <param name="Expression">The call as R spells it.</param>
public abstract record DataConstant(string Expression);
