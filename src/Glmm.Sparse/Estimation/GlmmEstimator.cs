using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>Fits by a method chosen at run time; call <see cref="Pql"/>, <see cref="Mql"/>,
/// <see cref="Laplace"/> or <see cref="AdaptiveQuadrature"/> where it is known.</summary>
public static class GlmmEstimator
{
    /// <summary>Fits the model.</summary>
    /// <param name="method">The method.</param>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The fit; one that did not converge says so in its verdict.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static GlmmFit Fit(
        EstimationMethod method, ClusteredDesign design, Family family, Link? link = null,
        FitOptions? options = null) =>
        method switch
        {
            EstimationMethod.Pql => Pql.Fit(design, family, link, options),
            EstimationMethod.Mql => Mql.Fit(design, family, link, options),
            EstimationMethod.Laplace => Laplace.Fit(design, family, link, options),
            EstimationMethod.Aghq => AdaptiveQuadrature.Fit(design, family, link, options),
            _ => throw new InvalidModelOptionException(
                $"There is no method '{method}'; use pql, mql, laplace or aghq."),
        };
}
