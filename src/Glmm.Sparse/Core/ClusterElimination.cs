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
/// <para>ỹ = r + Zβ⁰ is the working response less o + Xα⁰ at the point of expansion (α⁰, β⁰), so the solution of the
/// system is the step in α. Where Λ⁻¹ is given, the clusters are solved for the step in u from u⁰ = Λ⁻¹β⁰ rather than
/// for u: then nothing cancels, however large AD̃. These are Henderson's mixed-model equations, clusters first (Searle,
/// Casella &amp; McCulloch 1992, §7.6).</para>
/// <para>The response is eliminated as one more column of X: with the rows L⁻¹ΛᵀB_jᵀ of all columns and L⁻¹ΛᵀZᵀWỹ
/// below them, one matrix of inner products is all that leaves S, its right-hand side and ỹᵀWỹ.</para>
/// </remarks>
internal sealed unsafe class ClusterElimination : ClusterSweep<ClusterElimination.Part>
{
    private AlignedBuffer? _beta;
    private bool _stepwise;

    internal ClusterElimination(ClusterBlocks blocks, WorkerTeam team)
        : base(blocks, team, Part.SumsLength(blocks.FixedCount))
    {
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(P, Q, GroupSize);
        Schur = new double[P * P];
        Right = new double[P];
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool Run(
        PassStatistics statistics, AlignedBuffer? beta, ReadOnlySpan<double> lambda, ReadOnlySpan<double> inverseLambda)
    {
        _stepwise = !inverseLambda.IsEmpty && beta is not null;
        _beta = beta;
        foreach (Part part in Parts) part.Clear();
        Sweep(lambda, inverseLambda);

        statistics.Cross.CopyTo(Schur, 0);
        statistics.Gradient.CopyTo(Right, 0);
        (LogDeterminant, Squares, IndefiniteCluster) = (0, statistics.WeightedSquares, -1);
        foreach (Part part in Parts)
        {
            LogDeterminant += 2 * Vector512.Sum(part.LogDiagonal.Value());
            if (IndefiniteCluster < 0) IndefiniteCluster = part.IndefiniteCluster;
        }

        Part total = Parts[0];
        int response = LaneCholesky.PackedIndex(P, 0);
        Squares += total.Squares.Total(0) - total.Cross.Total(response + P);
        for (int j = 0, at = 0; j < P; j++)
        {
            Right[j] += total.Right.Total(j) - total.Cross.Total(response + j);
            for (int i = 0; i <= j; i++, at++)
            {
                double left = Schur[(j * P) + i] - total.Cross.Total(at);
                Schur[(j * P) + i] = left;
                Schur[(i * P) + j] = left;
            }
        }

        return IndefiniteCluster < 0;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Visit(int first, int count, Part part)
    {
        // Row j of the group: L⁻¹ΛᵀB_jᵀ, element by element, the batches of the group side by side.
        int depth = Q * count;
        Vector512<double>* rows = part.Rows.Start, half = part.Half.Start;
        int step = Blocks.PackedLength + Q;
        Vector512<double>* factor = part.Factors.Start;
        for (int at = 0; at < count; at++)
            part.Check(first + at, Factor(first + at, factor + (at * step), part.Score.Start));
        for (int at = 0; at < count; at++, factor += step)
        {
            Vector512<double>* a = Cross(first + at), z = a + Blocks.PackedLength, b = z + Q;
            Eliminate(first + at, part, factor, a, z, b, rows + ((long)P * depth) + at, count);
            LaneRows.Multiply(b, P, half, Q, Q, rows + at, depth, count);
        }

        LaneRows.AddGram(rows, P + 1, depth, part.Cross.Start);
    }

    // Leaves L⁻¹Λᵀ, and in every step-th vector of response L⁻¹ΛᵀZᵀWỹ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Eliminate(
        int batch, Part part, Vector512<double>* factor, Vector512<double>* a, Vector512<double>* z,
        Vector512<double>* b, Vector512<double>* response, int step)
    {
        int q = Q;
        double* lambda = Lambda;
        Vector512<double>* reciprocals = factor + Blocks.PackedLength;
        Vector512<double>* score = part.Score.Start, y = part.Response.Start;
        LaneCholesky.AddLogDiagonal(factor, q, ref part.LogDiagonal);
        LaneCholesky.SolveLowerShared(factor, reciprocals, q, TransposedLambda, part.Half.Start, q, 1);

        Vector512<double> squares = *part.Squares.Start;
        if (_beta is null)
        {
            LaneProducts.FactorTransposedTimes(lambda, q, z, y);
        }
        else if (_stepwise)
        {
            // Λᵀz − u⁰, the gradient in u at u⁰; ỹᵀṼ⁻¹ỹ is what a step in u leaves of rᵀWr + u⁰ᵀu⁰.
            LaneProducts.FactorTimes(InverseLambda, q, Modes(_beta, batch), score);
            LaneProducts.FactorTransposedTimes(lambda, q, z, y);
            for (int l = 0; l < q; l++)
            {
                squares = Vector512.FusedMultiplyAdd(score[l], score[l], squares);
                y[l] -= score[l];
            }
        }
        else
        {
            // ΛᵀZᵀWỹ with ZᵀWỹ = z + Aβ⁰; ỹᵀWỹ = rᵀWr + β⁰ᵀ(z + ZᵀWỹ).
            Vector512<double>* beta = Modes(_beta, batch);
            LaneProducts.SymmetricTimes(a, q, beta, score);
            for (int l = 0; l < q; l++)
            {
                score[l] += z[l];
                squares = Vector512.FusedMultiplyAdd(beta[l], z[l] + score[l], squares);
            }

            LaneProducts.FactorTransposedTimes(lambda, q, score, y);
            AddExpansion(b, beta, part.Right.Start);
        }

        *part.Squares.Start = squares;
        LaneCholesky.SolveLower(factor, reciprocals, q, y);
        for (int l = 0; l < q; l++) response[l * step] = y[l];
    }

    // XᵀWỹ = XᵀWr + Bβ⁰.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddExpansion(Vector512<double>* b, Vector512<double>* beta, Vector512<double>* right)
    {
        int q = Q;
        for (int j = 0; j < P; j++, b += q)
        {
            Vector512<double> sum = right[j];
            for (int l = 0; l < q; l++) sum = Vector512.FusedMultiplyAdd(b[l], beta[l], sum);
            right[j] = sum;
        }
    }

    /// <summary>What one partition needs and sums up.</summary>
    internal sealed class Part : IClusterPart
    {
        private readonly LaneMemory _memory;
        private LaneLogSum _logDiagonal;

        internal Part(int p, int q, int group)
        {
            int packed = LaneCholesky.PackedLength(q), cross = LaneCholesky.PackedLength(p + 1);
            long rows = (p + 1L) * q * group;
            _memory = new LaneMemory(((packed + q) * (long)group) + (2L * q) + (q * q) + rows + SumsLength(p));
            Factors = _memory.Take((packed + q) * group);
            Score = _memory.Take(q);
            Response = _memory.Take(q);
            Half = _memory.Take(q * q);
            Rows = _memory.Take((p + 1) * q * group);
            Sums = _memory.Take(SumsLength(p));
            Cross = Sums.Slice(0, cross);
            Right = Sums.Slice(cross, p);
            Squares = Sums.Slice(cross + p, 1);
        }

        public LaneSpan Sums { get; }

        internal static int SumsLength(int p) => LaneCholesky.PackedLength(p + 1) + p + 1;

        internal LaneSpan Factors { get; }

        internal LaneSpan Score { get; }

        internal LaneSpan Response { get; }

        internal LaneSpan Half { get; }

        internal LaneSpan Rows { get; }

        internal LaneSpan Cross { get; }

        internal LaneSpan Right { get; }

        internal LaneSpan Squares { get; }

        internal ref LaneLogSum LogDiagonal => ref _logDiagonal;

        internal int IndefiniteCluster { get; private set; }

        internal void Clear()
        {
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
