namespace Glmm.Sparse.Prediction;

/// <content>Predictions of rows, into memory of the caller.</content>
public sealed partial class FittedModel
{
    /// <summary>Predicts rows. Allocates nothing; a row's prediction has the same bits whichever rows are beside
    /// it.</summary>
    /// <param name="target">What is predicted.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="destination">Receives the predictions, n; NaN for rows with missing values.</param>
    /// <remarks>
    /// An η outside the domain of the link (0 or below for <c>inverse</c>, say) has the mean next to the domain's edge.
    /// Links without a closed form of the population's mean integrate it by the trapezoidal rule, to a relative 1e-10;
    /// for <c>inverse</c> and <c>inverse-square</c>, which have none, see
    /// <see cref="PredictionTarget.PopulationMean"/>. The fixed effects of first-order MQL are those of the population,
    /// whose mean they give without an integral.
    /// </remarks>
    /// <exception cref="InvalidModelDataException">A length does not fit or there is no such cluster.</exception>
    public void Predict(PredictionTarget target, in PredictionRows rows, Span<double> destination) =>
        _rows.Predict(target, rows, destination);

    /// <summary>
    /// Predicts rows with standard errors and intervals. Allocates nothing; a row's numbers have the same bits
    /// whichever rows are beside it.
    /// </summary>
    /// <param name="options">What to predict, with which interval.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">Where the results go; NaN for rows with missing values.</param>
    /// <remarks>
    /// <para>
    /// The linear predictor of a known cluster has variance uᵀCov(α̂)u + zᵀEz, u = x − CEz: fixed and random effects
    /// are uncertain, and together. For a cluster never seen it is xᵀCov(α̂)x, to which
    /// <see cref="PredictionOptions.NewClusters"/> adds zᵀDz. On the response's scale standard errors are those of the
    /// delta method, and confidence intervals are Wald's of the linear predictor with transformed ends; both ends are
    /// NaN where a population's mean exists at one of them only.
    /// </para>
    /// <para>
    /// A prediction interval reaches from one quantile of a new response to another, on the response's scale whatever
    /// the target: of the family's distribution mixed over η ~ N(η̂, v), with v the variance above for a known cluster
    /// and xᵀCov(α̂)x + zᵀDz for one never seen, or for a population mean, whose new response comes from a new cluster.
    /// It covers a new response with the level's probability over the fixed effects' estimates, the random effects and
    /// the response, if D, φ and the shape are what was estimated; for discrete responses with at least that. Under
    /// <c>inverse</c> and <c>inverse-square</c> an η beyond the domain's edge counts as an infinite response, so that
    /// an end is ∞ where such an η is more probable than the interval's tail.
    /// </para>
    /// </remarks>
    /// <exception cref="InvalidModelDataException">A length does not fit or there is no such cluster.</exception>
    /// <exception cref="InvalidModelOptionException">An option is out of range, or a prediction interval is wanted of a
    /// family that has no distribution.</exception>
    public void PredictWithErrors(PredictionOptions options, in PredictionRows rows, in PredictionColumns columns) =>
        _rows.PredictWithErrors(options, rows, columns);
}
