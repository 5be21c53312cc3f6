namespace Glmm.Sparse.Inference;

/// <summary>How the variance that the distribution of the response adds on the scale of the link is found (Nakagawa,
/// Johnson &amp; Schielzeth 2017, table 2).</summary>
public enum VarianceDecompositionKind
{
    /// <summary>φ itself: gaussian with the identity link.</summary>
    Dispersion,

    /// <summary>The variance of the link's latent variable, times φ: π²/3 of logit, 1 of probit, π²/6 of
    /// cloglog.</summary>
    Theoretical,

    /// <summary>ln(1 + φV(λ)/λ²) of a log link, which the paper recommends.</summary>
    Lognormal,

    /// <summary>ψ′(λ²/(φV(λ))) of a log link: the variance of the logarithm of a gamma variable with the same mean and
    /// variance.</summary>
    Trigamma,

    /// <summary>φV(λ)(dη/dμ)², by the delta method: the observation-level variance of any family and link.</summary>
    Delta,
}
