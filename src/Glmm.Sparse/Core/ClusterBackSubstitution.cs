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
/// γ = Λ⁻ᵀu; else γ = Ez̄.
/// </remarks>
internal sealed unsafe class ClusterBackSubstitution : ClusterSweep<ClusterBackSubstitution.Part>
{
    private readonly bool _restricted;
    private readonly double[] _regularInverse;
    private AlignedBuffer? _beta;
    private AlignedBuffer? _newBeta;
    private double[] _step = [];
    private double[] _whitening = [];
    private bool _stepwise;
    private bool _regular;
    private bool _derivatives;
    private DerivativeTotals? _totals;

    /// <param name="blocks">The clusters' statistics.</param>
    /// <param name="team">Threads.</param>
    /// <param name="restricted">Whether derivatives are those of REML.</param>
    internal ClusterBackSubstitution(ClusterBlocks blocks, WorkerTeam team, bool restricted)
        : base(
            blocks, team, ClusterDerivatives.SumsLength(blocks.FixedCount, blocks.RandomCount, restricted))
    {
        _restricted = restricted;
        _regularInverse = new double[Q * Q];
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(Q, GroupSize);
    }

    /// <summary>The sums over all clusters that the derivatives are made of, once there were any.</summary>
    internal DerivativeTotals Derivatives =>
        _totals ?? throw new InvalidOperationException("Nothing was differentiated yet.");

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
        AlignedBuffer? newBeta)
    {
        (_newBeta, _derivatives, _regular) = (newBeta, false, false);
        Run(beta, lambda, inverseLambda, step);
    }

    /// <summary>Predicts and differentiates.</summary>
    /// <param name="beta">β⁰, [batch][q][lane], or null for 0.</param>
    /// <param name="lambda">Λ, q² row by row.</param>
    /// <param name="inverseLambda">Λ⁻¹, or empty where D̃ is (nearly) singular or small.</param>
    /// <param name="step">The step in α, p.</param>
    /// <param name="whitening">R⁻¹ with S = RRᵀ, p² row by row, lower triangle.</param>
    internal void Differentiate(
        AlignedBuffer? beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda, double[] step,
        double[] whitening)
    {
        if (_totals is null)
        {
            // Not before they are wanted: for many columns they are large.
            _totals = new DerivativeTotals(P, Q, _restricted);
            foreach (Part part in Parts) part.Derivatives = new ClusterDerivatives(_totals, GroupSize);
        }

        (_newBeta, _derivatives, _whitening) = (null, true, whitening);
        _regular = ClusterShrinkage.TryInvert(lambda, Q, _regularInverse);
        Run(beta, lambda, inverseLambda, step);
        _totals.Take(Parts[0].Derivatives!);
        if (!_restricted) _totals.Whiten(whitening);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        int step = Blocks.PackedLength + Q;
        Vector512<double>* factor = part.Factors.Start;
        for (int at = 0; at < count; at++) Factor(first + at, factor + (at * step), part.Score.Start);
        for (int at = 0; at < count; at++) GoBack(first + at, part, factor + (at * step), at, count);
        if (_derivatives) part.Derivatives!.Add(count, _restricted ? _whitening : null);
    }

    private void Run(
        AlignedBuffer? beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda, double[] step)
    {
        _stepwise = !inverseLambda.IsEmpty && beta is not null;
        (_beta, _step) = (beta, step);
        foreach (Part part in Parts) part.Clear(_derivatives);
        Sweep(lambda, _regular ? _regularInverse : inverseLambda);
        (SphericalSquares, StepSquares) = (0, 0);
        foreach (Part part in Parts)
        {
            SphericalSquares += Vector512.Sum(part.SphericalSquares);
            StepSquares += Vector512.Sum(part.StepSquares);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GoBack(int batch, Part part, Vector512<double>* factor, int at, int count)
    {
        int p = P, q = Q;
        Vector512<double>* a = Cross(batch), z = a + Blocks.PackedLength, b = z + q;
        Vector512<double>* reciprocals = factor + Blocks.PackedLength, score = part.Score.Start;

        // z − Bᵀδ, and + Aβ⁰ for z̄.
        Vector512<double>* beta = _beta is null ? null : Modes(_beta, batch);
        bool total = beta is not null && !_stepwise;
        if (total) LaneProducts.SymmetricTimes(a, q, beta, score);
        fixed (double* step = _step)
        {
            for (int l = 0; l < q; l++)
            {
                Vector512<double> sum = total ? score[l] + z[l] : z[l];
                Vector512<double>* column = b + l;
                for (int j = 0; j < p; j++, column += q) sum -= *column * Vector512.Create(step[j]);
                score[l] = sum;
            }
        }

        PredictBatch(a, factor, beta, part, _newBeta is null ? null : Modes(_newBeta, batch));
        if (!_derivatives) return;
        part.Derivatives!.Place(at, count, new BatchSolution
        {
            A = a,
            B = b,
            Factor = factor,
            Reciprocals = reciprocals,
            Score = score,
            Spherical = _stepwise ? part.Spherical.Start : null,
            TransposedLambda = TransposedLambda,
            InverseLambda = _regular ? InverseLambda : null,
        });
    }

    // u = M⁻¹Λᵀz̄, or u⁰ + M⁻¹(Λᵀ(z − Bᵀδ) − u⁰), and β = Λu.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PredictBatch(
        Vector512<double>* a, Vector512<double>* factor, Vector512<double>* beta, Part part,
        Vector512<double>* newBeta)
    {
        int q = Q;
        double* lambda = Lambda;
        Vector512<double>* reciprocals = factor + Blocks.PackedLength;
        Vector512<double>* u = part.Spherical.Start, modes = part.Modes.Start, change = part.Change.Start;
        Vector512<double>* weighted = part.Weighted.Start;
        LaneProducts.FactorTransposedTimes(lambda, q, part.Score.Start, u);
        if (_stepwise)
        {
            LaneProducts.FactorTimes(InverseLambda, q, beta, modes);
            for (int l = 0; l < q; l++) u[l] -= modes[l];
        }

        LaneCholesky.SolveLower(factor, reciprocals, q, u);
        LaneCholesky.SolveLowerTransposed(factor, reciprocals, q, u);
        if (_stepwise)
        {
            LaneProducts.FactorTimes(lambda, q, u, change);
            for (int l = 0; l < q; l++)
            {
                u[l] += modes[l];
                modes[l] = beta[l] + change[l];
            }
        }
        else
        {
            LaneProducts.FactorTimes(lambda, q, u, modes);
            for (int l = 0; l < q; l++) change[l] = beta is null ? modes[l] : modes[l] - beta[l];
        }

        LaneProducts.SymmetricTimes(a, q, change, weighted);
        Vector512<double> spherical = part.SphericalSquares, step = part.StepSquares;
        for (int l = 0; l < q; l++)
        {
            spherical = Vector512.FusedMultiplyAdd(u[l], u[l], spherical);
            step = Vector512.FusedMultiplyAdd(change[l], weighted[l], step);
            if (newBeta is not null) newBeta[l] = modes[l];
        }

        (part.SphericalSquares, part.StepSquares) = (spherical, step);
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;
        private bool _derivatives;

        internal Part(int q, int group)
        {
            int packed = LaneCholesky.PackedLength(q);
            _memory = new LaneMemory(((packed + q) * (long)group) + (5L * q));
            Factors = _memory.Take((packed + q) * group);
            Score = _memory.Take(q);
            Spherical = _memory.Take(q);
            Modes = _memory.Take(q);
            Change = _memory.Take(q);
            Weighted = _memory.Take(q);
        }

        public LaneSpan Sums => _derivatives ? Derivatives!.Sums : default;

        internal LaneSpan Factors { get; }

        internal LaneSpan Score { get; }

        internal LaneSpan Spherical { get; }

        internal LaneSpan Modes { get; }

        internal LaneSpan Change { get; }

        internal LaneSpan Weighted { get; }

        internal ClusterDerivatives? Derivatives { get; set; }

        internal Vector512<double> SphericalSquares { get; set; }

        internal Vector512<double> StepSquares { get; set; }

        internal void Clear(bool derivatives)
        {
            _derivatives = derivatives;
            SphericalSquares = StepSquares = Vector512<double>.Zero;
        }

        public void Dispose()
        {
            Derivatives?.Dispose();
            _memory.Dispose();
        }
    }
}
