namespace Glmm.Sparse.Results;

/// <summary>What the working linear mixed model maximises.</summary>
public enum EstimationCriterion
{
    /// <summary>Restricted maximum likelihood.</summary>
    Reml,

    /// <summary>Maximum likelihood.</summary>
    Ml,
}
