using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// Eliminates the clusters from the working linear mixed model: with M_i = I + ΛᵀA_iΛ = L_iL_iᵀ, leaves the p×p system
/// S = XᵀWX − Σ B_iΛM_i⁻¹ΛᵀB_iᵀ = XᵀṼ⁻¹X and its right-hand side, Σ log|M_i| and ỹᵀṼ⁻¹ỹ.
/// </summary>
/// <remarks>
/// ỹ = r + Zβ⁰ is the working response less Xα⁰ at the point of expansion (α⁰, β⁰), so the solution of the system is
/// the step in α. MATH: Henderson's equations, clusters first (Searle, Casella &amp; McCulloch 1992, §7.6).
/// </remarks>
internal sealed unsafe class ClusterElimination : IPartitionedWork
{
    private readonly WorkerTeam _team;
    private readonly int _p;
    private readonly int _q;
    private readonly Workspace[] _workspaces;
    private readonly double[] _lambda;
    private ClusterBlocks _blocks;
    private AlignedBuffer? _beta;

    internal ClusterElimination(ClusterBlocks blocks, WorkerTeam team)
    {
        _blocks = blocks;
        _team = team;
        _p = blocks.FixedCount;
        _q = blocks.RandomCount;
        _lambda = new double[_q * _q];
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
    /// <param name="statistics">Global statistics of the pass.</param>
    /// <param name="blocks">The clusters' statistics.</param>
    /// <param name="beta">β⁰, [batch][q][lane], or null for 0.</param>
    /// <param name="lambda">Λ, q² row by row; D̃ = ΛΛᵀ = D/φ.</param>
    /// <returns>Whether every block was positive definite.</returns>
    internal bool Run(PassStatistics statistics, ClusterBlocks blocks, AlignedBuffer? beta, ReadOnlySpan<double> lambda)
    {
        lambda.CopyTo(_lambda);
        (_blocks, _beta) = (blocks, beta);
        _team.Run(_workspaces.Length, this);

        statistics.Cross.CopyTo(Schur, 0);
        statistics.Gradient.CopyTo(Right, 0);
        (LogDeterminant, Squares, IndefiniteCluster) = (0, statistics.WeightedSquares, -1);
        foreach (Workspace work in _workspaces)
        {
            LogDeterminant += Vector512.Sum(work.LogDeterminant);
            Squares += Vector512.Sum(work.Squares);
            if (IndefiniteCluster < 0) IndefiniteCluster = work.IndefiniteCluster;
            for (int j = 0; j < _p; j++)
            {
                Right[j] += Vector512.Sum(work.Right[j]);
                for (int i = 0; i <= j; i++) Schur[(j * _p) + i] -= Vector512.Sum(work.Cross[LaneCholesky.PackedIndex(j, i)]);
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
        for (int batch = BatchPartition.Start(partition, _blocks.BatchCount); batch < end; batch++) Eliminate(batch, work);
    }

    private void Eliminate(int batch, Workspace work)
    {
        int p = _p, q = _q, packed = _blocks.PackedLength;
        ReadOnlySpan<Vector512<double>> block = _blocks.Batch(batch);
        ReadOnlySpan<Vector512<double>> a = block[..packed], z = block.Slice(packed, q), b = block[(packed + q)..];
        Span<Vector512<double>> factor = work.Factor, y = work.Response, columns = work.Columns;

        SphericalForm.Assemble(a, _lambda, q, work.Product, factor);
        Vector512<double> positive = LaneCholesky.Factor(factor, q);
        if (work.IndefiniteCluster < 0 && !Vector512.EqualsAll(positive.AsInt64(), Vector512<long>.AllBitsSet))
        {
            for (int lane = 0; lane < LaneCholesky.Lanes && work.IndefiniteCluster < 0; lane++)
            {
                if (positive.AsInt64()[lane] == 0) work.IndefiniteCluster = (batch * LaneCholesky.Lanes) + lane;
            }
        }

        work.LogDeterminant += LaneCholesky.LogDeterminant(factor, q);

        // Zᵀ W ỹ = z + Aβ⁰ and ỹᵀWỹ = rᵀWr + β⁰ᵀ(z + Zᵀ W ỹ).
        ReadOnlySpan<Vector512<double>> beta = default;
        if (_beta is null)
        {
            z.CopyTo(work.Score);
        }
        else
        {
            beta = new ReadOnlySpan<Vector512<double>>(_beta.Pointer + ((long)batch * q * LaneCholesky.Lanes), q);
            SphericalForm.MultiplySymmetric(a, q, beta, work.Score);
            for (int l = 0; l < q; l++)
            {
                work.Score[l] += z[l];
                work.Squares += beta[l] * (z[l] + work.Score[l]);
            }
        }

        SphericalForm.MultiplyTransposed(_lambda, q, work.Score, y);
        LaneCholesky.SolveLower(factor, q, y);
        for (int l = 0; l < q; l++) work.Squares -= y[l] * y[l];

        for (int j = 0; j < p; j++)
        {
            ReadOnlySpan<Vector512<double>> bj = b.Slice(j * q, q);
            Span<Vector512<double>> column = columns.Slice(j * q, q);
            SphericalForm.MultiplyTransposed(_lambda, q, bj, column);
            LaneCholesky.SolveLower(factor, q, column);
            Vector512<double> right = work.Right[j];
            for (int l = 0; l < q; l++) right -= column[l] * y[l];
            for (int l = 0; l < beta.Length; l++) right = Vector512.FusedMultiplyAdd(bj[l], beta[l], right);
            work.Right[j] = right;
            Span<Vector512<double>> cross = work.Cross.AsSpan(LaneCholesky.PackedIndex(j, 0), j + 1);
            for (int i = 0; i <= j; i++)
            {
                ReadOnlySpan<Vector512<double>> other = columns.Slice(i * q, q);
                Vector512<double> sum = cross[i];
                for (int l = 0; l < q; l++) sum = Vector512.FusedMultiplyAdd(column[l], other[l], sum);
                cross[i] = sum;
            }
        }
    }

    private sealed class Workspace(int p, int q)
    {
        internal Vector512<double>[] Product { get; } = new Vector512<double>[q * q];

        internal Vector512<double>[] Factor { get; } = new Vector512<double>[LaneCholesky.PackedLength(q)];

        internal Vector512<double>[] Score { get; } = new Vector512<double>[q];

        internal Vector512<double>[] Response { get; } = new Vector512<double>[q];

        internal Vector512<double>[] Columns { get; } = new Vector512<double>[p * q];

        internal Vector512<double>[] Cross { get; } = new Vector512<double>[LaneCholesky.PackedLength(p)];

        internal Vector512<double>[] Right { get; } = new Vector512<double>[p];

        internal Vector512<double> LogDeterminant { get; set; }

        internal Vector512<double> Squares { get; set; }

        internal int IndefiniteCluster { get; set; }

        internal void Clear()
        {
            Array.Clear(Cross);
            Array.Clear(Right);
            LogDeterminant = Squares = Vector512<double>.Zero;
            IndefiniteCluster = -1;
        }
    }
}
