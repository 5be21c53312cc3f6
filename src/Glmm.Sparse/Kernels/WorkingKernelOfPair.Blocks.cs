using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>What each method computes of a block of rows.</content>
internal partial class WorkingKernel<T, TLink, TVariance>
{
    /// <summary>What one method computes of a block of rows; the loop around it is shared.</summary>
    private protected interface IBlock
    {
        /// <summary>Computes the outputs, all finite, and adds up what is to be summed.</summary>
        public static abstract void Compute(
            WorkingKernel<T, TLink, TVariance> kernel,
            in MeanLanes<T> at,
            T y,
            T omega,
            T invalid,
            ref StepSums sums,
            out T first,
            out T second);
    }

    /// <summary>Sums over the rows, lane by lane.</summary>
    private protected struct StepSums
    {
        private T _objective;
        private T _squares;
        private T _invalid;

        /// <summary>The sums but for the deviance, which is NaN.</summary>
        public readonly KernelSums Total
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(
                double.NaN, RowBlocks<T>.Sum(_objective), RowBlocks<T>.Sum(_squares), (int)T.Sum(_invalid));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T objective, T squares, T invalid)
        {
            _objective += objective;
            _squares += squares;
            _invalid += invalid & T.One;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T deviance) => _objective += deviance;

        /// <summary>Adds the rows of another that exist.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(in StepSums other, T exist)
        {
            _objective += exist & other._objective;
            _squares += exist & other._squares;
            _invalid += exist & other._invalid;
        }
    }

    private struct WorkingBlock : IBlock
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
            first = Lanes<T>.Finite(kernel.Weight(omega, at));
            second = kernel.Residual(y, difference, at);
            sums.Add(
                omega * kernel._variance.Objective<TLink>(y, difference, at),
                TVariance.HasOwnScore
                    ? kernel.Squares(omega, second, difference, at)
                    : (first * second) * second,
                invalid);
        }
    }

    private struct ObjectiveBlock : IBlock
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
            first = Lanes<T>.Finite(kernel.Weight(omega, at));
            second = Lanes<T>.Finite(kernel.Score(omega, y, difference, at));
            sums.Add(
                omega * kernel._variance.Objective<TLink>(y, difference, at),
                kernel.Squares(omega, second, difference, at),
                invalid);
        }
    }

    private struct MeanBlock : IBlock
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
            first = Lanes<T>.Finite(at.Mean);
            second = Lanes<T>.Finite(at.Derivative);
        }
    }

    private struct VarianceBlock : IBlock
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
            out T second) =>
            second = first = Lanes<T>.Finite(kernel._variance.Variance(at));
    }

    private struct ScoreBlock : IBlock
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
            second = first = Lanes<T>.Finite(kernel.Score(omega, y, Difference(y, at), at));
        }
    }

    /// <summary>Unit deviances; their sum takes the place of the objective.</summary>
    private struct DevianceBlock : IBlock
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
                (omega + omega) * kernel._variance.HalfDeviance<TLink>(y, Difference(y, at), at));
            sums.Add(first);
        }
    }

    private struct PearsonBlock : IBlock
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
            second = first = Lanes<T>.Finite(T.Sqrt(omega) * kernel._variance.Standardize(Difference(y, at), at));
        }
    }
}
