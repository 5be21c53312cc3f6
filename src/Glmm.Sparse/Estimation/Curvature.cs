namespace Glmm.Sparse.Estimation;

/// <summary>
/// The information W in the curvature I + ΛᵀZᵀWZΛ of a cluster's likelihood at its mode, which the Laplace
/// approximation takes for the likelihood's and quadrature for the spread of its nodes. With a canonical link the two
/// are the same. </summary>
public enum Curvature
{
    /// <summary>The expected information for a family whose only parameter is its mean (binomial, poisson, a negative
    /// binomial of given size); the observed where φ or a shape is estimated with it, and for beta and
    /// negative-binomial-1.</summary>
    FamilyDefault,

    /// <summary>The expected information, δ²/V: never indefinite, and what lme4 takes.</summary>
    Expected,

    /// <summary>The observed information, minus the second derivative of the log-density: Laplace's own, and what
    /// glmmTMB takes.</summary>
    Observed,
}
