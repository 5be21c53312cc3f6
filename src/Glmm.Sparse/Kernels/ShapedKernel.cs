using System.Runtime.CompilerServices;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The kernel of a family with a shape.</summary>
internal sealed class ShapedKernel<T, TLink, TVariance>(TLink link, TVariance variance, Family family, Link ofLink)
    : WorkingKernel<T, TLink, TVariance>(link, variance, family, ofLink)
    where T : struct, IRowVector<T>
    where TLink : struct, ILinkLanes<T>
    where TVariance : struct, IVarianceLanes<T>, IShapeLanes<T>
{
    /// <summary>Rows of a part: whole blocks of every width.</summary>
    private const int PartRows = 64;

    /// <inheritdoc/>
    /// <remarks>
    /// There are three outputs, and a loop has two: the rows are done in parts small enough for the third to wait on
    /// the stack until the inputs of its part, which it may overwrite, have been read for the last time.
    /// </remarks>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ShapeDerivatives(
        ReadOnlySpan<double> linearPredictor,
        ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights,
        bool observed,
        Span<double> objectives,
        Span<double> scores,
        Span<double> weights)
    {
        int rows = linearPredictor.Length;
        SpanLengths.Check(rows, response.Length, nameof(response));
        SpanLengths.CheckOptional(rows, priorWeights.Length, nameof(priorWeights));
        SpanLengths.Check(rows, objectives.Length, nameof(objectives));
        SpanLengths.Check(rows, scores.Length, nameof(scores));
        SpanLengths.Check(rows, weights.Length, nameof(weights));
        Span<double> waiting = stackalloc double[PartRows];
        for (int start = 0; start < rows; start += PartRows)
        {
            int count = Math.Min(PartRows, rows - start);
            var eta = linearPredictor.Slice(start, count);
            var y = response.Slice(start, count);
            var omega = priorWeights.IsEmpty ? [] : priorWeights.Slice(start, count);
            var ofObjectives = waiting[..count];
            Run<ObjectiveSlopeBlock>(eta, y, omega, ofObjectives, []);
            if (observed)
                Run<ObservedBlock>(eta, y, omega, scores.Slice(start, count), weights.Slice(start, count));
            else
                Run<ExpectedBlock>(eta, y, omega, scores.Slice(start, count), weights.Slice(start, count));
            ofObjectives.CopyTo(objectives[start..]);
        }
    }

    private struct ObjectiveSlopeBlock : IBlock
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
                omega * kernel.VarianceLanes.ShapeSlopeOfObjective<TLink>(y, Difference(y, at), at));
        }
    }

    private struct ExpectedBlock : IBlock
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
            var variance = kernel.VarianceLanes;
            first = Lanes<T>.Finite(omega * variance.ShapeSlopeOfScore<TLink>(y, Difference(y, at), at));
            second = Lanes<T>.Finite(omega * variance.ShapeSlopeOfWeight<TLink>(at));
        }
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
            var variance = kernel.VarianceLanes;
            var difference = Difference(y, at);
            var bend = kernel.LinkLanes.Bend(at);
            first = Lanes<T>.Finite(omega * variance.ShapeSlopeOfScore<TLink>(y, difference, at));
            second = Lanes<T>.Finite(omega * variance.ShapeSlopeOfObservedWeight<TLink>(y, difference, at, bend));
        }
    }
}
