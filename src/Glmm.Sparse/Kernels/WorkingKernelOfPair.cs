using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The kernel of one link and one variance: the JIT knows both and makes one fused loop of them.</summary>
internal sealed partial class WorkingKernel<TLink, TVariance>(
    TLink link, TVariance variance, Family family, Link ofLink)
    : WorkingKernel(family, ofLink)
    where TLink : struct, ILinkLanes
    where TVariance : struct, IVarianceLanes
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
        int whole = eta.Length - (eta.Length % RowBlocks.Size);
        int rest = eta.Length - whole;
        var block = Loop(default(TBlock), whole, eta, response, priorWeights, first, second, RowBlocks.Size);
        if (rest > 0)
        {
            Span<double> scratch = stackalloc double[5 * RowBlocks.Size];
            var firstOfRest = RowBlocks.Part(scratch, 3);
            var secondOfRest = RowBlocks.Part(scratch, 4);
            block = Loop(
                block,
                RowBlocks.Size,
                RowBlocks.Padded(eta, whole, RowBlocks.Part(scratch, 0)),
                RowBlocks.Padded(response, whole, RowBlocks.Part(scratch, 1)),
                RowBlocks.Padded(priorWeights, whole, RowBlocks.Part(scratch, 2)),
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
        var exists = RowBlocks.Existing(existing);
        for (nuint row = 0; row < (nuint)rows; row += RowBlocks.Size)
        {
            var y = response.IsEmpty ? Vector256<double>.Zero : RowBlocks.Load(response, row);
            var omega = priorWeights.IsEmpty ? Lanes.One : RowBlocks.Load(priorWeights, row);
            var at = MeanAt(RowBlocks.Load(eta, row), out var invalid);
            block.Compute(this, at, y, omega, out var a, out var b);
            block.Count(exists, invalid);
            RowBlocks.Store(Lanes.Finite(a), first, row);
            if (!second.IsEmpty)
                RowBlocks.Store(Lanes.Finite(b), second, row);
        }

        return block;
    }

    /// <summary>μ, 1 − μ and δ of four η; those outside the domain are moved inside and marked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MeanLanes MeanAt(Vector256<double> eta, out Vector256<double> invalid)
    {
        // Written so that NaN fails both comparisons.
        var aboveLower = Vector256.GreaterThan(eta, Vector256.Create(_domain.Lower));
        var belowUpper = Vector256.LessThan(eta, Vector256.Create(_domain.Upper));
        var valid = aboveLower & belowUpper;
        if (_domain.ExcludesZero)
            valid = Vector256.AndNot(valid, Vector256.Equals(eta, Vector256<double>.Zero));
        invalid = ~valid;

        var standIn = Vector256.ConditionalSelect(
            aboveLower, Vector256.Create(_domain.UpperStandIn), Vector256.Create(_domain.LowerStandIn));
        var inside = Vector256.ConditionalSelect(aboveLower & belowUpper, eta, standIn);
        var at = link.Invert(link.Saturate(inside));
        return typeof(TLink) == typeof(CustomLinkLanes) ? Checked(at, ref invalid) : at;
    }

    /// <summary>
    /// Of a user's link only its values are known: means outside the domain and derivatives that are 0 or not finite
    /// are marked and replaced.
    /// </summary>
    private MeanLanes Checked(in MeanLanes at, ref Vector256<double> invalid)
    {
        var lowest = Vector256.Create(_bounds.Lowest);
        var highest = Vector256.Create(_bounds.Highest);
        var steepness = Vector256.Abs(at.Derivative);
        var isMean = Vector256.GreaterThanOrEqual(at.Mean, lowest) & Vector256.LessThanOrEqual(at.Mean, highest);
        var isSlope = Vector256.GreaterThan(steepness, Vector256.Create(1e-150))
            & Vector256.LessThan(steepness, Vector256.Create(1e150));
        invalid |= ~(isMean & isSlope);
        var mean = Vector256.ConditionalSelect(
            isMean,
            at.Mean,
            Vector256.ConditionalSelect(Vector256.GreaterThan(at.Mean, highest), highest, lowest));
        var derivative = Vector256.ConditionalSelect(isSlope, at.Derivative, Lanes.One);
        return new(at.Predictor, mean, Lanes.One - mean, derivative);
    }

    /// <summary>w = ωδ²/V, which is ωδ for a canonical link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Weight(Vector256<double> omega, in MeanLanes at) =>
        omega * (typeof(TLink) == TVariance.CanonicalLink
            ? at.Derivative
            : _variance.Quotient(at.Derivative, at.Derivative, at));

    /// <summary>s = ω(y − μ)δ/V, which is ω(y − μ) for a canonical link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<double> Score(Vector256<double> omega, Vector256<double> difference, in MeanLanes at) =>
        omega * (typeof(TLink) == TVariance.CanonicalLink
            ? difference
            : _variance.Quotient(difference, at.Derivative, at));

    /// <summary>y − μ; near the upper edge of (0, 1) as (y − 1) + (1 − μ), which keeps the digits of 1 − μ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Difference(Vector256<double> y, in MeanLanes at)
    {
        if (!TLink.MeansAreProportions && !TVariance.MeansAreProportions)
            return y - at.Mean;
        var upper = Vector256.GreaterThan(at.Mean, at.Complement);
        return Vector256.ConditionalSelect(upper, (y - Lanes.One) + at.Complement, y - at.Mean);
    }
}
