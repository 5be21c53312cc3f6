using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Marginal quasi-likelihood: the working linear mixed model is expanded about β = 0 (Breslow &amp; Clayton 1993, §4;
/// Goldstein 1991), so its fixed effects are those of the marginal mean.
/// </summary>
public static class Mql
{
    /// <summary>Fits the model.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The fit; one that did not converge says so in its verdict.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static MqlFit Fit(ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null) =>
        FitTelemetry.Watch(EstimationMethod.Mql, design, family, options, () =>
        {
            using var linearisation = new Linearisation(design, family, link, options, ExpansionPoint.Zero);
            linearisation.Run();
            return linearisation.AsMql();
        });
}
