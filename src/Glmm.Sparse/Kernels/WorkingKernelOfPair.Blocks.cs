using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <content>What each method computes of four rows.</content>
internal sealed partial class WorkingKernel<TLink, TVariance>
{
    /// <summary>What one method computes of a block of rows; the loop around it is shared.</summary>
    private interface IBlock
    {
        /// <summary>Computes the outputs of four rows; those beyond the end are copies of the last.</summary>
        public void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second);

        /// <summary>Takes note of which of the four rows exist and whose η is invalid.</summary>
        public void Count(Vector256<double> exists, Vector256<double> invalid);
    }

    /// <summary>Sums of the rows that exist, lane by lane.</summary>
    private struct StepSums
    {
        private Vector256<double> _deviance;
        private Vector256<double> _squares;
        private Vector256<long> _invalid;

        public readonly KernelSums Total => new(
            RowBlocks.Sum(_deviance), RowBlocks.Sum(_squares), (int)Vector256.Sum(_invalid));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(
            Vector256<double> deviance, Vector256<double> squares, Vector256<double> exists, Vector256<double> invalid)
        {
            _deviance += exists & deviance;
            _squares += exists & squares;
            _invalid -= (exists & invalid).AsInt64();
        }
    }

    private struct WorkingBlock : IBlock
    {
        private Vector256<double> _rowDeviance;
        private Vector256<double> _rowSquares;
        private StepSums _sums;

        public readonly KernelSums Sums => _sums.Total;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second)
        {
            var difference = Difference(y, at);
            first = kernel.Weight(omega, at);
            second = difference / at.Derivative;
            _rowDeviance = (omega + omega) * kernel._variance.HalfDeviance<TLink>(y, difference, at);
            _rowSquares = (Lanes.Finite(first) * Lanes.Finite(second)) * Lanes.Finite(second);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Count(Vector256<double> exists, Vector256<double> invalid) =>
            _sums.Add(_rowDeviance, _rowSquares, exists, invalid);
    }

    private struct StepBlock : IBlock
    {
        private Vector256<double> _rowDeviance;
        private Vector256<double> _rowSquares;
        private StepSums _sums;

        public readonly KernelSums Sums => _sums.Total;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second)
        {
            var difference = Difference(y, at);
            first = kernel.Weight(omega, at);
            second = kernel.Score(omega, difference, at);
            _rowDeviance = (omega + omega) * kernel._variance.HalfDeviance<TLink>(y, difference, at);
            _rowSquares = Lanes.Finite(second) * Lanes.Finite(difference / at.Derivative);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Count(Vector256<double> exists, Vector256<double> invalid) =>
            _sums.Add(_rowDeviance, _rowSquares, exists, invalid);
    }

    private struct MeanBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second)
        {
            first = at.Mean;
            second = at.Derivative;
        }

        public readonly void Count(Vector256<double> exists, Vector256<double> invalid)
        {
        }
    }

    private struct VarianceBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second) =>
            second = first = Lanes.One / kernel._variance.Quotient(Lanes.One, Lanes.One, at);

        public readonly void Count(Vector256<double> exists, Vector256<double> invalid)
        {
        }
    }

    private struct ScoreBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second)
        {
            second = first = kernel.Score(omega, Difference(y, at), at);
        }

        public readonly void Count(Vector256<double> exists, Vector256<double> invalid)
        {
        }
    }

    private struct DevianceBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second) =>
            second = first = (omega + omega) * kernel._variance.HalfDeviance<TLink>(y, Difference(y, at), at);

        public readonly void Count(Vector256<double> exists, Vector256<double> invalid)
        {
        }
    }

    private struct PearsonBlock : IBlock
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Compute(
            WorkingKernel<TLink, TVariance> kernel,
            in MeanLanes at,
            Vector256<double> y,
            Vector256<double> omega,
            out Vector256<double> first,
            out Vector256<double> second)
        {
            second = first = Vector256.Sqrt(omega) * kernel._variance.Standardize(Difference(y, at), at);
        }

        public readonly void Count(Vector256<double> exists, Vector256<double> invalid)
        {
        }
    }
}
