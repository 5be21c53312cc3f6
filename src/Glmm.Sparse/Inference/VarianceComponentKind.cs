namespace Glmm.Sparse.Inference;

/// <summary>Which function of the variance parameters.</summary>
public enum VarianceComponentKind
{
    /// <summary>D_aa, the variance of a random effect.</summary>
    Variance,

    /// <summary>√D_aa.</summary>
    StandardDeviation,

    /// <summary>D_ab.</summary>
    Covariance,

    /// <summary>D_ab/√(D_aa D_bb).</summary>
    Correlation,

    /// <summary>φ, for gaussian the residual variance.</summary>
    Dispersion,

    /// <summary>√φ, for gaussian the residual standard deviation.</summary>
    RootDispersion,

    /// <summary>The parameter of the family beyond mean and dispersion.</summary>
    Shape,
}
