using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.Core;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Likelihood;

/// <summary>
/// The curvature of the clusters at their modes, M_i = I + ΛᵀA_iΛ = LLᵀ: Σ log|M_i|, and of each cluster
/// ΛM⁻¹Λᵀ or its root ΛL⁻ᵀ.
/// </summary>
internal sealed unsafe class ClusterCurvature : ClusterSweep<ClusterCurvature.Part>
{
    private AlignedBuffer _target = null!;
    private double _scale;
    private bool _root;

    internal ClusterCurvature(ClusterBlocks blocks, WorkerTeam team)
        : base(blocks, team, partLength: 1)
    {
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(Q, GroupSize);
    }

    /// <summary>Σ log|M_i|, NaN where some M is not positive definite.</summary>
    internal double LogDeterminant { get; private set; }

    /// <summary>Writes E = ΛM⁻¹Λᵀ, the covariance of β_i about its mode.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="target">Overwritten, packed, [batch][q(q+1)/2][lane].</param>
    internal void Covariance(ReadOnlySpan<double> lambda, AlignedBuffer target)
    {
        (_target, _scale, _root) = (target, 1, false);
        Run(lambda);
    }

    /// <summary>Writes S = √(2φ) ΛL⁻ᵀ, which spreads the nodes of a quadrature rule about the mode.</summary>
    /// <param name="lambda">Λ.</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="target">Overwritten, [batch][q²][lane].</param>
    internal void Spread(ReadOnlySpan<double> lambda, double dispersion, AlignedBuffer target)
    {
        (_target, _scale, _root) = (target, Math.Sqrt(2 * dispersion), true);
        Run(lambda);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        int q = Q, length = Blocks.PackedLength + q;
        int entries = _root ? q * q : Blocks.PackedLength;
        Vector512<double>* factor = part.Factors.Start;
        for (int at = 0; at < count; at++)
            part.Definite &= Factor(first + at, factor + (at * length), part.Column.Start);
        for (int at = 0; at < count; at++, factor += length)
        {
            LaneCholesky.AddLogDiagonal(factor, q, ref part.LogDiagonal);
            Vector512<double>* target =
                (Vector512<double>*)(_target.Start + ((long)(first + at) * entries * LaneCholesky.Lanes));

            // (L⁻¹Λᵀ)ᵀ, row by row.
            Vector512<double>* half = _root ? target : part.Half.Start;
            LaneCholesky.SolveLowerShared(factor, factor + Blocks.PackedLength, q, TransposedLambda, half, 1, q);
            if (_root)
            {
                for (int e = 0; e < entries; e++) target[e] *= Vector512.Create(_scale);
                continue;
            }

            for (int r = 0; r < q; r++)
            {
                for (int c = 0; c <= r; c++)
                {
                    Vector512<double> sum = Vector512<double>.Zero;
                    for (int s = 0; s < q; s++)
                        sum = Vector512.FusedMultiplyAdd(half[(r * q) + s], half[(c * q) + s], sum);
                    *target++ = sum;
                }
            }
        }
    }

    private void Run(ReadOnlySpan<double> lambda)
    {
        foreach (Part part in Parts) part.Clear();
        Sweep(lambda, []);
        LogDeterminant = 0;
        foreach (Part part in Parts)
        {
            LogDeterminant += 2 * Vector512.Sum(part.LogDiagonal.Value());
            if (!Vector512.EqualsAll(part.Definite.AsInt64(), Vector512<long>.AllBitsSet)) LogDeterminant = double.NaN;
        }
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;
        private LaneLogSum _logDiagonal;

        internal Part(int q, int group)
        {
            int factors = (LaneCholesky.PackedLength(q) + q) * group;
            _memory = new LaneMemory(factors + q + (q * q));
            Factors = _memory.Take(factors);
            Column = _memory.Take(q);
            Half = _memory.Take(q * q);
        }

        /// <summary>None: the log-determinants are summed as products.</summary>
        public LaneSpan Sums => default;

        internal LaneSpan Factors { get; }

        internal LaneSpan Column { get; }

        internal LaneSpan Half { get; }

        internal Vector512<double> Definite { get; set; }

        internal ref LaneLogSum LogDiagonal => ref _logDiagonal;

        internal void Clear()
        {
            _logDiagonal = LaneLogSum.Zero;
            Definite = Vector512<double>.AllBitsSet;
        }

        public void Dispose() => _memory.Dispose();
    }
}
