namespace Glmm.Sparse.Formula;

/// <summary>The structure given to each random-effect term.</summary>
public enum CovarianceKind
{
    /// <summary>Every variance and covariance free; <c>||</c> in the formula still means diagonal.</summary>
    Unstructured,

    /// <summary>Uncorrelated, a variance each.</summary>
    Diagonal,

    /// <summary>Uncorrelated, one common variance.</summary>
    Identity,

    /// <summary>One common variance and one common covariance.</summary>
    CompoundSymmetry,
}
