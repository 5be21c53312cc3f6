namespace Glmm.Sparse.Families;

/// <summary>The variance functions that have a kernel; several families share one.</summary>
internal enum VarianceKind
{
    /// <summary>V = 1.</summary>
    Constant,

    /// <summary>V = μ(1 − μ).</summary>
    Binomial,

    /// <summary>V = μ.</summary>
    Poisson,

    /// <summary>V = μ².</summary>
    Gamma,

    /// <summary>V = μ³.</summary>
    InverseGaussian,

    /// <summary>V = μ + μ²/θ.</summary>
    NegativeBinomial,

    /// <summary>V = μ(1 + φ), with a score of its own.</summary>
    NegativeBinomial1,

    /// <summary>V = μ(1 − μ)/(1 + φ), with a score of its own.</summary>
    Beta,

    /// <summary>The user's own.</summary>
    Custom,
}
