namespace Glmm.Sparse.Results;

/// <summary>How a fit ended.</summary>
public enum Verdict
{
    /// <summary>Converged inside the parameter space.</summary>
    Converged,

    /// <summary>Converged with a singular D, a legal answer on the boundary.</summary>
    Boundary,

    /// <summary>Not converged: some combination of covariates separates the response, its coefficient runs
    /// off.</summary>
    Separated,

    /// <summary>Not converged: the data do not determine some parameter.</summary>
    NotIdentified,

    /// <summary>Not converged: the estimates ran away.</summary>
    Diverged,

    /// <summary>Not converged: the iterations ran out or made no progress.</summary>
    Stalled,
}
