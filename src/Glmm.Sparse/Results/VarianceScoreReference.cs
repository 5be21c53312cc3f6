namespace Glmm.Sparse.Results;

/// <summary>The distribution that a variance-component score statistic is referred to.</summary>
public enum VarianceScoreReference
{
    /// <summary>A weighted sum of χ²₁, exact for a gaussian response of known dispersion; its tail is a saddlepoint
    /// approximation.</summary>
    QuadraticForm,

    /// <summary>A ratio of quadratic forms, exact for a gaussian response of unknown dispersion; its tail is a
    /// saddlepoint approximation.</summary>
    RatioOfQuadraticForms,

    /// <summary>The gamma distribution that has the statistic's first three cumulants, in which the response's own
    /// cumulants and the estimation of the fixed effects (and of φ) are.</summary>
    ThreeCumulants,
}
