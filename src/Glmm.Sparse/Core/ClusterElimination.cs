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
    private readonly int _p;
    private readonly int _q;
    private readonly double[] _lambda;
    private readonly double[] _transposedLambda;
    private readonly double[] _inverseLambda;
    private AlignedBuffer? _beta;
    private bool _stepwise;

    internal ClusterElimination(ClusterBlocks blocks, WorkerTeam team)
        : base(blocks, team)
    {
        _p = blocks.FixedCount;
        _q = blocks.RandomCount;
        _lambda = new double[_q * _q];
        _transposedLambda = new double[_q * _q];
        _inverseLambda = new double[_q * _q];
        for (int i = 0; i < Parts.Length; i++) Parts[i] = new Part(_p, _q, GroupSize);
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
        for (int r = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++) _transposedLambda[(c * _q) + r] = lambda[(r * _q) + c];
        }

        inverseLambda.CopyTo(_inverseLambda);
        _stepwise = !inverseLambda.IsEmpty && beta is not null;
        _beta = beta;
        Sweep();

        statistics.Cross.CopyTo(Schur, 0);
        statistics.Gradient.CopyTo(Right, 0);
        (LogDeterminant, Squares, IndefiniteCluster) = (0, statistics.WeightedSquares, -1);
        foreach (Part part in Parts)
        {
            LogDeterminant += 2 * Vector512.Sum(part.LogDiagonal.Value());
            if (IndefiniteCluster < 0) IndefiniteCluster = part.IndefiniteCluster;
        }

        Part total = Parts[0];
        int response = LaneCholesky.PackedIndex(_p, 0);
        Squares += total.Squares.Total(0) - total.Cross.Total(response + _p);
        for (int j = 0, at = 0; j < _p; j++)
        {
            Right[j] += total.Right.Total(j) - total.Cross.Total(response + j);
            for (int i = 0; i <= j; i++, at++)
            {
                double left = Schur[(j * _p) + i] - total.Cross.Total(at);
                Schur[(j * _p) + i] = left;
                Schur[(i * _p) + j] = left;
            }
        }

        return IndefiniteCluster < 0;
    }

    /// <inheritdoc/>
    protected override void Visit(int first, int count, Part part)
    {
        // Row j of the group: L⁻¹ΛᵀB_jᵀ, element by element, the batches of the group side by side.
        int depth = _q * count;
        Vector512<double>* rows = part.Rows.Start, half = part.Half.Start;
        for (int at = 0; at < count; at++)
        {
            Eliminate(first + at, part, rows + ((long)_p * depth) + at, count);
            LaneRows.Multiply(Mixed(first + at), _p, half, _q, _q, rows + at, depth, count);
        }

        LaneRows.AddGram(rows, _p + 1, depth, 0, part.Cross.Start);
    }

    // Leaves L⁻¹Λᵀ, and in every step-th vector of response L⁻¹ΛᵀZᵀWỹ.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Eliminate(int batch, Part part, Vector512<double>* response, int step)
    {
        int q = _q;
        ReadOnlySpan<Vector512<double>> a = Blocks.Cross(batch), z = Blocks.Score(batch);
        Span<Vector512<double>> factor = part.Factor.Span, reciprocals = part.Reciprocals.Span;
        Span<Vector512<double>> score = part.Score.Span, y = part.Response.Span;
        LaneSphericalForm.Assemble(a, _lambda, q, score, factor);
        part.Check(batch, LaneCholesky.Factor(factor, q, reciprocals));
        LaneCholesky.AddLogDiagonal(factor, q, ref part.LogDiagonal);
        LaneCholesky.SolveLowerShared(factor, reciprocals, q, _transposedLambda, part.Half.Span, q, 1);

        Vector512<double> squares = *part.Squares.Start;
        if (_stepwise)
        {
            // Λᵀz − u⁰, the gradient in u at u⁰; ỹᵀṼ⁻¹ỹ is what a step in u leaves of rᵀWr + u⁰ᵀu⁰.
            LaneProducts.FactorTimes(_inverseLambda, q, ModeBuffer.Batch(_beta!, batch, q), score);
            LaneProducts.FactorTransposedTimes(_lambda, q, z, y);
            for (int l = 0; l < q; l++)
            {
                squares += score[l] * score[l];
                y[l] -= score[l];
            }
        }
        else if (_beta is null)
        {
            LaneProducts.FactorTransposedTimes(_lambda, q, z, y);
        }
        else
        {
            // ΛᵀZᵀWỹ with ZᵀWỹ = z + Aβ⁰; ỹᵀWỹ = rᵀWr + β⁰ᵀ(z + ZᵀWỹ).
            ReadOnlySpan<Vector512<double>> beta = ModeBuffer.Batch(_beta, batch, q);
            LaneProducts.SymmetricTimes(a, q, beta, score);
            for (int l = 0; l < q; l++)
            {
                score[l] += z[l];
                squares += beta[l] * (z[l] + score[l]);
            }

            LaneProducts.FactorTransposedTimes(_lambda, q, score, y);
            AddExpansion(Mixed(batch), beta, part.Right.Start);
        }

        *part.Squares.Start = squares;
        LaneCholesky.SolveLower(factor, reciprocals, q, y);
        for (int l = 0; l < q; l++) response[l * step] = y[l];
    }

    // XᵀWỹ = XᵀWr + Bβ⁰.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddExpansion(Vector512<double>* b, ReadOnlySpan<Vector512<double>> beta, Vector512<double>* right)
    {
        for (int j = 0; j < _p; j++, b += beta.Length)
        {
            Vector512<double> sum = right[j];
            for (int l = 0; l < beta.Length; l++) sum = Vector512.FusedMultiplyAdd(b[l], beta[l], sum);
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
            _memory = new LaneMemory(packed + (3L * q) + (q * q) + ((p + 1L) * q * group) + cross + p + 1);
            Factor = _memory.Take(packed);
            Reciprocals = _memory.Take(q);
            Score = _memory.Take(q);
            Response = _memory.Take(q);
            Half = _memory.Take(q * q);
            Rows = _memory.Take((p + 1) * q * group);
            Sums = _memory.Take(cross + p + 1);
            Cross = Sums.Slice(0, cross);
            Right = Sums.Slice(cross, p);
            Squares = Sums.Slice(cross + p, 1);
        }

        public LaneSpan Sums { get; }

        internal LaneSpan Factor { get; }

        internal LaneSpan Reciprocals { get; }

        internal LaneSpan Score { get; }

        internal LaneSpan Response { get; }

        internal LaneSpan Half { get; }

        internal LaneSpan Rows { get; }

        internal LaneSpan Cross { get; }

        internal LaneSpan Right { get; }

        internal LaneSpan Squares { get; }

        internal ref LaneLogSum LogDiagonal => ref _logDiagonal;

        internal int IndefiniteCluster { get; private set; }

        public void Clear()
        {
            Sums.Span.Clear();
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
