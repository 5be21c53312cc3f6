using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// What the modes' moving adds to the gradient of a marginal log-likelihood, by implicit differentiation of
/// Λᵀ Zᵀs(β̂) = û: every cluster's κ, the derivative in û solved by its K, enters −XᵀWZκ for α and κᵀZᵀ∂s/∂log ξ for a
/// shape, and a q×q matrix for D or Λ.
/// </summary>
/// <remarks>W here is the observed information, which is how the modes truly move.</remarks>
internal abstract unsafe class AdjointSweep : ClusterSweep<AdjointSweep.Part>
{
    private readonly bool _shape;

    /// <param name="blocks">The clusters' statistics with observed weights.</param>
    /// <param name="team">Threads.</param>
    /// <param name="shape">Whether there is a shape.</param>
    /// <param name="scratch">Vectors of working space that a batch takes.</param>
    protected AdjointSweep(ClusterBlocks blocks, WorkerTeam team, bool shape, int scratch)
        : base(blocks, team, partLength: (blocks.RandomCount * blocks.RandomCount) + blocks.FixedCount + 1)
    {
        _shape = shape;
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(P, Q, GroupSize, scratch);
        Matrix = new double[Q * Q];
        Fixed = new double[P];
    }

    /// <summary>The sum of the clusters' matrices, q² row by row.</summary>
    internal double[] Matrix { get; }

    /// <summary>−Σ XᵀWZκ.</summary>
    internal double[] Fixed { get; }

    /// <summary>Σ κᵀZᵀ∂s/∂log ξ.</summary>
    internal double Shape { get; private set; }

    /// <summary>Slopes of the clusters, τ and those for the shape
    /// (<see cref="CurvaturePass.ClusterSlopes"/>).</summary>
    protected AlignedBuffer Slopes { get; set; } = null!;

    /// <summary>Visits all clusters.</summary>
    protected void Run(ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda)
    {
        Sweep(lambda, inverseLambda);
        Part total = Parts[0];
        for (int e = 0; e < Matrix.Length; e++) Matrix[e] = total.Sums.Total(e);
        for (int j = 0; j < P; j++) Fixed[j] = -total.Sums.Total(Matrix.Length + j);
        Shape = total.Sums.Total(Matrix.Length + P);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        int p = P, q = Q, length = Blocks.PackedLength + q, entries = (_shape ? 2 : 1) * q;
        Vector512<double>* factor = part.Factors.Start, adjoint = part.Adjoint.Start;
        Vector512<double>* matrix = part.Sums.Start, sums = matrix + (q * q);
        for (int at = 0; at < count; at++) Factor(first + at, factor + (at * length), part.Scratch.Start);
        for (int at = 0; at < count; at++, factor += length)
        {
            Vector512<double>* slopes =
                (Vector512<double>*)(Slopes.Start + ((long)(first + at) * entries * LaneCholesky.Lanes));
            Solve(first + at, factor, slopes, part.Scratch.Start, adjoint, matrix);
            Vector512<double>* b = Cross(first + at) + length;
            for (int j = 0; j < p; j++)
            {
                Vector512<double> sum = sums[j];
                for (int l = 0; l < q; l++, b++) sum = Vector512.FusedMultiplyAdd(*b, adjoint[l], sum);
                sums[j] = sum;
            }

            if (!_shape) continue;
            for (int l = 0; l < q; l++) sums[p] = Vector512.FusedMultiplyAdd(slopes[q + l], adjoint[l], sums[p]);
        }
    }

    /// <summary>Solves for the adjoint of a batch and adds its matrix.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="factor">L of K, packed, then the reciprocals of its diagonal.</param>
    /// <param name="tau">τ, q vectors.</param>
    /// <param name="scratch">Working space.</param>
    /// <param name="adjoint">Overwritten by κ, q vectors.</param>
    /// <param name="matrix">q² vectors, added to.</param>
    protected abstract void Solve(
        int batch, Vector512<double>* factor, Vector512<double>* tau, Vector512<double>* scratch,
        Vector512<double>* adjoint, Vector512<double>* matrix);

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;

        internal Part(int p, int q, int group, int scratch)
        {
            int factors = (LaneCholesky.PackedLength(q) + q) * group, sums = (q * q) + p + 1;
            _memory = new LaneMemory(factors + scratch + q + (long)sums);
            Factors = _memory.Take(factors);
            Scratch = _memory.Take(scratch);
            Adjoint = _memory.Take(q);
            Sums = _memory.Take(sums);
        }

        public LaneSpan Sums { get; }

        internal LaneSpan Factors { get; }

        internal LaneSpan Scratch { get; }

        internal LaneSpan Adjoint { get; }

        public void Dispose() => _memory.Dispose();
    }
}
