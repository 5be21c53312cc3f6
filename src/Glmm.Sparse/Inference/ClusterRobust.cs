namespace Glmm.Sparse.Inference;

/// <summary>
/// A cluster-robust ("sandwich") covariance of the fixed effects, S⁻¹(Σ_i A_iU_iU_iᵀA_iᵀ)S⁻¹, and how it is corrected
/// for few clusters; the names are those of R's clubSandwich (Pustejovsky &amp; Tipton 2018).
/// </summary>
public enum ClusterRobust
{
    /// <summary>No correction (Liang &amp; Zeger 1986): too small where clusters are few.</summary>
    CR0,

    /// <summary>CR0 times k/(k − 1).</summary>
    CR1,

    /// <summary>CR0 times k(n − 1)/((k − 1)(n − p)), as Stata.</summary>
    CR1S,

    /// <summary>
    /// Residuals multiplied by the symmetric root (I − H_ii)^(−½) after whitening by V^(−½) (Bell &amp; McCaffrey
    /// 2002): unbiased where the working model holds. clubSandwich takes another root of the same defining property;
    /// the two agree where V is a multiple of I.
    /// </summary>
    CR2,

    /// <summary>Residuals multiplied by (I − H_ii)⁻¹, close to leaving out one cluster at a time (Mancl &amp; DeRouen
    /// 2001): conservative.</summary>
    CR3,
}
