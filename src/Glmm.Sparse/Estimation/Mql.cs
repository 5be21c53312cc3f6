using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>Marginal quasi-likelihood (Breslow &amp; Clayton 1993, section 4.2).</summary>
public static class Mql
{
    /// <summary>Fits the model.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The fit; one that did not converge says so in its verdict.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    public static MqlFit Fit(ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null) =>
        throw new NotImplementedException();
}
