namespace Glmm.Sparse.Formula;

/// <summary>The knots of a spline, <c>ns()</c> or <c>bs()</c>. Immutable.</summary>
/// <param name="Expression">The call as R spells it, such as <c>ns(age, df = 3)</c>.</param>
/// <param name="Knots">The knots between the boundaries, ascending.</param>
/// <param name="Lower">The lower boundary.</param>
/// <param name="Upper">The upper boundary, above the lower one.</param>
public sealed record SplineConstant(string Expression, IReadOnlyList<double> Knots, double Lower, double Upper)
    : DataConstant(Expression);
