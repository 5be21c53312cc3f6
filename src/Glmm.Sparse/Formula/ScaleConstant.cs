namespace Glmm.Sparse.Formula;

/// <summary>What a <c>scale()</c> of a model subtracted and divided by. Immutable.</summary>
/// <param name="Expression">The call as R spells it, such as <c>scale(log(age))</c>.</param>
/// <param name="Mean">The mean of its argument over the rows that had it; 0 where it is not centered.</param>
/// <param name="Deviation">The standard deviation, divisor n − 1, above 0; 1 where it is not scaled.</param>
public sealed record ScaleConstant(string Expression, double Mean, double Deviation) : DataConstant(Expression);
