namespace Glmm.Sparse.Kernels;

/// <summary>Sums over the rows of one kernel call.</summary>
/// <param name="Deviance">
/// Σ d, with φ = 1; NaN where it was not asked for (<see cref="WorkingKernel.WeightsScoresAndObjective"/>).
/// </param>
/// <param name="Objective">
/// Σ ωκ(η; y): half the deviance up to a term of the responses alone, or minus the log quasi-likelihood with φ = 1.
/// Of two points with the same y and ω, ½ the difference of deviances is the difference of these.
/// </param>
/// <param name="WeightedSquares">Σ ω(y − μ)²/V, Pearson's statistic with φ = 1; it is Σ w r² but for beta and
/// negative-binomial-1, whose score is no multiple of y − μ.</param>
/// <param name="Invalid">Rows whose η is not finite or lies where the link leaves the family's domain.</param>
public readonly record struct KernelSums(double Deviance, double Objective, double WeightedSquares, int Invalid);
