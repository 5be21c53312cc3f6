using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Maximum likelihood by the Laplace approximation of each cluster's integral: fixed effects, D, dispersion and shape
/// jointly (Breslow &amp; Lin 1995; Pinheiro &amp; Chao 2006).
/// </summary>
public static class Laplace
{
    /// <summary>Fits the model.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family, which must have a likelihood.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The fit; one that did not converge says so in its verdict.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static LikelihoodFit Fit(
        ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null) =>
        FitTelemetry.Watch(EstimationMethod.Laplace, design, family, options, () =>
            LikelihoodEstimation.Fit(EstimationMethod.Laplace, design, family, link, options));
}
