namespace Glmm.Sparse.Families;

/// <summary>The one parameter that a family has beyond the mean and the dispersion.</summary>
/// <param name="Name">
/// <c>theta</c>, the size of the negative binomial; <c>phi</c>, the excess of variance over the mean of
/// negative-binomial-1; <c>precision</c>, of beta.
/// </param>
/// <param name="Value">
/// Its value, a finite number above 0: the one given, the estimate in the family of a fit, or 1 where it is yet to be
/// estimated.
/// </param>
/// <param name="IsEstimated">It is estimated together with the other parameters, not held.</param>
public readonly record struct ShapeParameter(string Name, double Value, bool IsEstimated);
