using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// Steps of the clusters' spherical modes û, β̂ = Λû: Newton's towards Λᵀz − u = 0 with K = I + ΛᵀAΛ, and the one by
/// which û follows a step in the parameters, to first order.
/// </summary>
internal sealed unsafe class ModeNewton : ClusterSweep<ModeNewton.Part>
{
    private readonly double[] _lambdaStep;
    private readonly double[] _alphaStep;
    private AlignedBuffer _u = null!;
    private AlignedBuffer _step = null!;
    private AlignedBuffer? _slopes;
    private double _shapeStep;
    private bool _follows;

    internal ModeNewton(ClusterBlocks blocks, WorkerTeam team)
        : base(blocks, team, partLength: 2)
    {
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(Q, GroupSize);
        _lambdaStep = new double[Q * Q];
        _alphaStep = new double[P];
    }

    /// <summary>Σ FᵀK⁻¹F, the squared length of the last Newton step in the clusters' own standard errors.</summary>
    internal double Decrement { get; private set; }

    /// <summary>Whether every K was positive definite.</summary>
    internal bool IsDefinite { get; private set; }

    /// <summary>Computes the Newton step at u.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="u">u, [batch][q][lane], at which the clusters' statistics were taken.</param>
    /// <param name="step">Overwritten.</param>
    internal void Newton(ReadOnlySpan<double> lambda, AlignedBuffer u, AlignedBuffer step)
    {
        _follows = false;
        Run(lambda, u, step);
    }

    /// <summary>Computes the step of the mode when the parameters move.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="lambdaStep">The step in Λ.</param>
    /// <param name="alphaStep">The step in α.</param>
    /// <param name="shapeStep">The step in log ξ.</param>
    /// <param name="slopes">The clusters' slopes with a shape (<see cref="CurvaturePass.ClusterSlopes"/>), or
    /// null.</param>
    /// <param name="u">û, at which the clusters' statistics were taken.</param>
    /// <param name="step">Overwritten.</param>
    internal void Follow(
        ReadOnlySpan<double> lambda, ReadOnlySpan<double> lambdaStep, ReadOnlySpan<double> alphaStep, double shapeStep,
        AlignedBuffer? slopes, AlignedBuffer u, AlignedBuffer step)
    {
        lambdaStep.CopyTo(_lambdaStep);
        alphaStep.CopyTo(_alphaStep);
        (_shapeStep, _slopes) = (shapeStep, slopes);
        _follows = true;
        Run(lambda, u, step);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        int length = Blocks.PackedLength + Q;
        Vector512<double>* factor = part.Factors.Start;
        for (int at = 0; at < count; at++)
            part.Definite &= Factor(first + at, factor + (at * length), part.Score.Start);
        for (int at = 0; at < count; at++, factor += length)
        {
            Vector512<double>* u = Modes(_u, first + at), step = Modes(_step, first + at);
            if (_follows) Right(first + at, u, step, part);
            else Residual(Cross(first + at), u, step);

            // Squared length halfway, |L⁻¹F|².
            LaneCholesky.SolveLower(factor, factor + Blocks.PackedLength, Q, step);
            Vector512<double> decrement = *part.Sums.Start;
            for (int l = 0; l < Q; l++) decrement = Vector512.FusedMultiplyAdd(step[l], step[l], decrement);
            *part.Sums.Start = decrement;
            LaneCholesky.SolveLowerTransposed(factor, factor + Blocks.PackedLength, Q, step);
        }
    }

    private void Run(ReadOnlySpan<double> lambda, AlignedBuffer u, AlignedBuffer step)
    {
        (_u, _step) = (u, step);
        foreach (Part part in Parts) part.Definite = Vector512<double>.AllBitsSet;
        Sweep(lambda, []);
        Decrement = Parts[0].Sums.Total(0);
        IsDefinite = true;
        foreach (Part part in Parts)
            IsDefinite &= Vector512.EqualsAll(part.Definite.AsInt64(), Vector512<long>.AllBitsSet);
    }

    // F = Λᵀz − u.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Residual(Vector512<double>* a, Vector512<double>* u, Vector512<double>* step)
    {
        LaneProducts.FactorTransposedTimes(Lambda, Q, a + Blocks.PackedLength, step);
        for (int l = 0; l < Q; l++) step[l] -= u[l];
    }

    // ∂F = dΛᵀz − Λᵀ(A dΛ u + Bᵀdα − Zᵀ∂s).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Right(int batch, Vector512<double>* u, Vector512<double>* step, Part part)
    {
        int q = Q;
        Vector512<double>* a = Cross(batch), z = a + Blocks.PackedLength, b = z + q;
        Vector512<double>* moved = part.Score.Start, change = part.Change.Start;
        fixed (double* lambdaStep = _lambdaStep, alphaStep = _alphaStep)
        {
            LaneProducts.FactorTimes(lambdaStep, q, u, moved);
            LaneProducts.SymmetricTimes(a, q, moved, change);
            for (int j = 0; j < P; j++, b += q)
            {
                Vector512<double> da = Vector512.Create(alphaStep[j]);
                for (int l = 0; l < q; l++) change[l] = Vector512.FusedMultiplyAdd(b[l], da, change[l]);
            }

            LaneProducts.FactorTransposedTimes(lambdaStep, q, z, step);
        }

        if (_slopes is not null)
        {
            Vector512<double>* slope =
                (Vector512<double>*)(_slopes.Start + (((2L * batch) + 1) * q * LaneCholesky.Lanes));
            for (int l = 0; l < q; l++) change[l] -= Vector512.Create(_shapeStep) * slope[l];
        }

        LaneProducts.FactorTransposedTimes(Lambda, q, change, moved);
        for (int l = 0; l < q; l++) step[l] -= moved[l];
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;

        internal Part(int q, int group)
        {
            int factors = (LaneCholesky.PackedLength(q) + q) * group;
            _memory = new LaneMemory(factors + (2L * q) + 1);
            Factors = _memory.Take(factors);
            Score = _memory.Take(q);
            Change = _memory.Take(q);
            Sums = _memory.Take(1);
        }

        public LaneSpan Sums { get; }

        internal LaneSpan Factors { get; }

        internal LaneSpan Score { get; }

        internal LaneSpan Change { get; }

        internal Vector512<double> Definite { get; set; }

        public void Dispose() => _memory.Dispose();
    }
}
