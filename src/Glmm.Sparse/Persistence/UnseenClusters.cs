namespace Glmm.Sparse.Persistence;

/// <summary>What becomes of a row whose cluster the model does not know.</summary>
public enum UnseenClusters
{
    /// <summary>It is predicted without random effects, b = 0, as any cluster that was never seen; so is a row that does
    /// not say of which cluster it is.</summary>
    Population,

    /// <summary>An error that names the row and the cluster.</summary>
    Error,
}
