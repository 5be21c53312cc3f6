using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// Eliminates the clusters from the working linear mixed model: with M_i = I + ΛᵀA_iΛ = L_iL_iᵀ, leaves the p×p system
/// S = XᵀWX − Σ B_iΛM_i⁻¹ΛᵀB_iᵀ = XᵀṼ⁻¹X and its right-hand side, Σ log|M_i| and ỹᵀṼ⁻¹ỹ.
/// </summary>
/// <remarks>
/// ỹ = r + Zβ⁰ is the working response less o + Xα⁰ at the point of expansion (α⁰, β⁰), so the solution of the system
/// is the step in α. Where Λ⁻¹ is given, the clusters are solved for the step in u from u⁰ = Λ⁻¹β⁰ rather than for u:
/// then nothing cancels, however large AD̃. These are Henderson's mixed-model equations, clusters first (Searle,
/// Casella &amp; McCulloch 1992, §7.6). Partitions of batches are summed up by themselves and added in order. Not
/// thread-safe.
/// </remarks>
internal sealed unsafe class ClusterElimination : IPartitionedWork, IDisposable
{
    private readonly WorkerTeam _team;
    private readonly ClusterBlocks _blocks;
    private readonly int _p;
    private readonly int _q;
    private readonly Workspace[] _workspaces;
    private readonly double[] _lambda;
    private readonly double[] _inverseLambda;
    private AlignedBuffer? _beta;
    private bool _stepwise;

    internal ClusterElimination(ClusterBlocks blocks, WorkerTeam team)
    {
        _blocks = blocks;
        _team = team;
        _p = blocks.FixedCount;
        _q = blocks.RandomCount;
        _lambda = new double[_q * _q];
        _inverseLambda = new double[_q * _q];
        _workspaces = new Workspace[BatchPartition.Count(blocks.BatchCount)];
        for (int i = 0; i < _workspaces.Length; i++) _workspaces[i] = new Workspace(_p, _q);
        Schur = new double[_p * _p];
        Right = new double[_p];
    }

    /// <summary>S, p² row by row, both triangles.</summary>
    internal double[] Schur { get; }

    /// <summary>XᵀṼ⁻¹ỹ.</summary>
    internal double[] Right { get; }

    /// <summary>Σ log|M_i|.</summary>
    internal double LogDeterminant { get; private set; }

    /// <summary>ỹᵀṼ⁻¹ỹ.</summary>
    internal double Squares { get; private set; }

    /// <summary>First cluster whose M is not positive definite (some number was not finite), or −1.</summary>
    internal int IndefiniteCluster { get; private set; }

    /// <summary>Eliminates at one Λ.</summary>
    /// <param name="statistics">Global statistics of the pass that filled the blocks.</param>
    /// <param name="beta">β⁰, [batch][q][lane], or null for 0.</param>
    /// <param name="lambda">Λ, q² row by row; D̃ = ΛΛᵀ = D/φ.</param>
    /// <param name="inverseLambda">Λ⁻¹, or empty where D̃ is (nearly) singular or small.</param>
    /// <returns>Whether every block was positive definite.</returns>
    internal bool Run(
        PassStatistics statistics, AlignedBuffer? beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda)
    {
        lambda.CopyTo(_lambda);
        inverseLambda.CopyTo(_inverseLambda);
        _stepwise = !inverseLambda.IsEmpty && beta is not null;
        _beta = beta;
        _team.Run(_workspaces.Length, this);

        statistics.Cross.CopyTo(Schur, 0);
        statistics.Gradient.CopyTo(Right, 0);
        (LogDeterminant, Squares, IndefiniteCluster) = (0, statistics.WeightedSquares, -1);
        foreach (Workspace work in _workspaces)
        {
            LogDeterminant += 2 * Vector512.Sum(work.LogDiagonal.Value());
            Squares += Vector512.Sum(work.Squares);
            if (IndefiniteCluster < 0) IndefiniteCluster = work.IndefiniteCluster;
            for (int j = 0; j < _p; j++)
            {
                Right[j] += work.Right.Total(j);
                for (int i = 0; i <= j; i++) Schur[(j * _p) + i] -= work.Cross.Total(LaneCholesky.PackedIndex(j, i));
            }
        }

        for (int j = 0; j < _p; j++)
        {
            for (int i = 0; i < j; i++) Schur[(i * _p) + j] = Schur[(j * _p) + i];
        }

        return IndefiniteCluster < 0;
    }

    /// <inheritdoc/>
    void IPartitionedWork.Execute(int partition)
    {
        Workspace work = _workspaces[partition];
        work.Clear();
        int end = BatchPartition.Start(partition + 1, _blocks.BatchCount);
        for (int batch = BatchPartition.Start(partition, _blocks.BatchCount); batch < end; batch++)
            Eliminate(batch, work);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Workspace work in _workspaces) work.Dispose();
    }

    private void Eliminate(int batch, Workspace work)
    {
        int q = _q;
        ReadOnlySpan<Vector512<double>> a = _blocks.Cross(batch), z = _blocks.Score(batch), beta = default;
        Span<Vector512<double>> factor = work.Factor.Span, score = work.Score.Span, y = work.Response.Span;
        LaneSphericalForm.Assemble(a, _lambda, q, score, factor);
        work.Check(batch, LaneCholesky.Factor(factor, q));
        LaneCholesky.AddLogDiagonal(factor, q, ref work.LogDiagonal);

        if (_stepwise)
        {
            // Λᵀz − u⁰, the gradient in u at u⁰; ỹᵀṼ⁻¹ỹ is what a step in u leaves of rᵀWr + u⁰ᵀu⁰.
            LaneProducts.FactorTimes(_inverseLambda, q, ModeBuffer.Batch(_beta!, batch, q), score);
            LaneProducts.FactorTransposedTimes(_lambda, q, z, y);
            for (int l = 0; l < q; l++)
            {
                work.Squares += score[l] * score[l];
                y[l] -= score[l];
            }
        }
        else
        {
            // ΛᵀZᵀWỹ with ZᵀWỹ = z + Aβ⁰; ỹᵀWỹ = rᵀWr + β⁰ᵀ(z + ZᵀWỹ).
            z.CopyTo(score);
            if (_beta is not null)
            {
                beta = ModeBuffer.Batch(_beta, batch, q);
                LaneProducts.SymmetricTimes(a, q, beta, score);
                for (int l = 0; l < q; l++)
                {
                    score[l] += z[l];
                    work.Squares += beta[l] * (z[l] + score[l]);
                }
            }

            LaneProducts.FactorTransposedTimes(_lambda, q, score, y);
        }

        LaneCholesky.SolveLower(factor, q, y);
        for (int l = 0; l < q; l++) work.Squares -= y[l] * y[l];
        EliminateColumns(_blocks.Mixed(batch), beta, work);
    }

    // L⁻¹ΛᵀB_jᵀ for every column j of X; their inner products leave S, those with L⁻¹ΛᵀZᵀWỹ its right-hand side.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EliminateColumns(
        ReadOnlySpan<Vector512<double>> b, ReadOnlySpan<Vector512<double>> beta, Workspace work)
    {
        int p = _p, q = _q;
        Span<Vector512<double>> columns = work.Columns.Span, factor = work.Factor.Span, y = work.Response.Span;
        for (int j = 0; j < p; j++)
        {
            ReadOnlySpan<Vector512<double>> bj = b.Slice(j * q, q);
            Span<Vector512<double>> column = columns.Slice(j * q, q);
            LaneProducts.FactorTransposedTimes(_lambda, q, bj, column);
            LaneCholesky.SolveLower(factor, q, column);
            Vector512<double> right = work.Right.Span[j];
            for (int l = 0; l < q; l++) right -= column[l] * y[l];
            for (int l = 0; l < beta.Length; l++) right = Vector512.FusedMultiplyAdd(bj[l], beta[l], right);
            work.Right.Span[j] = right;
            Span<Vector512<double>> cross = work.Cross.Span.Slice(LaneCholesky.PackedIndex(j, 0), j + 1);
            for (int i = 0; i <= j; i++)
            {
                ReadOnlySpan<Vector512<double>> other = columns.Slice(i * q, q);
                Vector512<double> sum = cross[i];
                for (int l = 0; l < q; l++) sum = Vector512.FusedMultiplyAdd(column[l], other[l], sum);
                cross[i] = sum;
            }
        }
    }

    /// <summary>What one partition needs and sums up.</summary>
    private sealed class Workspace : IDisposable
    {
        private readonly LaneMemory _memory;

        internal Workspace(int p, int q)
        {
            int packed = LaneCholesky.PackedLength(q), cross = LaneCholesky.PackedLength(p);
            _memory = new LaneMemory(packed + (2L * q) + ((long)p * q) + cross + p);
            Factor = _memory.Take(packed);
            Score = _memory.Take(q);
            Response = _memory.Take(q);
            Columns = _memory.Take(p * q);
            Cross = _memory.Take(cross);
            Right = _memory.Take(p);
        }

        internal LaneSpan Factor { get; }

        internal LaneSpan Score { get; }

        internal LaneSpan Response { get; }

        internal LaneSpan Columns { get; }

        internal LaneSpan Cross { get; }

        internal LaneSpan Right { get; }

        internal ref LaneLogSum LogDiagonal => ref _logDiagonal;

        internal Vector512<double> Squares { get; set; }

        internal int IndefiniteCluster { get; private set; }

        private LaneLogSum _logDiagonal;

        internal void Clear()
        {
            Cross.Span.Clear();
            Right.Span.Clear();
            Squares = Vector512<double>.Zero;
            _logDiagonal = LaneLogSum.Zero;
            IndefiniteCluster = -1;
        }

        internal void Check(int batch, Vector512<double> positive)
        {
            if (IndefiniteCluster >= 0 || Vector512.EqualsAll(positive.AsInt64(), Vector512<long>.AllBitsSet)) return;
            int lane = 0;
            while (positive.AsInt64()[lane] != 0) lane++;
            IndefiniteCluster = (batch * LaneCholesky.Lanes) + lane;
        }

        public void Dispose() => _memory.Dispose();
    }
}
