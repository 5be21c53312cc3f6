namespace Glmm.Sparse.Results;

/// <summary>The test whose power is asked for.</summary>
public enum PowerTest
{
    /// <summary>The two-sided Wald test of one fixed effect of a PQL fit, estimate over standard error against the
    /// normal distribution.</summary>
    Wald,

    /// <summary>The overall score test of no variance between clusters.</summary>
    VarianceScore,
}
