namespace Glmm.Sparse.Model.Covariance;

/// <summary>
/// A structure of the random effects' covariance, D(τ²) = Σ_l τ²_l G_l, a q×q matrix linear in its m variance
/// components. Immutable and thread-safe.
/// </summary>
public abstract class CovarianceStructure
{
    /// <summary>Order of D, q.</summary>
    public abstract int Dimension { get; }

    /// <summary>The structure's name, such as <c>unstructured</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Every variance and covariance free: m = q(q+1)/2.</summary>
    public static CovarianceStructure Unstructured(int dimension) => throw new NotImplementedException();

    /// <summary>Uncorrelated random effects, each with a variance of its own: m = q.</summary>
    public static CovarianceStructure Diagonal(int dimension) => throw new NotImplementedException();

    /// <summary>Uncorrelated random effects with one common variance: m = 1.</summary>
    public static CovarianceStructure Identity(int dimension) => throw new NotImplementedException();

    /// <summary>One common variance and one common covariance: m = 2 (1 when q = 1).</summary>
    public static CovarianceStructure CompoundSymmetry(int dimension) => throw new NotImplementedException();

    /// <summary>D = Σ_l τ²_l G_l for a basis of the user's own.</summary>
    public static CovarianceStructure Linear(IReadOnlyList<double[,]> basis) => throw new NotImplementedException();

    /// <summary>Independent terms one after the other: D is block diagonal, each block with its own structure.</summary>
    public static CovarianceStructure DirectSum(params IReadOnlyList<CovarianceStructure> terms) => throw new NotImplementedException();
}
