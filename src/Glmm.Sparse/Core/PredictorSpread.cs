using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// How the random effects of each cluster spread about the point of expansion, C_i = R_iR_iᵀ, and with them the linear
/// predictors of its rows, v = zᵀC_iz: what a pass of the second order averages over.
/// </summary>
/// <remarks>
/// About the modes it is the working model's posterior covariance φ(A_i + D̃⁻¹)⁻¹ = φΛM_i⁻¹Λᵀ, so R_i = √φ ΛL_i⁻ᵀ;
/// about 0 it is D itself. The roots are kept, [batch][q²][lane], as the last <see cref="Refresh"/> left them. Not
/// thread-safe while they are written.
/// </remarks>
internal sealed unsafe class PredictorSpread : ClusterSweep<PredictorSpread.Part>
{
    private readonly AlignedBuffer _roots;
    private double _scale;
    private bool _writes;

    /// <param name="blocks">The clusters' statistics.</param>
    /// <param name="team">Threads.</param>
    /// <param name="isPrior">Whether the spread is D, for all clusters, rather than what their rows leave of
    /// it.</param>
    internal PredictorSpread(ClusterBlocks blocks, WorkerTeam team, bool isPrior)
        : base(blocks, team, partLength: 1)
    {
        IsPrior = isPrior;
        _roots = new AlignedBuffer((long)blocks.BatchCount * Q * Q * LaneCholesky.Lanes);
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(Q);
    }

    /// <summary>Whether the spread is D, so that the averages are those of the marginal model.</summary>
    internal bool IsPrior { get; }

    /// <summary>Takes the spread of the clusters' present statistics.</summary>
    /// <param name="lambda">Λ, q².</param>
    /// <param name="dispersion">φ.</param>
    internal void Refresh(ReadOnlySpan<double> lambda, double dispersion) => Visit(lambda, dispersion, writes: true);

    /// <summary>How far the spread kept is from that of the clusters' present statistics, in units that the data can
    /// tell: the root of Σ_i Σ_ab A_aa A_bb ΔC_ab²/φ².</summary>
    /// <param name="lambda">Λ, q².</param>
    /// <param name="dispersion">φ.</param>
    internal double Distance(ReadOnlySpan<double> lambda, double dispersion)
    {
        Visit(lambda, dispersion, writes: false);
        return Math.Sqrt(Parts[0].Sums.Total(0)) / dispersion;
    }

    /// <summary>v of a tile's rows, padding included.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="layout">Where the columns of Z are.</param>
    /// <param name="root">Scratch, q² vectors.</param>
    /// <param name="spread">Overwritten, eight for each row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void SpreadInto(in ClusterTile tile, ColumnLayout layout, Vector512<double>* root, double* spread)
    {
        int q = Q;
        double* kept = _roots.Start + ((long)tile.Info.Batch * q * q * LaneCholesky.Lanes);
        for (int e = 0; e < q * q; e++, kept += LaneCholesky.Lanes)
        {
            root[e] = tile.Info.JointLane < 0
                ? Vector512.Load(kept)
                : Vector512.Create(kept[tile.Info.JointLane]);
        }

        long length = (long)tile.Rows * LaneCholesky.Lanes;
        for (long r = 0; r < length; r += LaneCholesky.Lanes)
        {
            Vector512<double> v = Vector512<double>.Zero;
            for (int s = 0; s < q; s++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int l = 0; l < q; l++)
                {
                    Vector512<double> z = Vector512.Load(tile.Columns[layout.RandomPosition[l]] + r);
                    sum = Vector512.FusedMultiplyAdd(z, root[(l * q) + s], sum);
                }

                v = Vector512.FusedMultiplyAdd(sum, sum, v);
            }

            v.Store(spread + r);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _roots.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        int q = Q;
        Vector512<double>* root = part.Root.Start, factor = part.Factor.Start;
        Vector512<double> scale = Vector512.Create(_scale);
        for (int batch = first; batch < first + count; batch++)
        {
            if (IsPrior)
            {
                for (int e = 0; e < q * q; e++) root[e] = Vector512.Create(Lambda[e]);
            }
            else
            {
                Factor(batch, factor, part.Column.Start);
                LaneCholesky.SolveLowerShared(factor, factor + Blocks.PackedLength, q, TransposedLambda, root, 1, q);
            }

            for (int e = 0; e < q * q; e++) root[e] *= scale;
            Vector512<double>* kept = (Vector512<double>*)_roots.Start + ((long)batch * q * q);
            if (_writes) new Span<Vector512<double>>(root, q * q).CopyTo(new Span<Vector512<double>>(kept, q * q));
            else *part.Sums.Start += Difference(Cross(batch), root, kept);
        }
    }

    private void Visit(ReadOnlySpan<double> lambda, double dispersion, bool writes)
    {
        (_scale, _writes) = (Math.Sqrt(dispersion), writes);
        Sweep(lambda, []);
    }

    // Σ_ab A_aa A_bb ΔC_ab².
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Vector512<double> Difference(Vector512<double>* a, Vector512<double>* root, Vector512<double>* kept)
    {
        int q = Q;
        Vector512<double> sum = Vector512<double>.Zero;
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                Vector512<double> change = Vector512<double>.Zero;
                for (int s = 0; s < q; s++)
                {
                    change += (root[(r * q) + s] * root[(c * q) + s]) - (kept[(r * q) + s] * kept[(c * q) + s]);
                }

                Vector512<double> weight = a[LaneCholesky.PackedIndex(r, r)] * a[LaneCholesky.PackedIndex(c, c)];
                sum += Vector512.Create(r == c ? 1.0 : 2.0) * weight * change * change;
            }
        }

        return sum;
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;

        internal Part(int q)
        {
            int packed = LaneCholesky.PackedLength(q);
            _memory = new LaneMemory(packed + (2L * q) + (q * q) + 1);
            Factor = _memory.Take(packed + q);
            Column = _memory.Take(q);
            Root = _memory.Take(q * q);
            Sums = _memory.Take(1);
        }

        public LaneSpan Sums { get; }

        internal LaneSpan Factor { get; }

        internal LaneSpan Column { get; }

        internal LaneSpan Root { get; }

        public void Dispose() => _memory.Dispose();
    }
}
