using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// Adaptive Gauss–Hermite quadrature of the clusters (Liu &amp; Pierce 1994; Pinheiro &amp; Bates 1995): from the
/// objectives at the nodes u_k = û + √(2φ)L⁻ᵀz_k to the log-likelihood and the nodes' posterior weights; and from the
/// means of the scores to the derivatives in û and in M = LLᵀ.
/// </summary>
/// <remarks>
/// With e_k = −(objective + ½|u_k|²)/φ + |z_k|² + log w_k, ℓ_i = log Σ exp e_k − ½ log|M|. The nodes move with û and
/// with R = L⁻ᵀ: v = ∂ℓ/∂û = Σ a_kg_k/φ and R̄ = ∂ℓ/∂R = √(2/φ) Σ a_kg_kz_kᵀ, where g_k = ΛᵀZᵀs_k − u_k; and
/// M̄ = ∂ℓ/∂M = ½R(P + Pᵀ − I)Rᵀ with P the lower triangle of −R̄ᵀR, its diagonal halved, by the derivative of the
/// Cholesky factor (Smith 1995).
/// </remarks>
internal sealed unsafe partial class QuadraturePosterior : ClusterSweep<QuadraturePosterior.Part>
{
    private readonly ClusterBlocks _information;
    private readonly QuadratureRule _rule;
    private AlignedBuffer _u = null!;
    private AlignedBuffer _nodes = null!;
    private AlignedBuffer _scores = null!;
    private AlignedBuffer _sensitivity = null!;
    private double _dispersion;
    private bool _differentiates;

    /// <param name="information">The clusters' statistics of which M is made.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="team">Threads.</param>
    internal QuadraturePosterior(ClusterBlocks information, QuadratureRule rule, WorkerTeam team)
        : base(information, team, partLength: 2)
    {
        (_information, _rule) = (information, rule);
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(Q, GroupSize, rule.Count);
        ModeSlopes = new AlignedBuffer((long)information.BatchCount * Q * LaneCholesky.Lanes);
        CurvatureSlopes = new AlignedBuffer(
            (long)information.BatchCount * information.PackedLength * LaneCholesky.Lanes);
    }

    /// <summary>Σ ℓ_i, but for Σ log|M_i|.</summary>
    internal double LogSum { get; private set; }

    /// <summary>Σ a_k(objective + ½|u_k|²)/φ over nodes and clusters.</summary>
    internal double MeanObjective { get; private set; }

    /// <summary>½ Σ ⟨R̄, R⟩: how the nodes' spread with φ enters its derivative.</summary>
    internal double SpreadSlope { get; private set; }

    /// <summary>v, [batch][q][lane].</summary>
    internal AlignedBuffer ModeSlopes { get; }

    /// <summary>M̄, packed, [batch][q(q+1)/2][lane].</summary>
    internal AlignedBuffer CurvatureSlopes { get; }

    /// <summary>Sums the nodes up and turns their objectives into posterior weights.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="u">û.</param>
    /// <param name="nodes">The objectives, [batch][node][lane]; overwritten by the weights a_k.</param>
    internal void Weigh(ReadOnlySpan<double> lambda, double dispersion, AlignedBuffer u, AlignedBuffer nodes)
    {
        (_u, _nodes, _dispersion, _differentiates) = (u, nodes, dispersion, false);
        Sweep(lambda, []);
        (LogSum, MeanObjective) = (Parts[0].Sums.Total(0), Parts[0].Sums.Total(1));
    }

    /// <summary>Derivatives in û and M; everything as at the last
    /// <see cref="Weigh(ReadOnlySpan{double}, double, AlignedBuffer, AlignedBuffer)"/>.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="scores">Means of the clusters' scores (<see cref="QuadraturePass.Scores"/>).</param>
    /// <param name="sensitivity">Overwritten by −2ΛM̄Λᵀ, packed.</param>
    internal void Differentiate(ReadOnlySpan<double> lambda, AlignedBuffer scores, AlignedBuffer sensitivity)
    {
        (_scores, _sensitivity, _differentiates) = (scores, sensitivity, true);
        Sweep(lambda, []);
        SpreadSlope = Parts[0].Sums.Total(0);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        ModeSlopes.Dispose();
        CurvatureSlopes.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        int length = Blocks.PackedLength + Q;
        Vector512<double>* factor = part.Factors.Start;
        for (int at = 0; at < count; at++) Factor(first + at, factor + (at * length), part.Point.Start);
        for (int at = 0; at < count; at++, factor += length)
        {
            LaneProducts.InvertTransposed(factor, factor + Blocks.PackedLength, Q, part.Root.Start);
            Vector512<double>* nodes = (Vector512<double>*)(
                _nodes.Start + ((long)(first + at) * _rule.Count * LaneCholesky.Lanes));
            if (_differentiates) Differentiate(first + at, nodes, part);
            else Weigh(Modes(_u, first + at), nodes, part);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(Vector512<double>* u, Vector512<double>* nodes, Part part)
    {
        int count = _rule.Count;
        Vector512<double> reciprocal = Vector512.Create(1 / _dispersion), half = Vector512.Create(0.5);
        Vector512<double>* exponents = part.Exponents.Start;
        Vector512<double> largest = Vector512.Create(double.NegativeInfinity);
        for (int k = 0; k < count; k++)
        {
            Vector512<double> squares = Place(u, part, k);
            Vector512<double> objective = Vector512.FusedMultiplyAdd(half, squares, nodes[k]) * reciprocal;
            exponents[k] = Vector512.Create(_rule.LogWeights[k]) - objective;
            nodes[k] = objective;
            largest = Vector512.Max(largest, exponents[k]);
        }

        Vector512<double> sum = Vector512<double>.Zero;
        for (int k = 0; k < count; k++)
        {
            exponents[k] = Vector512.Exp(exponents[k] - largest);
            sum += exponents[k];
        }

        Vector512<double> scale = Vector512<double>.One / sum, mean = part.Sums.Start[1];
        for (int k = 0; k < count; k++)
        {
            Vector512<double> weight = exponents[k] * scale;
            mean = Vector512.FusedMultiplyAdd(weight, nodes[k], mean);
            nodes[k] = weight;
        }

        part.Sums.Start[0] += largest + Vector512.Log(sum);
        part.Sums.Start[1] = mean;
    }

    // u_k into the part; returns |u_k|².
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<double> Place(Vector512<double>* u, Part part, int k)
    {
        int q = Q;
        ReadOnlySpan<double> z = _rule.Point(k);
        Vector512<double>* root = part.Root.Start;
        double spread = Math.Sqrt(2 * _dispersion);
        Vector512<double> squares = Vector512<double>.Zero;
        for (int r = 0; r < q; r++)
        {
            Vector512<double> at = u[r];
            for (int c = r; c < q; c++)
                at = Vector512.FusedMultiplyAdd(root[(r * q) + c], Vector512.Create(spread * z[c]), at);
            part.Point.Start[r] = at;
            squares = Vector512.FusedMultiplyAdd(at, at, squares);
        }

        return squares;
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;

        internal Part(int q, int group, int nodes)
        {
            int factors = (LaneCholesky.PackedLength(q) + q) * group;
            _memory = new LaneMemory(factors + (4L * q * q) + (2 * q) + nodes + 2);
            Factors = _memory.Take(factors);
            Root = _memory.Take(q * q);
            RootSlope = _memory.Take(q * q);
            Second = _memory.Take(q * q);
            Product = _memory.Take(q * q);
            Mean = _memory.Take(q);
            Point = _memory.Take(q);
            Exponents = _memory.Take(nodes);
            Sums = _memory.Take(2);
        }

        public LaneSpan Sums { get; }

        internal LaneSpan Factors { get; }

        internal LaneSpan Root { get; }

        internal LaneSpan RootSlope { get; }

        internal LaneSpan Second { get; }

        internal LaneSpan Product { get; }

        internal LaneSpan Mean { get; }

        internal LaneSpan Point { get; }

        internal LaneSpan Exponents { get; }

        public void Dispose() => _memory.Dispose();
    }
}
