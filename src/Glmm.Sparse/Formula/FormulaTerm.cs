namespace Glmm.Sparse.Formula;

/// <summary>A term of a design: one variable (a main effect) or several (their interaction). Immutable.</summary>
/// <param name="Variables">Its variables, in the order in which they first appear in the formula.</param>
public sealed record FormulaTerm(IReadOnlyList<Expression> Variables)
{
    /// <summary>The term as R spells it, such as <c>x:trt</c>.</summary>
    public override string ToString() => string.Join(":", Variables);
}
