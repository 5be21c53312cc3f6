namespace Glmm.Sparse.Diagnostics;

/// <summary>What a check looks at in one data set and its fit.</summary>
/// <param name="ChiSquare">Σ Pearson residuals squared over φ̂.</param>
/// <param name="Zeros">Responses that are 0.</param>
/// <param name="ExpectedZeros">Σ P(Y = 0).</param>
/// <param name="ZeroVariance">Σ P(1 − P).</param>
internal readonly record struct CheckStatistics(
    double ChiSquare, int Zeros, double ExpectedZeros, double ZeroVariance);
