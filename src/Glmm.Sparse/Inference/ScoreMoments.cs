namespace Glmm.Sparse.Inference;

/// <summary>
/// A quadratic form D = Q − tR of the score residuals of a model without random effects: Q = Σ_i|FᵀZ_iᵀs_i|² and
/// R = Σ s²/w, with cumulants that know that α was estimated.
/// </summary>
/// <param name="Observed">Q at the estimates.</param>
/// <param name="Expected">E Q.</param>
/// <param name="Mean">E D.</param>
/// <param name="Variance">Var D.</param>
/// <param name="Third">κ₃(D).</param>
internal readonly record struct ScoreMoments(
    double Observed, double Expected, double Mean, double Variance, double Third)
{
    /// <summary>√Var D.</summary>
    internal double Deviation => Math.Sqrt(Variance);

    /// <summary>κ₃/κ₂^{3/2}.</summary>
    internal double Skewness => Third / (Variance * Deviation);
}
