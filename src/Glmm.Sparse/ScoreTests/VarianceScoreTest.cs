using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.ScoreTests;

/// <summary>
/// The score test of variance components, H0: D = 0, from the model without random effects alone (Lin 1997): is there
/// any variance between the clusters? One-sided, since a variance cannot be negative; no mixed model is fitted.
/// </summary>
/// <remarks>
/// <para>U_l = ½[Σ_i s_iᵀZ_iG_lZ_iᵀs_i − E(…)] with s the score residuals of the null model. Its expectation, variance
/// and third cumulant take in the third to sixth cumulants of the response, that the fixed effects were estimated (to
/// second order in the mean) and, where it is, that φ was; see the remarks of <c>ScoreDirection</c>. The normal limit
/// is badly off with twenty clusters: U is referred to the gamma distribution of the same three cumulants, or, for a
/// gaussian response, to the exact distribution of the quadratic form or ratio of forms, by saddlepoint (Kuonen 1999).
/// <c>bench/README.md</c> has its size and power.</para>
/// <para>For many responses of one design there is <see cref="VarianceScorePlan"/>.</para>
/// <para>Lin, X. (1997). Variance component testing in generalised linear models with random effects.
/// <i>Biometrika</i> 84, 309–326.</para>
/// </remarks>
public static class VarianceScoreTest
{
    /// <summary>Fits the null model and tests.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family, a given θ included.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">Dispersion, tolerance, threads and cancellation are heeded; the defaults when
    /// null.</param>
    /// <returns>The test; one of a null model that did not converge says so.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static VarianceScoreResult Test(
        ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(family);
        family.RequireQuasiLikelihood("The score test");
        return Test(NullModel.Fit(design, family, link, options), design);
    }

    /// <summary>Tests a null model that is there already.</summary>
    /// <param name="model">The model without random effects.</param>
    /// <param name="design">The design it was fitted to.</param>
    /// <returns>The test; one of a null model that did not converge says so.</returns>
    /// <exception cref="GlmmException">The design is another one.</exception>
    public static VarianceScoreResult Test(NullModel model, ClusteredDesign design)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(design);
        ModelOutline outline = model.Outline;
        outline.Family.RequireQuasiLikelihood("The score test");
        if (design.FrequencyTotal != outline.Observations || DataFingerprint.Of(design) != outline.Fingerprint)
        {
            throw new InvalidModelDataException(
                "The design is not the one that the null model was fitted to: its rows differ. Fit it to this one.");
        }

        var rows = ScoreRows.Of(design, model.FixedColumns);
        var state = new NullState(rows, WorkingKernel.Create(outline.Family, outline.Link));
        bool isLinear = outline.Family.HasConstantVariance && ReferenceEquals(outline.Link, Link.Identity);
        var calculator = new VarianceScoreCalculator(
            state, VarianceDirections.Of(design), isLinear, outline.DispersionEstimated);
        if (!model.Converged)
        {
            return VarianceScoreResult.None(
                VarianceScoreCalculator.NotConverged, model.Dispersion, calculator.Distribution);
        }

        design.Response.Gather(rows.Order, state.Response);
        for (int r = 0; r < rows.Count; r++) state.Predictor[r] = model.LinearPredictor[rows.Order[r]];
        return calculator.Test(model.Dispersion);
    }
}
