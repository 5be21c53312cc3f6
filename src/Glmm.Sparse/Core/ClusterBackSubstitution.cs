using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// With α solved, goes back to the clusters for the best linear unbiased predictors β_i = ΛM_i⁻¹Λᵀz̄_i, where
/// z̄_i = Z_iᵀW(ỹ − Xδ), and, on the way, for the derivatives of the working criterion in D.
/// </summary>
/// <remarks>
/// Where Λ⁻¹ is given, it takes the step in u from u⁰ = Λ⁻¹β⁰, as <see cref="ClusterElimination"/> does, and
/// γ = Λ⁻ᵀu; else γ = Ez̄. Partitions of batches are summed up by themselves and added in order. Not thread-safe.
/// </remarks>
internal sealed class ClusterBackSubstitution : IPartitionedWork, IDisposable
{
    private readonly WorkerTeam _team;
    private readonly ClusterBlocks _blocks;
    private readonly int _p;
    private readonly int _q;
    private readonly Workspace[] _workspaces;
    private readonly double[] _lambda;
    private readonly ClusterShrinkage _shrinkage;
    private readonly double[] _inverseLambda;
    private AlignedBuffer? _beta;
    private bool _stepwise;
    private AlignedBuffer? _newBeta;
    private double[] _step = [];
    private double[]? _inverseSchur;
    private bool _derivatives;

    internal ClusterBackSubstitution(ClusterBlocks blocks, WorkerTeam team)
    {
        _blocks = blocks;
        _team = team;
        _p = blocks.FixedCount;
        _q = blocks.RandomCount;
        _lambda = new double[_q * _q];
        _inverseLambda = new double[_q * _q];
        _shrinkage = new ClusterShrinkage(_q);
        Derivatives = new DerivativeTotals(_p, _q);
        _workspaces = new Workspace[BatchPartition.Count(blocks.BatchCount)];
        for (int i = 0; i < _workspaces.Length; i++) _workspaces[i] = new Workspace(Derivatives);
    }

    /// <summary>The sums over all clusters that the derivatives are made of.</summary>
    internal DerivativeTotals Derivatives { get; }

    /// <summary>Σ uᵀu at the new β = Λu.</summary>
    internal double SphericalSquares { get; private set; }

    /// <summary>Σ (β − β⁰)ᵀA(β − β⁰).</summary>
    internal double StepSquares { get; private set; }

    /// <summary>Predicts.</summary>
    /// <param name="beta">β⁰, [batch][q][lane], or null for 0.</param>
    /// <param name="lambda">Λ, q² row by row.</param>
    /// <param name="inverseLambda">Λ⁻¹, or empty where D̃ is (nearly) singular or small.</param>
    /// <param name="step">The step in α, p.</param>
    /// <param name="newBeta">Overwritten by β, [batch][q][lane]; null where it is not wanted; may be β⁰ itself.</param>
    internal void Predict(
        AlignedBuffer? beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda, double[] step,
        AlignedBuffer? newBeta) =>
        Run(beta, lambda, inverseLambda, step, newBeta, derivatives: false, inverseSchur: null);

    /// <summary>Predicts and differentiates.</summary>
    /// <param name="beta">β⁰, [batch][q][lane], or null for 0.</param>
    /// <param name="lambda">Λ, q² row by row.</param>
    /// <param name="inverseLambda">Λ⁻¹, or empty where D̃ is (nearly) singular or small.</param>
    /// <param name="step">The step in α, p.</param>
    /// <param name="inverseSchur">S⁻¹, p² row by row, for REML; null for ML, which has no such terms.</param>
    internal void Differentiate(
        AlignedBuffer? beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda, double[] step,
        double[]? inverseSchur) =>
        Run(beta, lambda, inverseLambda, step, newBeta: null, derivatives: true, inverseSchur);

    /// <inheritdoc/>
    void IPartitionedWork.Execute(int partition)
    {
        Workspace work = _workspaces[partition];
        work.Clear(_derivatives);
        int end = BatchPartition.Start(partition + 1, _blocks.BatchCount);
        for (int batch = BatchPartition.Start(partition, _blocks.BatchCount); batch < end; batch++) GoBack(batch, work);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Workspace work in _workspaces) work.Dispose();
    }

    private void Run(
        AlignedBuffer? beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda, double[] step,
        AlignedBuffer? newBeta, bool derivatives, double[]? inverseSchur)
    {
        lambda.CopyTo(_lambda);
        inverseLambda.CopyTo(_inverseLambda);
        _stepwise = !inverseLambda.IsEmpty && beta is not null;
        (_beta, _newBeta, _step, _inverseSchur, _derivatives) = (beta, newBeta, step, inverseSchur, derivatives);
        if (derivatives) _shrinkage.Prepare(lambda);
        _team.Run(_workspaces.Length, this);
        (SphericalSquares, StepSquares) = (0, 0);
        Derivatives.Clear();
        foreach (Workspace work in _workspaces)
        {
            SphericalSquares += Vector512.Sum(work.SphericalSquares);
            StepSquares += Vector512.Sum(work.StepSquares);
            if (derivatives) Derivatives.Add(work.Derivatives);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GoBack(int batch, Workspace work)
    {
        int p = _p, q = _q;
        ReadOnlySpan<Vector512<double>> a = _blocks.Cross(batch), b = _blocks.Mixed(batch), z = _blocks.Score(batch);
        Span<Vector512<double>> factor = work.Factor.Span, score = work.Score.Span;
        LaneSphericalForm.Assemble(a, _lambda, q, score, factor);
        LaneCholesky.Factor(factor, q);

        // z − Bᵀδ, and + Aβ⁰ for z̄.
        ReadOnlySpan<Vector512<double>> beta = _beta is null ? default : ModeBuffer.Batch(_beta, batch, q);
        if (_stepwise || _beta is null) score.Clear();
        else LaneProducts.SymmetricTimes(a, q, beta, score);
        for (int l = 0; l < q; l++) score[l] += z[l];
        for (int j = 0; j < p; j++)
        {
            Vector512<double> step = Vector512.Create(_step[j]);
            for (int l = 0; l < q; l++) score[l] -= b[(j * q) + l] * step;
        }

        PredictBatch(batch, a, beta, work);
        if (!_derivatives) return;
        LaneCholesky.Invert(factor, q, work.Inverse.Span);
        _shrinkage.Compute(a, work.Inverse.Span, work.Product.Span, work.Posterior.Span, work.Shrink.Span);
        Span<Vector512<double>> gamma = work.Gamma.Span;
        if (_stepwise) LaneProducts.FactorTransposedTimes(_inverseLambda, q, work.Spherical.Span, gamma);
        else LaneProducts.FullTimes(work.Shrink.Span, q, score, gamma);
        work.Derivatives.Accumulate(a, b, gamma, work.Shrink.Span, _inverseSchur);
    }

    // u = M⁻¹Λᵀz̄, or u⁰ + M⁻¹(Λᵀ(z − Bᵀδ) − u⁰), and β = Λu.
    private void PredictBatch(
        int batch, ReadOnlySpan<Vector512<double>> a, ReadOnlySpan<Vector512<double>> beta, Workspace work)
    {
        int q = _q;
        Span<Vector512<double>> u = work.Spherical.Span, modes = work.Modes.Span, change = work.Change.Span;
        LaneProducts.FactorTransposedTimes(_lambda, q, work.Score.Span, u);
        if (_stepwise)
        {
            LaneProducts.FactorTimes(_inverseLambda, q, beta, modes);
            for (int l = 0; l < q; l++) u[l] -= modes[l];
            LaneCholesky.Solve(work.Factor.Span, q, u);
            LaneProducts.FactorTimes(_lambda, q, u, change);
            for (int l = 0; l < q; l++)
            {
                u[l] += modes[l];
                modes[l] = beta[l] + change[l];
            }
        }
        else
        {
            LaneCholesky.Solve(work.Factor.Span, q, u);
            LaneProducts.FactorTimes(_lambda, q, u, modes);
            for (int l = 0; l < q; l++) change[l] = beta.IsEmpty ? modes[l] : modes[l] - beta[l];
        }

        Span<Vector512<double>> weighted = work.Gamma.Span;
        LaneProducts.SymmetricTimes(a, q, change, weighted);
        for (int l = 0; l < q; l++)
        {
            work.SphericalSquares += u[l] * u[l];
            work.StepSquares += change[l] * weighted[l];
        }

        if (_newBeta is not null) modes.CopyTo(ModeBuffer.Batch(_newBeta, batch, q));
    }

    /// <summary>What one partition needs and sums up.</summary>
    private sealed class Workspace : IDisposable
    {
        private readonly LaneMemory _memory;

        internal Workspace(DerivativeTotals totals)
        {
            int q = totals.RandomCount, packed = LaneCholesky.PackedLength(q), square = q * q;
            _memory = new LaneMemory((2L * packed) + (5L * q) + (3L * square));
            Factor = _memory.Take(packed);
            Inverse = _memory.Take(packed);
            Score = _memory.Take(q);
            Spherical = _memory.Take(q);
            Modes = _memory.Take(q);
            Change = _memory.Take(q);
            Gamma = _memory.Take(q);
            Product = _memory.Take(square);
            Posterior = _memory.Take(square);
            Shrink = _memory.Take(square);
            Derivatives = new ClusterDerivatives(totals);
        }

        internal LaneSpan Factor { get; }

        internal LaneSpan Inverse { get; }

        internal LaneSpan Score { get; }

        internal LaneSpan Spherical { get; }

        internal LaneSpan Modes { get; }

        internal LaneSpan Change { get; }

        internal LaneSpan Gamma { get; }

        internal LaneSpan Product { get; }

        internal LaneSpan Posterior { get; }

        internal LaneSpan Shrink { get; }

        internal ClusterDerivatives Derivatives { get; }

        internal Vector512<double> SphericalSquares { get; set; }

        internal Vector512<double> StepSquares { get; set; }

        internal void Clear(bool derivatives)
        {
            SphericalSquares = StepSquares = Vector512<double>.Zero;
            if (derivatives) Derivatives.Clear();
        }

        public void Dispose()
        {
            Derivatives.Dispose();
            _memory.Dispose();
        }
    }
}
