namespace Glmm.Sparse.Formula;

/// <summary>
/// The recurrence of the orthogonal polynomials of a <c>poly()</c>, as R's predict.poly has it: p₀ = 1,
/// pⱼ₊₁(x) = (x − αⱼ) pⱼ(x) − (νⱼ / νⱼ₋₁) pⱼ₋₁(x), where νⱼ = Σ pⱼ² (Kennedy &amp; Gentle 1980). Immutable.
/// </summary>
/// <param name="Expression">The variable and the degree as R spells them, such as <c>poly(age, 3)</c>.</param>
/// <param name="Alpha">α₀ … of as many as the degree.</param>
/// <param name="SquaredNorms">ν₀ (the number of rows), ν₁ …, one more than the degree; each above 0.</param>
public sealed record PolynomialConstant(
    string Expression, IReadOnlyList<double> Alpha, IReadOnlyList<double> SquaredNorms) : DataConstant(Expression);
