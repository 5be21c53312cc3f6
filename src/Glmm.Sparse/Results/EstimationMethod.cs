namespace Glmm.Sparse.Results;

/// <summary>How the model is estimated.</summary>
public enum EstimationMethod
{
    /// <summary>Penalised quasi-likelihood: expansion about the current random effects.</summary>
    Pql,

    /// <summary>Marginal quasi-likelihood: expansion about β = 0.</summary>
    Mql,

    /// <summary>Maximum likelihood by the Laplace approximation.</summary>
    Laplace,

    /// <summary>Maximum likelihood by adaptive Gauss–Hermite quadrature.</summary>
    Aghq,
}
