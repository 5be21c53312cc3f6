using System.Runtime.CompilerServices;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The kernel of one link and one variance: the JIT knows both and makes one fused loop of them.</summary>
internal sealed partial class WorkingKernel<T, TLink, TVariance>(
    TLink link, TVariance variance, Family family, Link ofLink)
    : WorkingKernel(family, ofLink)
    where T : struct, IRowVector<T>
    where TLink : struct, ILinkLanes<T>
    where TVariance : struct, IVarianceLanes<T>
{
    private readonly TVariance _variance = variance;
    private readonly PredictorDomain _domain = PredictorDomain.Of(ofLink, family.Domain);
    private readonly MeanBounds _bounds = MeanBounds.Of(family.Domain);

    /// <inheritdoc/>
    public override KernelSums Working(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> residuals)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, residuals.Length, nameof(residuals));
        return Run<WorkingBlock>(linearPredictor, response, priorWeights, weights, residuals).Sums;
    }

    /// <inheritdoc/>
    public override KernelSums WeightsAndScores(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> scores)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, scores.Length, nameof(scores));
        return Run<StepBlock>(linearPredictor, response, priorWeights, weights, scores).Sums;
    }

    /// <inheritdoc/>
    public override void Mean(ReadOnlySpan<double> linearPredictor, Span<double> mean, Span<double> meanDerivative)
    {
        SpanLengths.Check(linearPredictor.Length, meanDerivative.Length, nameof(meanDerivative));
        Run<MeanBlock>(linearPredictor, [], [], mean, meanDerivative);
    }

    /// <inheritdoc/>
    public override void Variance(ReadOnlySpan<double> linearPredictor, Span<double> variance) =>
        Run<VarianceBlock>(linearPredictor, [], [], variance, []);

    /// <inheritdoc/>
    public override void ScoreResiduals(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> scoreResiduals)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        Run<ScoreBlock>(linearPredictor, response, priorWeights, scoreResiduals, []);
    }

    /// <inheritdoc/>
    public override void UnitDeviance(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> unitDeviances)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        Run<DevianceBlock>(linearPredictor, response, priorWeights, unitDeviances, []);
    }

    /// <inheritdoc/>
    public override void PearsonResiduals(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> pearsonResiduals)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        Run<PearsonBlock>(linearPredictor, response, priorWeights, pearsonResiduals, []);
    }

    /// <summary>Runs whole blocks in place, then the rest, padded to a block, through the same loop.</summary>
    private TBlock Run<TBlock>(
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> first,
        Span<double> second)
        where TBlock : struct, IBlock
    {
        SpanLengths.CheckOptional(eta.Length, priorWeights.Length, nameof(priorWeights));
        SpanLengths.Check(eta.Length, first.Length, "the output");
        int whole = eta.Length - (eta.Length % T.Count);
        int rest = eta.Length - whole;
        var block = Loop(default(TBlock), whole, eta, response, priorWeights, first, second, T.Count);
        if (rest > 0)
        {
            Span<double> scratch = stackalloc double[5 * T.Count];
            var firstOfRest = RowBlocks<T>.Part(scratch, 3);
            var secondOfRest = RowBlocks<T>.Part(scratch, 4);
            block = Loop(
                block,
                T.Count,
                RowBlocks<T>.Padded(eta, whole, RowBlocks<T>.Part(scratch, 0)),
                RowBlocks<T>.Padded(response, whole, RowBlocks<T>.Part(scratch, 1)),
                RowBlocks<T>.Padded(priorWeights, whole, RowBlocks<T>.Part(scratch, 2)),
                firstOfRest,
                second.IsEmpty ? second : secondOfRest,
                rest);
            firstOfRest[..rest].CopyTo(first[whole..]);
            if (!second.IsEmpty)
                secondOfRest[..rest].CopyTo(second[whole..]);
        }

        return block;
    }

    /// <summary>The loop of every method. It calls nothing, so that nothing leaves the registers.</summary>
    /// <remarks>
    /// Optimised at once, since a tier without inlining would take twenty times as long for the first hundred calls.
    /// All that it uses is inlined, and the JIT's budget for that grows with the size of this method: hence no parts.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private TBlock Loop<TBlock>(
        TBlock block,
        int rows,
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> first,
        Span<double> second,
        int existing)
        where TBlock : struct, IBlock
    {
        // In bounds: every span is empty, which is tested, or has at least `rows` elements, a multiple of the block.
        var exists = RowBlocks<T>.Existing(existing);
        for (nuint row = 0; row < (nuint)rows; row += (nuint)T.Count)
        {
            var y = response.IsEmpty ? T.Zero : RowBlocks<T>.Load(response, row);
            var omega = priorWeights.IsEmpty ? T.One : RowBlocks<T>.Load(priorWeights, row);
            var predictor = RowBlocks<T>.Load(eta, row);

            // An η outside the domain is moved inside and marked. Written so that NaN fails both comparisons.
            var aboveLower = T.LessThan(T.Create(_domain.Lower), predictor);
            var isInside = aboveLower & T.LessThan(predictor, T.Create(_domain.Upper));
            var invalid = ~isInside;
            if (_domain.ExcludesZero)
                invalid |= T.Equals(predictor, T.Zero);
            var standIn = T.ConditionalSelect(
                aboveLower, T.Create(_domain.UpperStandIn), T.Create(_domain.LowerStandIn));
            var inside = T.ConditionalSelect(isInside, predictor, standIn);
            var at = link.Invert(link.Saturate(inside), TVariance.MeansAreProportions);
            if (typeof(TLink) == typeof(CustomLinkLanes<T>))
                at = Checked(at, ref invalid);

            block.Compute(this, at, y, omega, exists, invalid, out var a, out var b);
            RowBlocks<T>.Store(a, first, row);
            if (!second.IsEmpty)
                RowBlocks<T>.Store(b, second, row);
        }

        return block;
    }

    /// <summary>
    /// Of a user's link only its values are known: means outside the domain and derivatives that are 0 or not finite
    /// are marked and replaced.
    /// </summary>
    private MeanLanes<T> Checked(in MeanLanes<T> at, ref T invalid)
    {
        var lowest = T.Create(_bounds.Lowest);
        var highest = T.Create(_bounds.Highest);
        var steepness = T.Abs(at.Derivative);
        var isMean = T.LessThanOrEqual(lowest, at.Mean) & T.LessThanOrEqual(at.Mean, highest);
        var isSlope = T.LessThan(T.Create(1e-150), steepness)
            & T.LessThan(steepness, T.Create(1e150));
        invalid |= ~(isMean & isSlope);
        var mean = T.ConditionalSelect(
            isMean,
            at.Mean,
            T.ConditionalSelect(T.LessThan(highest, at.Mean), highest, lowest));
        var derivative = T.ConditionalSelect(isSlope, at.Derivative, T.One);
        return new(at.Predictor, mean, T.One - mean, derivative);
    }

    /// <summary>w = ωδ²/V, which is ωδ for a canonical link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Weight(T omega, in MeanLanes<T> at) =>
        omega * (typeof(TLink) == TVariance.CanonicalLink
            ? at.Derivative
            : _variance.Quotient(at.Derivative, at.Derivative, at));

    /// <summary>s = ω(y − μ)δ/V, which is ω(y − μ) for a canonical link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Score(T omega, T difference, in MeanLanes<T> at) =>
        omega * (typeof(TLink) == TVariance.CanonicalLink
            ? difference
            : _variance.Quotient(difference, at.Derivative, at));

    /// <summary>y − μ; near the upper edge of (0, 1) as (y − 1) + (1 − μ), which keeps the digits of 1 − μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Difference(T y, in MeanLanes<T> at)
    {
        if (!TLink.MeansAreProportions && !TVariance.MeansAreProportions)
            return y - at.Mean;
        var upper = T.LessThan(at.Complement, at.Mean);
        return T.ConditionalSelect(upper, (y - T.One) + at.Complement, y - at.Mean);
    }
}
