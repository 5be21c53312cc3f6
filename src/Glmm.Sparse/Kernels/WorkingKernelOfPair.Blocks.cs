using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>What each method computes of a block of rows.</content>
internal sealed partial class WorkingKernel<T, TLink, TVariance>
{
    /// <summary>What one method computes of a block of rows; the loop around it is shared.</summary>
    private interface IBlock
    {
        /// <summary>
        /// Computes the outputs, all finite, and adds up what is to be summed of the rows that exist; those beyond the
        /// end are copies of the last.
        /// </summary>
        public void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second);
    }

    /// <summary>Sums of the rows that exist, lane by lane.</summary>
    private struct StepSums
    {
        private T _deviance;
        private T _squares;
        private T _invalid;

        public readonly KernelSums Total => new(
            RowBlocks<T>.Sum(_deviance), RowBlocks<T>.Sum(_squares), (int)RowBlocks<T>.Sum(_invalid));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T deviance, T squares, T exists, T invalid)
        {
            _deviance += exists & deviance;
            _squares += exists & squares;
            _invalid += exists & invalid & T.One;
        }
    }

    private struct WorkingBlock : IBlock
    {
        private StepSums _sums;

        public readonly KernelSums Sums => _sums.Total;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second)
        {
            var difference = Difference(y, at);
            first = Lanes<T>.Finite(kernel.Weight(omega, at));
            second = Lanes<T>.Finite(difference / at.Derivative);
            var deviance = (omega + omega) * kernel._variance.HalfDeviance<TLink>(y, difference, at);
            _sums.Add(deviance, (first * second) * second, exists, invalid);
        }
    }

    private struct StepBlock : IBlock
    {
        private StepSums _sums;

        public readonly KernelSums Sums => _sums.Total;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second)
        {
            var difference = Difference(y, at);
            first = Lanes<T>.Finite(kernel.Weight(omega, at));
            second = Lanes<T>.Finite(kernel.Score(omega, difference, at));
            var deviance = (omega + omega) * kernel._variance.HalfDeviance<TLink>(y, difference, at);
            _sums.Add(deviance, second * Lanes<T>.Finite(difference / at.Derivative), exists, invalid);
        }
    }

    private struct MeanBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second)
        {
            first = Lanes<T>.Finite(at.Mean);
            second = Lanes<T>.Finite(at.Derivative);
        }
    }

    private struct VarianceBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second) =>
            second = first = Lanes<T>.Finite(T.One / kernel._variance.Quotient(T.One, T.One, at));
    }

    private struct ScoreBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second)
        {
            second = first = Lanes<T>.Finite(kernel.Score(omega, Difference(y, at), at));
        }
    }

    private struct DevianceBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second) =>
            second = first = Lanes<T>.Finite(
                (omega + omega) * kernel._variance.HalfDeviance<TLink>(y, Difference(y, at), at));
    }

    private struct PearsonBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T exists,
            T invalid,
            out T first,
            out T second)
        {
            second = first = Lanes<T>.Finite(T.Sqrt(omega) * kernel._variance.Standardize(Difference(y, at), at));
        }
    }
}
