namespace Glmm.Sparse.Kernels;

/// <summary>Sums over the rows of one kernel call.</summary>
/// <param name="Deviance">Σ d, with φ = 1.</param>
/// <param name="WeightedSquares">Σ w r² = Σ ω(y − μ)²/V, Pearson's statistic with φ = 1.</param>
/// <param name="Invalid">Rows whose η is not finite or lies where the link leaves the family's domain.</param>
public readonly record struct KernelSums(double Deviance, double WeightedSquares, int Invalid);
