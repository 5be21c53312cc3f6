using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Resampling;

/// <summary>
/// Bias correction by parametric bootstrap: finds the parameters at which the method, applied to data simulated from
/// the model, gives on average what it gave on the data (Rodríguez &amp; Goldman 2001; indirect inference, Gourieroux,
/// Monfort &amp; Renault 1993).
/// </summary>
/// <remarks>
/// Every round simulates R data sets at the current parameters and refits them side by side on one
/// <see cref="RefitPlan"/>, from common random numbers: α moves by what the refits' mean lacks, D and φ by the factor.
/// Whatever the bias of the method, it is gone but for the curvature of its mean over the sampling distribution; the
/// price is some thousand refits.
/// </remarks>
public static class ParametricBootstrap
{
    /// <summary>Fits and corrects.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">A family with a distribution to draw from.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options of the fit and of every refit; the defaults when null. Refits are spread over
    /// their threads.</param>
    /// <param name="bootstrap">How the correction is made; the defaults when null.</param>
    /// <returns>The correction; one that did not settle, or of a fit that did not converge, says so.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong, or there is no distribution.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static BootstrapCorrection Correct(
        ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null,
        BootstrapOptions? bootstrap = null)
    {
        options ??= FitOptions.Default;
        bootstrap ??= BootstrapOptions.Default;
        bootstrap.Validate();
        using RefitPlan plan = RefitPlan.Create(design, family, link, options, bootstrap.Method);
        var sampler = new ResponseSampler(
            design, plan.KeptColumns, family, link ?? family.DefaultLink, bootstrap.Seed);
        return new IndirectInference(plan, sampler, bootstrap, options.Threads).Run();
    }
}
