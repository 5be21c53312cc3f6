using System.Runtime.Intrinsics;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// With α solved, goes back to the clusters: the best linear unbiased predictors β_i = K_iz̄_i, and from the same block
/// quantities the derivatives of the working likelihood in every element of D.
/// </summary>
/// <remarks>
/// With E_i = (I + A_iD̃)⁻¹: T_i = ZᵀṼ⁻¹Z = E_iA_i, ZᵀṼ⁻¹X = E_iB_iᵀ, γ_i = ZᵀPỹ = E_iz̄_i where z̄_i = Z_iᵀW(ỹ − Xδ).
/// Sums that are wanted of all clusters, over the packed elements l = (a ≥ b) of D with G_l = E_ab + E_ba:
/// Σ T, Σ γγᵀ, Σ C with C = (ZᵀṼ⁻¹X)S⁻¹(XᵀṼ⁻¹Z) and, for the Hessian, Σ γᵀG_lTG_mγ, Σ tr((2C − T)G_lTG_m),
/// h_l = Σ XᵀṼ⁻¹Z G_lγ and N_l = Σ XᵀṼ⁻¹Z G_l ZᵀṼ⁻¹X. Gilmour, Thompson &amp; Cullis (1995) give the average
/// information, Searle, Casella &amp; McCulloch (1992) the rest.
/// </remarks>
internal sealed unsafe class ClusterBackSubstitution : IPartitionedWork
{
    // Beyond this p the p×p×m sums N_l would cost more than the exact Hessian saves; average information serves there.
    private const int MostFixedForExactHessian = 40;

    private readonly WorkerTeam _team;
    private readonly int _p;
    private readonly int _q;
    private readonly int _m;
    private readonly Workspace[] _workspaces;
    private readonly double[] _lambda;
    private readonly double[] _inverseFactor;
    private bool _useInverseFactor;
    private ClusterBlocks _blocks;
    private AlignedBuffer? _beta;
    private AlignedBuffer? _newBeta;
    private double[] _step = [];
    private double[] _inverseSchur = [];
    private bool _restricted;
    private bool _derivatives;

    internal ClusterBackSubstitution(ClusterBlocks blocks, WorkerTeam team)
    {
        _blocks = blocks;
        _team = team;
        _p = blocks.FixedCount;
        _q = blocks.RandomCount;
        _m = LaneCholesky.PackedLength(_q);
        _lambda = new double[_q * _q];
        _inverseFactor = new double[_q * _q];
        HasExactHessian = _p <= MostFixedForExactHessian;
        _workspaces = new Workspace[BatchPartition.Count(blocks.BatchCount)];
        for (int i = 0; i < _workspaces.Length; i++) _workspaces[i] = new Workspace(_p, _q, HasExactHessian);
        Traces = new double[_m];
        Scores = new double[_m];
        FixedTraces = new double[_m];
        Average = new double[_m * _m];
        Expected = new double[_m * _m];
        Mixed = new double[_m * _p];
        FixedCross = new double[HasExactHessian ? _m * _p * _p : 0];
    }

    /// <summary>Whether the N_l are summed, for REML.</summary>
    internal bool HasExactHessian { get; }

    /// <summary>Σ T, packed.</summary>
    internal double[] Traces { get; }

    /// <summary>Σ γγᵀ, packed.</summary>
    internal double[] Scores { get; }

    /// <summary>Σ C, packed; 0 for ML.</summary>
    internal double[] FixedTraces { get; }

    /// <summary>Σ γᵀG_lTG_mγ, m².</summary>
    internal double[] Average { get; }

    /// <summary>Σ tr((2C − T)G_lTG_m), m²; C is 0 for ML.</summary>
    internal double[] Expected { get; }

    /// <summary>h_l, m×p row by row.</summary>
    internal double[] Mixed { get; }

    /// <summary>N_l, m×p² row by row; 0 for ML.</summary>
    internal double[] FixedCross { get; }

    /// <summary>Σ uᵀu at the new β = Λu.</summary>
    internal double SphericalSquares { get; private set; }

    /// <summary>Σ (β − β⁰)ᵀA(β − β⁰).</summary>
    internal double StepSquares { get; private set; }

    /// <summary>Goes back at the Λ of the elimination.</summary>
    /// <param name="blocks">The clusters' statistics.</param>
    /// <param name="beta">β⁰, [batch][q][lane], or null for 0.</param>
    /// <param name="lambda">Λ, q² row by row.</param>
    /// <param name="step">The step in α, p.</param>
    /// <param name="inverseSchur">S⁻¹, p² row by row.</param>
    /// <param name="restricted">REML: sum C and N_l too.</param>
    /// <param name="derivatives">Whether the derivatives in D are wanted.</param>
    /// <param name="newBeta">Overwritten by β, [batch][q][lane]; null where it is not wanted; may be β⁰ itself.</param>
    internal void Run(
        ClusterBlocks blocks, AlignedBuffer? beta, ReadOnlySpan<double> lambda, double[] step, double[] inverseSchur,
        bool restricted, bool derivatives, AlignedBuffer? newBeta)
    {
        lambda.CopyTo(_lambda);
        _useInverseFactor = TryInvertFactor(_lambda, _inverseFactor, _q);
        (_blocks, _beta, _newBeta, _step, _inverseSchur) = (blocks, beta, newBeta, step, inverseSchur);
        (_restricted, _derivatives) = (restricted, derivatives);
        _team.Run(_workspaces.Length, this);

        foreach (double[] target in (ReadOnlySpan<double[]>)[Traces, Scores, FixedTraces, Average, Expected, Mixed, FixedCross])
            Array.Clear(target);
        (SphericalSquares, StepSquares) = (0, 0);
        foreach (Workspace work in _workspaces)
        {
            SphericalSquares += Vector512.Sum(work.SphericalSquares);
            StepSquares += Vector512.Sum(work.StepSquares);
            if (!derivatives) continue;
            AddLanes(work.Traces, Traces);
            AddLanes(work.Scores, Scores);
            AddLanes(work.FixedTraces, FixedTraces);
            AddLanes(work.Mixed, Mixed);
            for (int l = 0; l < _m; l++)
            {
                for (int m = 0; m <= l; m++)
                {
                    int at = LaneCholesky.PackedIndex(l, m);
                    Average[(l * _m) + m] += Vector512.Sum(work.Average[at]);
                    Expected[(l * _m) + m] += Vector512.Sum(work.Expected[at]);
                    Average[(m * _m) + l] = Average[(l * _m) + m];
                    Expected[(m * _m) + l] = Expected[(l * _m) + m];
                }
            }

            if (!restricted || !HasExactHessian) continue;
            int packed = LaneCholesky.PackedLength(_p);
            for (int l = 0; l < _m; l++)
            {
                for (int j = 0; j < _p; j++)
                {
                    for (int i = 0; i <= j; i++)
                    {
                        double sum = Vector512.Sum(work.FixedCross[(l * packed) + LaneCholesky.PackedIndex(j, i)]);
                        FixedCross[(((l * _p) + j) * _p) + i] += sum;
                        if (i != j) FixedCross[(((l * _p) + i) * _p) + j] += sum;
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    void IPartitionedWork.Execute(int partition)
    {
        Workspace work = _workspaces[partition];
        work.Clear();
        int end = BatchPartition.Start(partition + 1, _blocks.BatchCount);
        for (int batch = BatchPartition.Start(partition, _blocks.BatchCount); batch < end; batch++) GoBack(batch, work);
    }

    // Λ⁻¹ where Λ is well conditioned row by row; a singular or nearly singular D keeps the other formula.
    private static bool TryInvertFactor(ReadOnlySpan<double> lambda, Span<double> inverse, int q)
    {
        inverse.Clear();
        for (int r = 0; r < q; r++)
        {
            double norm = 0;
            for (int c = 0; c <= r; c++) norm += lambda[(r * q) + c] * lambda[(r * q) + c];
            double diagonal = lambda[(r * q) + r];
            if (!(diagonal * diagonal > 1e-6 * norm)) return false;
            for (int c = 0; c <= r; c++)
            {
                double sum = r == c ? 1 : 0;
                for (int e = c; e < r; e++) sum -= lambda[(r * q) + e] * inverse[(e * q) + c];
                inverse[(r * q) + c] = sum / diagonal;
            }
        }

        return true;
    }

    private static void AddLanes(Vector512<double>[] lanes, double[] target)
    {
        for (int i = 0; i < target.Length; i++) target[i] += Vector512.Sum(lanes[i]);
    }

    private void GoBack(int batch, Workspace work)
    {
        int p = _p, q = _q, packed = _m;
        ReadOnlySpan<Vector512<double>> block = _blocks.Batch(batch);
        ReadOnlySpan<Vector512<double>> a = block[..packed], z = block.Slice(packed, q), b = block[(packed + q)..];
        SphericalForm.Assemble(a, _lambda, q, work.Product, work.Factor);
        LaneCholesky.Factor(work.Factor, q);

        // z̄ = z + Aβ⁰ − Bᵀδ.
        Span<Vector512<double>> score = work.Score;
        ReadOnlySpan<Vector512<double>> beta = _beta is null
            ? default
            : new ReadOnlySpan<Vector512<double>>(_beta.Pointer + ((long)batch * q * LaneCholesky.Lanes), q);
        if (_beta is null) score.Clear();
        else SphericalForm.MultiplySymmetric(a, q, beta, score);
        for (int l = 0; l < q; l++) score[l] += z[l];
        for (int j = 0; j < p; j++)
        {
            Vector512<double> step = Vector512.Create(_step[j]);
            for (int l = 0; l < q; l++) score[l] -= b[(j * q) + l] * step;
        }

        Predict(batch, a, beta, score, work);
        if (_derivatives) Differentiate(a, b, score, work);
    }

    // u = M⁻¹Λᵀz̄ and β = Λu.
    private void Predict(
        int batch, ReadOnlySpan<Vector512<double>> a, ReadOnlySpan<Vector512<double>> beta,
        ReadOnlySpan<Vector512<double>> score, Workspace work)
    {
        int q = _q;
        Span<Vector512<double>> u = work.Spherical, change = work.Change;
        SphericalForm.MultiplyTransposed(_lambda, q, score, u);
        LaneCholesky.SolveLower(work.Factor, q, u);
        LaneCholesky.SolveLowerTransposed(work.Factor, q, u);
        for (int l = 0; l < q; l++)
        {
            work.SphericalSquares += u[l] * u[l];
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = 0; e <= l; e++)
                sum = Vector512.FusedMultiplyAdd(Vector512.Create(_lambda[(l * q) + e]), u[e], sum);
            work.Modes[l] = sum;
            change[l] = beta.IsEmpty ? sum : sum - beta[l];
        }

        Span<Vector512<double>> weighted = work.Weighted;
        SphericalForm.MultiplySymmetric(a, q, change, weighted);
        for (int l = 0; l < q; l++) work.StepSquares += change[l] * weighted[l];
        if (_newBeta is not null)
            work.Modes.CopyTo(new Span<Vector512<double>>(_newBeta.Pointer + ((long)batch * q * LaneCholesky.Lanes), q));
    }

    private void Differentiate(
        ReadOnlySpan<Vector512<double>> a, ReadOnlySpan<Vector512<double>> b, ReadOnlySpan<Vector512<double>> score,
        Workspace work)
    {
        int p = _p, q = _q;
        LaneCholesky.Invert(work.Factor, q, work.Inverse);
        SphericalForm.Sandwich(_lambda, q, work.Inverse, work.Product, work.Posterior);
        ReadOnlySpan<double> inverseFactor = _useInverseFactor ? _inverseFactor : [];
        SphericalForm.Shrinkage(
            a, work.Posterior, work.Inverse, _lambda, inverseFactor, q, work.Product, work.Shrink);
        Span<Vector512<double>> shrink = work.Shrink, t = work.Information, gamma = work.Gamma, x = work.Columns;

        // γ = Ez̄, T = EA, and column j of ZᵀṼ⁻¹X = E(B row j).
        Multiply(shrink, score, gamma);
        for (int r = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                Vector512<double> sum = Vector512<double>.Zero;
                for (int e = 0; e < q; e++)
                    sum = Vector512.FusedMultiplyAdd(shrink[(r * q) + e], SphericalForm.Element(a, e, c), sum);
                t[LaneCholesky.PackedIndex(r, c)] = sum;
            }
        }

        for (int j = 0; j < p; j++) Multiply(shrink, b.Slice(j * q, q), x.Slice(j * q, q));
        Span<Vector512<double>> c0 = work.FixedPart;
        if (_restricted) QuadraticForm(x, c0, work);

        for (int r = 0, l = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++, l++)
            {
                work.Outer[l] = gamma[r] * gamma[c];
                work.Traces[l] += t[l];
                work.Scores[l] += work.Outer[l];
                if (_restricted) work.FixedTraces[l] += c0[l];
                work.Curved[l] = (_restricted ? c0[l] + c0[l] : Vector512<double>.Zero) - t[l];
                AccumulateFixed(r, c, l, x, gamma, work);
            }
        }

        for (int l = 0, at = 0; l < _m; l++)
        {
            for (int m = 0; m <= l; m++, at++)
            {
                work.Average[at] += Bilinear(work.Outer, t, work.Rows[l], work.Cols[l], work.Rows[m], work.Cols[m]);
                work.Expected[at] += Bilinear(work.Curved, t, work.Rows[l], work.Cols[l], work.Rows[m], work.Cols[m]);
            }
        }
    }

    // tr(P G_ab T G_cd) for symmetric P and T, G_ab = E_ab + E_ba (E_aa when a = b).
    private static Vector512<double> Bilinear(
        ReadOnlySpan<Vector512<double>> p, ReadOnlySpan<Vector512<double>> t, int a, int b, int c, int d)
    {
        Vector512<double> sum = SphericalForm.Element(p, d, a) * SphericalForm.Element(t, b, c);
        if (a != b) sum += SphericalForm.Element(p, d, b) * SphericalForm.Element(t, a, c);
        if (c != d) sum += SphericalForm.Element(p, c, a) * SphericalForm.Element(t, b, d);
        if (a != b && c != d) sum += SphericalForm.Element(p, c, b) * SphericalForm.Element(t, a, d);
        return sum;
    }

    private void Multiply(
        ReadOnlySpan<Vector512<double>> matrix, ReadOnlySpan<Vector512<double>> v, Span<Vector512<double>> result)
    {
        for (int r = 0; r < _q; r++)
        {
            Vector512<double> sum = Vector512<double>.Zero;
            for (int e = 0; e < _q; e++) sum = Vector512.FusedMultiplyAdd(matrix[(r * _q) + e], v[e], sum);
            result[r] = sum;
        }
    }

    // C = (ZᵀṼ⁻¹X) S⁻¹ (XᵀṼ⁻¹Z), packed.
    private void QuadraticForm(ReadOnlySpan<Vector512<double>> x, Span<Vector512<double>> c, Workspace work)
    {
        int p = _p, q = _q;
        c.Clear();
        Span<Vector512<double>> weighted = work.Weighted;
        for (int j = 0; j < p; j++)
        {
            weighted.Clear();
            for (int i = 0; i < p; i++)
            {
                Vector512<double> s = Vector512.Create(_inverseSchur[(j * p) + i]);
                for (int l = 0; l < q; l++) weighted[l] = Vector512.FusedMultiplyAdd(s, x[(i * q) + l], weighted[l]);
            }

            for (int r = 0, at = 0; r < q; r++)
            {
                for (int e = 0; e <= r; e++, at++)
                    c[at] = Vector512.FusedMultiplyAdd(x[(j * q) + r], weighted[e], c[at]);
            }
        }
    }

    // h_l += XᵀṼ⁻¹Z G_l γ and N_l += XᵀṼ⁻¹Z G_l ZᵀṼ⁻¹X for l = (r, c).
    private void AccumulateFixed(
        int r, int c, int l, ReadOnlySpan<Vector512<double>> x, ReadOnlySpan<Vector512<double>> gamma, Workspace work)
    {
        int p = _p, q = _q;
        Span<Vector512<double>> mixed = work.Mixed.AsSpan(l * p, p);
        for (int j = 0; j < p; j++)
        {
            mixed[j] += x[(j * q) + r] * gamma[c];
            if (r != c) mixed[j] += x[(j * q) + c] * gamma[r];
        }

        if (!_restricted || !HasExactHessian) return;
        int packed = LaneCholesky.PackedLength(p);
        Span<Vector512<double>> cross = work.FixedCross.AsSpan(l * packed, packed);
        for (int j = 0, at = 0; j < p; j++)
        {
            Vector512<double> jr = x[(j * q) + r], jc = x[(j * q) + c];
            for (int i = 0; i <= j; i++, at++)
            {
                cross[at] = Vector512.FusedMultiplyAdd(jr, x[(i * q) + c], cross[at]);
                if (r != c) cross[at] = Vector512.FusedMultiplyAdd(jc, x[(i * q) + r], cross[at]);
            }
        }
    }

    private sealed class Workspace
    {
        internal Workspace(int p, int q, bool exactHessian)
        {
            int m = LaneCholesky.PackedLength(q), square = q * q;
            Product = new Vector512<double>[square];
            Shrink = new Vector512<double>[square];
            Factor = new Vector512<double>[m];
            Inverse = new Vector512<double>[m];
            Posterior = new Vector512<double>[m];
            Information = new Vector512<double>[m];
            FixedPart = new Vector512<double>[m];
            Outer = new Vector512<double>[m];
            Curved = new Vector512<double>[m];
            Score = new Vector512<double>[q];
            Spherical = new Vector512<double>[q];
            Modes = new Vector512<double>[q];
            Change = new Vector512<double>[q];
            Weighted = new Vector512<double>[q];
            Gamma = new Vector512<double>[q];
            Columns = new Vector512<double>[p * q];
            Traces = new Vector512<double>[m];
            Scores = new Vector512<double>[m];
            FixedTraces = new Vector512<double>[m];
            Average = new Vector512<double>[LaneCholesky.PackedLength(m)];
            Expected = new Vector512<double>[LaneCholesky.PackedLength(m)];
            Mixed = new Vector512<double>[m * p];
            FixedCross = new Vector512<double>[exactHessian ? m * LaneCholesky.PackedLength(p) : 0];
            Rows = new int[m];
            Cols = new int[m];
            for (int r = 0, l = 0; r < q; r++)
            {
                for (int c = 0; c <= r; c++, l++) (Rows[l], Cols[l]) = (r, c);
            }
        }

        internal Vector512<double>[] Product { get; }

        internal Vector512<double>[] Shrink { get; }

        internal Vector512<double>[] Factor { get; }

        internal Vector512<double>[] Inverse { get; }

        internal Vector512<double>[] Posterior { get; }

        internal Vector512<double>[] Information { get; }

        internal Vector512<double>[] FixedPart { get; }

        internal Vector512<double>[] Outer { get; }

        internal Vector512<double>[] Curved { get; }

        internal Vector512<double>[] Score { get; }

        internal Vector512<double>[] Spherical { get; }

        internal Vector512<double>[] Modes { get; }

        internal Vector512<double>[] Change { get; }

        internal Vector512<double>[] Weighted { get; }

        internal Vector512<double>[] Gamma { get; }

        internal Vector512<double>[] Columns { get; }

        internal Vector512<double>[] Traces { get; }

        internal Vector512<double>[] Scores { get; }

        internal Vector512<double>[] FixedTraces { get; }

        internal Vector512<double>[] Average { get; }

        internal Vector512<double>[] Expected { get; }

        internal Vector512<double>[] Mixed { get; }

        internal Vector512<double>[] FixedCross { get; }

        internal int[] Rows { get; }

        internal int[] Cols { get; }

        internal Vector512<double> SphericalSquares { get; set; }

        internal Vector512<double> StepSquares { get; set; }

        internal void Clear()
        {
            Array.Clear(Traces);
            Array.Clear(Scores);
            Array.Clear(FixedTraces);
            Array.Clear(Average);
            Array.Clear(Expected);
            Array.Clear(Mixed);
            Array.Clear(FixedCross);
            SphericalSquares = StepSquares = Vector512<double>.Zero;
        }
    }
}
