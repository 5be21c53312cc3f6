using System.Runtime.CompilerServices;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The kernel of one link and one variance: the JIT knows both and makes one fused loop of them.</summary>
internal partial class WorkingKernel<T, TLink, TVariance>(
    TLink link, TVariance variance, Family family, Link ofLink)
    : WorkingKernel(family, ofLink)
    where T : struct, IRowVector<T>
    where TLink : struct, ILinkLanes<T>
    where TVariance : struct, IVarianceLanes<T>
{
    private readonly TLink _link = link;
    private readonly TVariance _variance = variance;
    private readonly PredictorDomain _domain = PredictorDomain.Of(ofLink, family.Domain);
    private readonly bool _isEverywhere = PredictorDomain.Of(ofLink, family.Domain).IsWholeLine;
    private readonly MeanBounds _bounds = MeanBounds.Of(family.Domain);

    /// <summary>The link on a block of rows.</summary>
    internal TLink LinkLanes => _link;

    /// <summary>The variance on a block of rows.</summary>
    internal TVariance VarianceLanes => _variance;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override KernelSums Working(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> residuals)
    {
        SpanLengths.Check(linearPredictor.Length, weights.Length, nameof(weights));
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, residuals.Length, nameof(residuals));
        double deviance = Deviance(linearPredictor, response, priorWeights);
        var sums = Run<WorkingBlock>(linearPredictor, response, priorWeights, weights, residuals);
        return sums.Total with { Deviance = deviance };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override KernelSums WeightsAndScores(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> scores)
    {
        double deviance = Deviance(linearPredictor, response, priorWeights);
        return WeightsScoresAndObjective(linearPredictor, response, priorWeights, weights, scores) with
        {
            Deviance = deviance,
        };
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override KernelSums WeightsScoresAndObjective(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> scores)
    {
        SpanLengths.Check(linearPredictor.Length, weights.Length, nameof(weights));
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, scores.Length, nameof(scores));
        return Run<ObjectiveBlock>(linearPredictor, response, priorWeights, weights, scores).Total;
    }

    /// <inheritdoc/>
    public override void Mean(ReadOnlySpan<double> linearPredictor, Span<double> mean, Span<double> meanDerivative)
    {
        SpanLengths.Check(linearPredictor.Length, mean.Length, nameof(mean));
        SpanLengths.Check(linearPredictor.Length, meanDerivative.Length, nameof(meanDerivative));
        Run<MeanBlock>(linearPredictor, [], [], mean, meanDerivative);
    }

    /// <inheritdoc/>
    public override void Variance(ReadOnlySpan<double> linearPredictor, Span<double> variance)
    {
        SpanLengths.Check(linearPredictor.Length, variance.Length, nameof(variance));
        Run<VarianceBlock>(linearPredictor, [], [], variance, []);
    }

    /// <inheritdoc/>
    public override void ScoreResiduals(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> scoreResiduals)
    {
        SpanLengths.Check(linearPredictor.Length, scoreResiduals.Length, nameof(scoreResiduals));
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
        SpanLengths.Check(linearPredictor.Length, unitDeviances.Length, nameof(unitDeviances));
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
        SpanLengths.Check(linearPredictor.Length, pearsonResiduals.Length, nameof(pearsonResiduals));
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        Run<PearsonBlock>(linearPredictor, response, priorWeights, pearsonResiduals, []);
    }

    /// <summary>
    /// Σ d. In a loop of its own, before the one whose outputs may overwrite the inputs: the two together need more
    /// registers than there are, and more inlining than the JIT grants.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Deviance(
        ReadOnlySpan<double> eta, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights)
    {
        SpanLengths.Check(eta.Length, response.Length, nameof(response));
        return Run<DevianceBlock>(eta, response, priorWeights, [], []).Total.Objective;
    }

    /// <summary>Runs whole blocks in place, and the rest as the end of a block of the last rows.</summary>
    /// <remarks>Optimised at once, like <see cref="Loop"/>: a pass makes short calls, whose rest is half their
    /// time.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected StepSums Run<TBlock>(
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> first,
        Span<double> second)
        where TBlock : struct, IBlock
    {
        SpanLengths.CheckOptional(eta.Length, priorWeights.Length, nameof(priorWeights));
        int rest = eta.Length % T.Count;
        if (rest == 0)
            return Loop<TBlock>(eta.Length, eta, response, priorWeights, first, second);
        return eta.Length < T.Count
            ? RunPadded<TBlock>(eta, response, priorWeights, first, second)
            : RunWithRest<TBlock>(eta, response, priorWeights, first, second);
    }

    /// <summary>
    /// The last block holds the rest, after rows that belong to whole blocks as well: they get the same numbers twice.
    /// It is computed first, while its inputs are there, and stored last.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private StepSums RunWithRest<TBlock>(
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> first,
        Span<double> second)
        where TBlock : struct, IBlock
    {
        Span<double> scratch = stackalloc double[2 * T.Count];
        var firstOfLast = RowBlocks<T>.Part(scratch, first, 0);
        var secondOfLast = RowBlocks<T>.Part(scratch, second, 1);
        int start = eta.Length - T.Count;
        int rest = eta.Length % T.Count;
        var last = Loop<TBlock>(
            T.Count,
            eta[start..],
            response.IsEmpty ? response : response[start..],
            priorWeights.IsEmpty ? priorWeights : priorWeights[start..],
            firstOfLast,
            secondOfLast);
        var sums = Loop<TBlock>(eta.Length - rest, eta, response, priorWeights, first, second);
        sums.Add(last, ~RowBlocks<T>.Before(T.Count - rest));
        if (!first.IsEmpty)
            RowBlocks<T>.Store(RowBlocks<T>.Load(firstOfLast, 0), first, (nuint)start);
        if (!second.IsEmpty)
            RowBlocks<T>.Store(RowBlocks<T>.Load(secondOfLast, 0), second, (nuint)start);
        return sums;
    }

    /// <summary>Fewer rows than a block has: padded with copies of the last, which are as harmless as data.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private StepSums RunPadded<TBlock>(
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> first,
        Span<double> second)
        where TBlock : struct, IBlock
    {
        Span<double> scratch = stackalloc double[5 * T.Count];
        var paddedFirst = RowBlocks<T>.Part(scratch, first, 3);
        var paddedSecond = RowBlocks<T>.Part(scratch, second, 4);
        var padded = Loop<TBlock>(
            T.Count,
            RowBlocks<T>.Padded(eta, RowBlocks<T>.Part(scratch, eta, 0)),
            RowBlocks<T>.Padded(response, RowBlocks<T>.Part(scratch, response, 1)),
            RowBlocks<T>.Padded(priorWeights, RowBlocks<T>.Part(scratch, priorWeights, 2)),
            paddedFirst,
            paddedSecond);
        var sums = default(StepSums);
        sums.Add(padded, RowBlocks<T>.Before(eta.Length));
        paddedFirst[..first.Length].CopyTo(first);
        paddedSecond[..second.Length].CopyTo(second);
        return sums;
    }

    /// <summary>The loop of every method. It calls nothing, so that nothing leaves the registers.</summary>
    /// <remarks>
    /// Optimised at once, since a tier without inlining would take twenty times as long for the first hundred calls.
    /// All that it uses is inlined, and the JIT's budget for that grows with the size of this method: hence no parts.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private StepSums Loop<TBlock>(
        int rows,
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> first,
        Span<double> second)
        where TBlock : struct, IBlock
    {
        var sums = default(StepSums);

        // In bounds: every span is empty, which is tested, or has at least `rows` elements, a multiple of the block.
        nuint step = (nuint)T.Count;
        for (nuint row = 0; row < (nuint)rows; row += step)
        {
            var y = response.IsEmpty ? T.Zero : RowBlocks<T>.Load(response, row);
            var omega = priorWeights.IsEmpty ? T.One : RowBlocks<T>.Load(priorWeights, row);
            var predictor = RowBlocks<T>.Load(eta, row);

            // An η outside the domain is moved inside and marked. Written so that NaN fails all comparisons; when every
            // number is inside, saturation alone moves the rest.
            T invalid;
            if (_isEverywhere)
            {
                invalid = ~T.LessThan(T.Abs(predictor), T.Create(double.PositiveInfinity));
            }
            else
            {
                var aboveLower = T.LessThan(T.Create(_domain.Lower), predictor);
                var isInside = aboveLower & T.LessThan(predictor, T.Create(_domain.Upper));
                invalid = ~isInside;
                if (_domain.ExcludesZero)
                    invalid |= T.Equals(predictor, T.Zero);
                var standIn = T.ConditionalSelect(
                    aboveLower, T.Create(_domain.UpperStandIn), T.Create(_domain.LowerStandIn));
                predictor = T.ConditionalSelect(isInside, predictor, standIn);
            }

            var at = _link.Invert(_link.Saturate(predictor), TVariance.MeansAreProportions);
            if (typeof(TLink) == typeof(CustomLinkLanes<T>))
            {
                // Of a user's link only its values are known: means outside the domain and derivatives that are 0 or
                // not finite are marked and replaced.
                var lowest = T.Create(_bounds.Lowest);
                var highest = T.Create(_bounds.Highest);
                var steepness = T.Abs(at.Derivative);
                var isMean = T.LessThanOrEqual(lowest, at.Mean) & T.LessThanOrEqual(at.Mean, highest);
                var isSlope = T.LessThan(T.Create(1e-150), steepness) & T.LessThan(steepness, T.Create(1e150));
                invalid |= ~(isMean & isSlope);
                var mean = T.ConditionalSelect(
                    isMean, at.Mean, T.ConditionalSelect(T.LessThan(highest, at.Mean), highest, lowest));
                at = new(at.Predictor, mean, T.One - mean, T.ConditionalSelect(isSlope, at.Derivative, T.One));
            }

            TBlock.Compute(this, at, y, omega, invalid, ref sums, out var a, out var b);
            if (!first.IsEmpty)
                RowBlocks<T>.Store(a, first, row);
            if (!second.IsEmpty)
                RowBlocks<T>.Store(b, second, row);
        }

        return sums;
    }

    /// <summary>w = ωδ²/V, which is ωδ for a canonical link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Weight(T omega, in MeanLanes<T> at)
    {
        if (TVariance.HasOwnScore)
            return omega * _variance.OwnWeight<TLink>(at);
        return omega * (typeof(TLink) == TVariance.CanonicalLink
            ? at.Derivative
            : _variance.Quotient<TLink>(at.Derivative, at));
    }

    /// <summary>s = ω(y − μ)δ/V, which is ω(y − μ) for a canonical link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Score(T omega, T y, T difference, in MeanLanes<T> at)
    {
        if (TVariance.HasOwnScore)
            return omega * _variance.OwnScore<TLink>(y, difference, at);
        return omega * (typeof(TLink) == TVariance.CanonicalLink
            ? difference
            : _variance.Quotient<TLink>(difference, at));
    }

    /// <summary>r = (y − μ)/δ, which is s/w; finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Residual(T y, T difference, in MeanLanes<T> at) => Lanes<T>.Finite(TVariance.HasOwnScore
        ? _variance.OwnScore<TLink>(y, difference, at) / _variance.OwnWeight<TLink>(at)
        : difference / at.Derivative);

    /// <summary>ω(y − μ)²/V, which is s r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Squares(T omega, T score, T difference, in MeanLanes<T> at)
    {
        if (!TVariance.HasOwnScore)
            return score * Lanes<T>.Finite(difference / at.Derivative);
        var standardized = Lanes<T>.Finite(_variance.Standardize(difference, at));
        return Lanes<T>.Finite(omega * standardized * standardized);
    }

    /// <summary>y − μ; near the upper edge of (0, 1) as (y − 1) + (1 − μ), which keeps the digits of 1 − μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static T Difference(T y, in MeanLanes<T> at)
    {
        if (!TLink.MeansAreProportions && !TVariance.MeansAreProportions)
            return y - at.Mean;
        var upper = T.LessThan(at.Complement, at.Mean);
        return T.ConditionalSelect(upper, (y - T.One) + at.Complement, y - at.Mean);
    }
}
