using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>What a full likelihood needs: observed weights, derivatives of weights, objectives row by row.</content>
internal partial class WorkingKernel<T, TLink, TVariance>
{
    /// <inheritdoc/>
    public override bool IsCanonical => HasConstantQuotient;

    /// <summary>Known to the JIT, as long as it inlines it.</summary>
    private static bool HasConstantQuotient
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TLink) == TVariance.LinkOfConstantQuotient;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override KernelSums ObservedWeightsAndScores(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> weights,
        Span<double> scores)
    {
        if (HasConstantQuotient)
            return WeightsScoresAndObjective(linearPredictor, response, priorWeights, weights, scores);
        SpanLengths.Check(linearPredictor.Length, weights.Length, nameof(weights));
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, scores.Length, nameof(scores));
        return Run<ObservedBlock>(linearPredictor, response, priorWeights, weights, scores).Total;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void WeightDerivatives(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        bool observed,
        Span<double> derivatives)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, derivatives.Length, nameof(derivatives));
        if (observed && !HasConstantQuotient)
            Run<ObservedSlopeBlock>(linearPredictor, response, priorWeights, derivatives, []);
        else
            Run<ExpectedSlopeBlock>(linearPredictor, [], priorWeights, derivatives, []);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Objectives(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> objectives)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, objectives.Length, nameof(objectives));
        Run<RowObjectiveBlock>(linearPredictor, response, priorWeights, objectives, []);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ObjectivesAndScores(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        Span<double> objectives,
        Span<double> scores)
    {
        SpanLengths.Check(linearPredictor.Length, response.Length, nameof(response));
        SpanLengths.Check(linearPredictor.Length, objectives.Length, nameof(objectives));
        SpanLengths.Check(linearPredictor.Length, scores.Length, nameof(scores));
        Run<RowObjectiveAndScoreBlock>(linearPredictor, response, priorWeights, objectives, scores);
    }

    private struct ObservedBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T invalid,
            ref StepSums sums,
            out T first,
            out T second)
        {
            var difference = Difference(y, at);
            var bend = kernel._link.Bend(at);
            first = Lanes<T>.Finite(omega * kernel._variance.ObservedWeight<TLink>(y, difference, at, bend));
            second = Lanes<T>.Finite(kernel.Score(omega, y, difference, at));
            sums.Add(
                omega * kernel._variance.Objective<TLink>(y, difference, at),
                kernel.Squares(omega, second, difference, at),
                invalid);
        }
    }

    private struct ExpectedSlopeBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T invalid,
            ref StepSums sums,
            out T first,
            out T second)
        {
            // A weight that is δ up to a factor bends as the link does. It is made finite first, for it may be infinite
            // where the other factor is 0.
            var bend = kernel._link.Bend(at);
            var weightBend = HasConstantQuotient ? bend.First : kernel._variance.WeightBend<TLink>(at, bend);
            second = first = Lanes<T>.Finite(Lanes<T>.Finite(kernel.Weight(omega, at)) * weightBend);
        }
    }

    private struct ObservedSlopeBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T invalid,
            ref StepSums sums,
            out T first,
            out T second)
        {
            var bend = kernel._link.Bend(at);
            var slope = kernel._variance.ObservedWeightSlope<TLink>(y, Difference(y, at), at, bend);
            second = first = Lanes<T>.Finite(omega * slope);
        }
    }

    private struct RowObjectiveBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T invalid,
            ref StepSums sums,
            out T first,
            out T second)
        {
            second = first = Lanes<T>.Finite(
                omega * kernel._variance.Objective<TLink>(y, Difference(y, at), at));
        }
    }

    private struct RowObjectiveAndScoreBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T invalid,
            ref StepSums sums,
            out T first,
            out T second)
        {
            var difference = Difference(y, at);
            first = Lanes<T>.Finite(omega * kernel._variance.Objective<TLink>(y, difference, at));
            second = Lanes<T>.Finite(kernel.Score(omega, y, difference, at));
        }
    }
}
