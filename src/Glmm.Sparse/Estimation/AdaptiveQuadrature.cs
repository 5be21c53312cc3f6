using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Maximum likelihood by adaptive Gauss–Hermite quadrature of each cluster's integral, centred at its mode and scaled
/// by its curvature there (Liu &amp; Pierce 1994; Pinheiro &amp; Bates 1995); a product rule where a cluster has
/// several random effects.
/// </summary>
public static class AdaptiveQuadrature
{
    /// <summary>Fits the model.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family, which must have a likelihood.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options, among them <see cref="FitOptions.Nodes"/>; the defaults when null.</param>
    /// <returns>The fit; one that did not converge says so in its verdict.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static LikelihoodFit Fit(
        ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null) =>
        FitTelemetry.Watch(EstimationMethod.Aghq, design, family, options, () =>
            LikelihoodEstimation.Fit(EstimationMethod.Aghq, design, family, link, options));
}
