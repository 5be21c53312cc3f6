using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// Prediction errors of the random effects, φ(K_i + K_iB_iᵀS⁻¹B_iK_i) with K_i = ΛM_i⁻¹Λᵀ = (A_i + D̃⁻¹)⁻¹
/// (Henderson 1975), and the change to the user's scale.
/// </summary>
internal sealed unsafe class RandomEffectErrors : ClusterSweep<RandomEffectErrors.Part>
{
    private readonly double[] _toUser;
    private readonly double[] _column;
    private readonly double[] _form;
    private AlignedBuffer? _beta;
    private double _dispersion;
    private ClusterOrder _order = null!;
    private double[] _modes = [];
    private double[] _errors = [];

    internal RandomEffectErrors(ClusterBlocks blocks, WorkerTeam team)
        : base(blocks, team, partLength: 0)
    {
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(P, Q, GroupSize);
        _toUser = new double[Q * Q];
        _column = new double[Q];
        _form = new double[P * P];
    }

    /// <summary>Writes the modes and their standard errors on the user's scale and in the user's order of the clusters,
    /// k×q row by row.</summary>
    /// <param name="beta">β, [batch][q][lane], on the engine's scale.</param>
    /// <param name="lambda">Λ, q², at the estimates, as the clusters' statistics must be.</param>
    /// <param name="inverseSchur">S⁻¹, p².</param>
    /// <param name="dispersion">φ.</param>
    /// <param name="scale">Change of scale of Z.</param>
    /// <param name="order">The clusters' order.</param>
    /// <param name="modes">Overwritten, k×q.</param>
    /// <param name="errors">Overwritten, k×q.</param>
    internal void Compute(
        AlignedBuffer beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseSchur, double dispersion,
        ColumnStandardization scale, ClusterOrder order, double[] modes, double[] errors)
    {
        (_beta, _dispersion, _order, _modes, _errors) = (beta, dispersion, order, modes, errors);

        // The change of scale as a matrix: its elements are powers of 2 and shifts times these, so none is rounded.
        for (int c = 0; c < Q; c++)
        {
            Array.Clear(_column);
            _column[c] = 1;
            scale.ToUser(_column);
            for (int r = 0; r < Q; r++) _toUser[(r * Q) + c] = _column[r];
        }

        // xᵀS⁻¹x from the lower triangle alone.
        for (int i = 0; i < P; i++)
        {
            for (int j = 0; j < i; j++) _form[(i * P) + j] = 2 * inverseSchur[(i * P) + j];
            _form[(i * P) + i] = inverseSchur[(i * P) + i];
        }

        Sweep(lambda, []);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        // Row j of the group: row j of BK with K's other side on the user's scale, the batches side by side.
        int p = P, q = Q, depth = q * count;
        Vector512<double>* rows = part.Rows.Start, variance = part.Variance.Start, product = part.Product.Start;
        int step = Blocks.PackedLength + q;
        Vector512<double>* factor = part.Factors.Start;
        for (int at = 0; at < count; at++) Factor(first + at, factor + (at * step), product);
        for (int at = 0; at < count; at++, factor += step)
        {
            Vector512<double>* b = Cross(first + at) + step;
            Posterior(factor, part, variance + at, count);
            LaneRows.Multiply(b, p, part.Posterior.Start, q, q, rows + at, depth, count);
        }

        for (int i = 0; i < p; i++)
        {
            Vector512<double>* row = rows + ((long)i * depth);
            LaneRows.Combine(_form.AsSpan(i * p, i + 1), rows, i + 1, depth, product);
            for (int d = 0; d < depth; d++) variance[d] = Vector512.FusedMultiplyAdd(product[d], row[d], variance[d]);
        }

        Vector512<double> dispersion = Vector512.Create(_dispersion);
        for (int at = 0; at < count; at++)
        {
            Vector512<double>* beta = Modes(_beta!, first + at);
            for (int l = 0; l < q; l++)
            {
                LaneRows.Combine(_toUser.AsSpan(l * q, q), beta, q, 1, product);
                Write(_modes, first + at, l, *product);
                Write(_errors, first + at, l, Vector512.Sqrt(dispersion * variance[(l * count) + at]));
            }
        }
    }

    // With Y = L⁻¹Λᵀ and K = YᵀY: TK, and the diagonal of TKTᵀ in every step-th vector of variance.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Posterior(Vector512<double>* factor, Part part, Vector512<double>* variance, int step)
    {
        int q = Q;
        Vector512<double>* reciprocals = factor + Blocks.PackedLength;
        Vector512<double>* half = part.Half.Start, user = part.User.Start;
        LaneCholesky.SolveLowerShared(factor, reciprocals, q, TransposedLambda, half, 1, q);
        for (int l = 0; l < q; l++)
        {
            Vector512<double>* row = user + (l * q);
            LaneRows.Combine(_toUser.AsSpan(l * q, q), half, q, q, row);
            Vector512<double> sum = Vector512<double>.Zero;
            for (int s = 0; s < q; s++) sum = Vector512.FusedMultiplyAdd(row[s], row[s], sum);
            variance[l * step] = sum;
        }

        LaneRows.Multiply(user, q, half, q, q, part.Posterior.Start, q, 1);
    }

    // Lanes that pad the last batch are no clusters.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(double[] target, int batch, int l, Vector512<double> values)
    {
        int cluster = batch * LaneCholesky.Lanes, lanes = Math.Min(LaneCholesky.Lanes, Blocks.Clusters - cluster);
        ReadOnlySpan<int> codes = _order.Codes.Slice(cluster, lanes);
        for (int lane = 0; lane < lanes; lane++) target[(codes[lane] * Q) + l] = values[lane];
    }

    /// <summary>What one partition needs.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;

        internal Part(int p, int q, int group)
        {
            int packed = LaneCholesky.PackedLength(q), square = q * q;
            _memory = new LaneMemory(((packed + q) * (long)group) + (3L * square) + ((p + 2L) * q * group));
            Factors = _memory.Take((packed + q) * group);
            Half = _memory.Take(square);
            User = _memory.Take(square);
            Posterior = _memory.Take(square);
            Rows = _memory.Take(p * q * group);
            Variance = _memory.Take(q * group);
            Product = _memory.Take(q * group);
        }

        /// <summary>None: all it makes belongs to a cluster.</summary>
        public LaneSpan Sums => default;

        internal LaneSpan Factors { get; }

        internal LaneSpan Half { get; }

        internal LaneSpan User { get; }

        internal LaneSpan Posterior { get; }

        internal LaneSpan Rows { get; }

        internal LaneSpan Variance { get; }

        internal LaneSpan Product { get; }

        public void Dispose() => _memory.Dispose();
    }
}
