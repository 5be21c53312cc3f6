using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>
/// The per-observation quantities of one family and link, many rows at a time. Immutable and thread-safe; no call
/// allocates.
/// </summary>
/// <remarks>
/// <para>
/// All with dispersion φ = 1. Every span of one call has the same length n, which may be any; prior weights may be
/// empty, meaning all 1. An output may be the very memory of an input, but must not overlap one otherwise. Responses
/// must lie in the family's domain and prior weights must be positive and finite; neither is checked here.
/// </para>
/// <para>
/// Every output is finite for every η, NaN included. A row's numbers depend on that row alone: not on its neighbours,
/// its place, or n. Sums are added in a fixed order.
/// </para>
/// <para>
/// Beta and negative-binomial-1 have more to their likelihood than a mean and a variance: their scores s are minus the
/// derivatives of their objectives, not ω(y − μ)δ/V(μ). The expected weight of beta is its expected information; that
/// of negative-binomial-1, whose information has no closed form, is ωδ²/V(μ) all the same, for scoring. For both the
/// residual r is s/w.
/// </para>
/// </remarks>
public abstract class WorkingKernel
{
    /// <summary>Only <see cref="WorkingKernel{T, TLink, TVariance}"/> derives from this.</summary>
    private protected WorkingKernel(Family family, Link link)
    {
        Family = family;
        Link = link;
    }

    /// <summary>The family.</summary>
    public Family Family { get; }

    /// <summary>The link.</summary>
    public Link Link { get; }

    /// <summary>Makes the kernel of a family with a link; any family goes with any link.</summary>
    public static WorkingKernel Create(Family family, Link link)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(link);
        return KernelFactory.Create(family, link);
    }

    /// <summary>Working weights w = ωδ²/V(μ) and working residuals r = (y − μ)/δ, with the sums a step needs.</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="weights">Receives w, n.</param>
    /// <param name="residuals">Receives r, n; the working response is η − o + r.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract KernelSums Working(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> residuals);

    /// <summary>
    /// Working weights w = ωδ²/V(μ) and score residuals s = ω(y − μ)δ/V(μ) = w r, with the sums a step needs: what one
    /// pass over the data takes, without the division by δ of <see cref="Working"/>.
    /// </summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="weights">Receives w, n, the very bits of <see cref="Working"/>.</param>
    /// <param name="scores">Receives s, n, the very bits of <see cref="ScoreResiduals"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract KernelSums WeightsAndScores(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> scores);

    /// <summary>
    /// <see cref="WeightsAndScores"/> without the deviance, which costs more than all the rest: the objective serves
    /// wherever points are only compared.
    /// </summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="weights">Receives w, n, the very bits of <see cref="WeightsAndScores"/>.</param>
    /// <param name="scores">Receives s, n, likewise.</param>
    /// <returns>
    /// The sums of <see cref="WeightsAndScores"/>, but NaN as deviance. Deviance − 2·objective is a constant of y and
    /// ω, which one call of the other method tells.
    /// </returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract KernelSums WeightsScoresAndObjective(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> scores);

    /// <summary>Whether the observed weights are the expected ones, to the last bit, in every row.</summary>
    /// <remarks>
    /// So it is where δ/V(μ) is constant: gaussian identity, binomial logit, poisson log, gamma inverse and inverse
    /// gaussian inverse-square.
    /// </remarks>
    public abstract bool IsCanonical { get; }

    /// <summary>
    /// Observed weights w = −ds/dη, the second derivatives of the objective, which may be negative, and score
    /// residuals s.
    /// </summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="weights">Receives the observed weights, n.</param>
    /// <param name="scores">Receives s, n, the very bits of <see cref="ScoreResiduals"/>.</param>
    /// <returns>
    /// The sums of <see cref="WeightsScoresAndObjective"/>; the squares are those of the expected weights, too.
    /// </returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract KernelSums ObservedWeightsAndScores(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> scores);

    /// <summary>The derivatives dw/dη of the expected weights, or of the observed ones.</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="observed">Of the weights of <see cref="ObservedWeightsAndScores"/>, not the expected ones.</param>
    /// <param name="derivatives">Receives dw/dη, n.</param>
    /// <remarks>
    /// Where η had to be moved inside the domain, these are the derivatives there. A user's link and variance are
    /// differentiated numerically: about twelve digits of their first derivatives and ten of the second are right.
    /// </remarks>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void WeightDerivatives(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        bool observed,
        Span<double> derivatives);

    /// <summary>Row by row what <see cref="KernelSums.Objective"/> sums, prior weights included.</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="objectives">Receives the objectives, n.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void Objectives(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> objectives);

    /// <summary><see cref="Objectives"/>, and score residuals s, minus their derivatives with respect to η.</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="objectives">Receives the objectives, n.</param>
    /// <param name="scores">Receives s, n, the very bits of <see cref="ScoreResiduals"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void ObjectivesAndScores(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> objectives,
        Span<double> scores);

    /// <summary>
    /// The derivatives of objectives, scores and weights with respect to log ξ, where the family has a shape ξ
    /// (<see cref="Families.Family.Shape"/>).
    /// </summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="observed">Of the weights of <see cref="ObservedWeightsAndScores"/>, not the expected ones.</param>
    /// <param name="objectives">Receives the derivatives of <see cref="Objectives"/>, n.</param>
    /// <param name="scores">Receives those of s, n.</param>
    /// <param name="weights">Receives those of the weights, n.</param>
    /// <exception cref="InvalidOperationException">The family has no shape.</exception>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public virtual void ShapeDerivatives(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        bool observed,
        Span<double> objectives,
        Span<double> scores,
        Span<double> weights) =>
        throw new InvalidOperationException($"Family {Family.Name} has no shape parameter to differentiate by.");

    /// <summary>Means μ and their derivatives δ = dμ/dη.</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="mean">Receives μ, n.</param>
    /// <param name="meanDerivative">Receives δ, n.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void Mean(ReadOnlySpan<double> linearPredictor, Span<double> mean, Span<double> meanDerivative);

    /// <summary>Variances V(μ).</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="variance">Receives V, n.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void Variance(ReadOnlySpan<double> linearPredictor, Span<double> variance);

    /// <summary>Score residuals s = ω(y − μ)δ/V(μ) = w r, the derivatives of −½ Σ d with respect to η.</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="scoreResiduals">Receives s, n.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void ScoreResiduals(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> scoreResiduals);

    /// <summary>
    /// Unit deviances d = −2ω ∫_y^μ (y − u)/V(u) du ≥ 0; of beta and negative-binomial-1 2ω times the log-density with
    /// mean y less that with mean μ, which can fall a little below 0.
    /// </summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="unitDeviances">Receives d, n.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void UnitDeviance(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> unitDeviances);

    /// <summary>Pearson residuals (y − μ)√(ω/V(μ)).</summary>
    /// <param name="linearPredictor">η, n.</param>
    /// <param name="response">y, n.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="pearsonResiduals">Receives the residuals, n.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void PearsonResiduals(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> pearsonResiduals);

    /// <summary>A finite, valid η to start from: g of the family's starting mean, as R's <c>mustart</c>.</summary>
    /// <param name="response">y, n, all rows of the data.</param>
    /// <param name="priorWeights">ω, n, or empty.</param>
    /// <param name="linearPredictor">Receives η, n.</param>
    /// <remarks>
    /// Where the link cannot reach the starting mean (a log link of a gaussian y ≤ 0, say), the mean is first moved to
    /// what it can reach: at least a tenth of the mean |y| of the rows given, or within [0.01, 0.99]. This is scalar
    /// code, for once per fit.
    /// </remarks>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void StartingPredictor(
        ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights, Span<double> linearPredictor) =>
        Kernels.StartingPredictor.Fill(Family, Link, response, priorWeights, linearPredictor);
}
