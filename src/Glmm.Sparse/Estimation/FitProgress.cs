namespace Glmm.Sparse.Estimation;

/// <summary>How far a running fit has come.</summary>
/// <param name="Iteration">Linearisations done, or steps of the search for the maximum of a likelihood.</param>
/// <param name="GradientNorm">The convergence number, compared with <see cref="FitOptions.Tolerance"/>.</param>
public readonly record struct FitProgress(int Iteration, double GradientNorm);
