namespace Glmm.Sparse.Results;

/// <summary>How the model is linearised.</summary>
public enum EstimationMethod
{
    /// <summary>Penalised quasi-likelihood: expansion about the current random effects.</summary>
    Pql,

    /// <summary>Marginal quasi-likelihood: expansion about β = 0.</summary>
    Mql,
}
