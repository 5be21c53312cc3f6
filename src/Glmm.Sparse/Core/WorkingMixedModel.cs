using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Core;

/// <summary>
/// The working linear mixed model of one linearisation, ỹ ~ N(Xδ, φṼ) with Ṽ = W⁻¹ + ZD̃Zᵀ and D = φD̃: its criterion
/// f = −2ℓ up to a constant, by ML or REML, and the criterion's derivatives in D̃. φ is profiled out when it is
/// estimated (divisor N = n for ML, n − p for REML), else held.
/// </summary>
/// <remarks>
/// f(D̃) = log|Ṽ| + log|W| [+ log|S| for REML] + N log Q (φ estimated) or Q/φ (φ held), with S = XᵀṼ⁻¹X and Q = ỹᵀPỹ.
/// After the one data pass that made the statistics no row is touched: an evaluation costs O(k q (q + p)²), the
/// derivatives O(k q² (q + p)²). Not thread-safe.
/// </remarks>
internal sealed class WorkingMixedModel : IDisposable
{
    private readonly int _p;
    private readonly int _q;
    private readonly int _m;
    private readonly bool _restricted;
    private readonly ClusterElimination _elimination;
    private readonly ClusterBackSubstitution _back;
    private readonly double[] _factor;
    private readonly double[] _step;
    private readonly double[] _whitening;
    private readonly double[] _inverseSchur;
    private readonly double[] _lambda;
    private readonly PassStatistics _statistics;
    private readonly ClusterBlocks _blocks;
    private readonly double[] _units;
    private readonly double[] _inverseLambda;
    private bool _stepwise;
    private bool _inverseIsStale;
    private AlignedBuffer? _beta;

    /// <param name="observations">n, rows counted as often as they count.</param>
    /// <param name="restricted">REML rather than ML.</param>
    /// <param name="heldDispersion">φ where it is held, NaN where it is estimated.</param>
    /// <param name="statistics">Global statistics, filled anew by each pass.</param>
    /// <param name="blocks">Clusters' statistics, filled anew by each pass.</param>
    /// <param name="team">Threads.</param>
    internal WorkingMixedModel(
        double observations, bool restricted, double heldDispersion, PassStatistics statistics, ClusterBlocks blocks,
        WorkerTeam team)
    {
        _p = blocks.FixedCount;
        _q = blocks.RandomCount;
        _m = LaneCholesky.PackedLength(_q);
        _restricted = restricted;
        HeldDispersion = heldDispersion;
        DegreesOfFreedom = restricted ? observations - _p : observations;
        _statistics = statistics;
        _blocks = blocks;
        _units = new double[_q];
        _inverseLambda = new double[_q * _q];
        _elimination = new ClusterElimination(blocks, team);
        _back = new ClusterBackSubstitution(blocks, team, restricted);
        _factor = new double[_p * _p];
        _whitening = new double[_p * _p];
        _inverseSchur = new double[_p * _p];
        _step = new double[_p];
        _lambda = new double[_q * _q];
        Gradient = new double[_q * _q];
        Hessian = new double[_m * _m];
        AverageInformation = new double[_m * _m];
    }

    /// <summary>φ where it is held, NaN where it is estimated.</summary>
    internal double HeldDispersion { get; }

    /// <summary>N.</summary>
    internal double DegreesOfFreedom { get; }

    /// <summary>An estimated φ at or below this counts as 0.</summary>
    internal double ExactBelow { get; set; }

    /// <summary>φ is estimated and came out as 0 at the last Λ: the model fits exactly, and f has no value.</summary>
    internal bool IsExactFit { get; private set; }

    /// <summary>How often f was evaluated.</summary>
    internal int Evaluations { get; private set; }

    /// <summary>How often it was differentiated, which costs several times as much.</summary>
    internal int Differentiations { get; private set; }

    /// <summary>f at the last Λ evaluated.</summary>
    internal double Criterion { get; private set; }

    /// <summary>φ at the last Λ: the profiled estimate Q/N, or the held value.</summary>
    internal double Dispersion { get; private set; }

    /// <summary>Q = ỹᵀPỹ at the last Λ.</summary>
    internal double Squares { get; private set; }

    /// <summary>Σ log|M_i| at the last Λ.</summary>
    internal double LogDeterminant => _elimination.LogDeterminant;

    /// <summary>log|S| at the last Λ.</summary>
    internal double SchurLogDeterminant { get; private set; }

    /// <summary>ỹᵀṼ⁻¹ỹ at the last Λ.</summary>
    internal double ResponseSquares => _elimination.Squares;

    /// <summary>First cluster whose block was not positive definite at the last Λ, or −1.</summary>
    internal int IndefiniteCluster => _elimination.IndefiniteCluster;

    /// <summary>Column of X at which S was found singular, or −1.</summary>
    internal int SingularColumn { get; private set; }

    /// <summary>The step in α that solves the system, p.</summary>
    internal ReadOnlySpan<double> Step => _step;

    /// <summary>S⁻¹, p² row by row; valid after <see cref="GoBack"/>.</summary>
    internal ReadOnlySpan<double> InverseSchur
    {
        get
        {
            // Few of the many visits to the clusters need it.
            if (_inverseIsStale)
            {
                _whitening.CopyTo(_inverseSchur, 0);
                DenseCholesky.SquareLower(_inverseSchur, _p);
                _inverseIsStale = false;
            }

            return _inverseSchur;
        }
    }

    /// <summary>S, p² row by row.</summary>
    internal ReadOnlySpan<double> Schur => _elimination.Schur;

    /// <summary>∂f/∂D̃ as a symmetric q×q matrix F, df = ⟨F, dD̃⟩.</summary>
    internal double[] Gradient { get; }

    /// <summary>∂²f along the packed elements of D̃, m²; average information where p is large.</summary>
    internal double[] Hessian { get; }

    /// <summary>Its average-information approximation, positive semidefinite.</summary>
    internal double[] AverageInformation { get; }

    /// <summary>Σ uᵀu at the predictors of the last <see cref="GoBack"/>.</summary>
    internal double SphericalSquares => _back.SphericalSquares;

    /// <summary>Σ (β − β⁰)ᵀA(β − β⁰) of the last <see cref="GoBack"/>.</summary>
    internal double StepSquares => _back.StepSquares;

    /// <inheritdoc/>
    public void Dispose()
    {
        _elimination.Dispose();
        _back.Dispose();
    }

    /// <summary>
    /// q natural units of variance, at which the average cluster would just notice a random effect: the reciprocal of
    /// the clusters' mean ZᵀWZ.
    /// </summary>
    internal ReadOnlySpan<double> Units => _units;

    /// <summary>Takes the statistics of a new pass.</summary>
    /// <param name="beta">The predictors β⁰ that it was expanded about, or null for 0.</param>
    internal void ExpandAbout(AlignedBuffer? beta)
    {
        _beta = beta;
        _blocks.MeanDiagonalInto(_units);
        for (int a = 0; a < _q; a++) _units[a] = _units[a] > 0 && double.IsFinite(_units[a]) ? 1 / _units[a] : 1;
    }

    /// <summary>
    /// How much larger than the result the terms are that cancel in it: of S = XᵀV⁻¹X, or of what the clusters say
    /// beside D. Times the unit roundoff it bounds what the step can tell. Valid after <see cref="GoBack"/>.
    /// </summary>
    internal double Cancellation
    {
        get
        {
            double largest = 1;
            ReadOnlySpan<double> inverse = InverseSchur;
            for (int j = 0; j < _p; j++)
                largest = Math.Max(largest, _statistics.Cross[(j * _p) + j] * inverse[(j * _p) + j]);
            for (int a = 0; a < _q; a++)
            {
                double variance = 0;
                for (int c = 0; c <= a; c++) variance += _lambda[(a * _q) + c] * _lambda[(a * _q) + c];
                largest = Math.Max(largest, variance / _units[a]);
            }

            return largest;
        }
    }

    /// <summary>Evaluates f at Λ.</summary>
    /// <param name="lambda">Λ, q² row by row, D̃ = ΛΛᵀ.</param>
    /// <returns>Whether the system could be solved; if not, f is +∞.</returns>
    internal bool Evaluate(ReadOnlySpan<double> lambda)
    {
        lambda.CopyTo(_lambda);
        Criterion = double.PositiveInfinity;
        IsExactFit = false;
        SingularColumn = -1;
        _stepwise = IsWellAboveUnits() && ClusterShrinkage.TryInvert(_lambda, _q, _inverseLambda);
        Evaluations++;
        if (!_elimination.Run(_statistics, _beta, _lambda, _stepwise ? _inverseLambda : [])) return false;
        _elimination.Schur.CopyTo(_factor, 0);
        SingularColumn = DenseCholesky.Factor(_factor, _p);
        if (SingularColumn >= 0) return false;
        _elimination.Right.CopyTo(_step, 0);
        DenseCholesky.Solve(_factor, _p, _step);
        Squares = _elimination.Squares;
        for (int j = 0; j < _p; j++) Squares -= _step[j] * _elimination.Right[j];
        Squares = Math.Max(Squares, 0);
        SchurLogDeterminant = DenseCholesky.LogDeterminant(_factor, _p);
        bool held = !double.IsNaN(HeldDispersion);
        Dispersion = held ? HeldDispersion : Squares / DegreesOfFreedom;
        IsExactFit = !held && Dispersion <= ExactBelow;
        if (IsExactFit) return false;
        Criterion = LogDeterminant + (_restricted ? SchurLogDeterminant : 0) +
                    (held ? Squares / HeldDispersion : DegreesOfFreedom * Math.Log(Squares));
        return !double.IsNaN(Criterion);
    }

    /// <summary>Goes back to the clusters at the Λ evaluated last: predicts the random effects or differentiates
    /// f.</summary>
    /// <param name="derivatives">Whether <see cref="Gradient"/> and the Hessians are wanted.</param>
    /// <param name="newBeta">Without derivatives, overwritten by β; null where it is not wanted.</param>
    internal void GoBack(bool derivatives, AlignedBuffer? newBeta)
    {
        _factor.CopyTo(_whitening, 0);
        DenseCholesky.InvertLower(_whitening, _p);
        _inverseIsStale = true;
        if (!derivatives)
        {
            _back.Predict(_beta, _lambda, _stepwise ? _inverseLambda : [], _step, newBeta);
            return;
        }

        Differentiations++;
        _back.Differentiate(_beta, _lambda, _stepwise ? _inverseLambda : [], _step, _whitening);
        Differentiate();
    }

    /// <summary>
    /// The log-density of the working response at the last Λ, all constants in: of ỹ for ML, of its error contrasts
    /// (Harville 1974, without the constant ½log|XᵀX|) for REML.
    /// </summary>
    /// <param name="logWeights">Σ log w.</param>
    internal double WorkingLogLikelihood(double logWeights) =>
        -0.5 * ((DegreesOfFreedom * Math.Log(2 * Math.PI * Dispersion)) - logWeights + LogDeterminant +
                (_restricted ? SchurLogDeterminant : 0) + (Squares / Dispersion));

    /// <summary>
    /// The expected information on the packed elements of D̃ (twice it, as f is −2ℓ), m²: tr(P∂_lP∂_m) for REML or
    /// tr(V⁻¹∂_lV⁻¹∂_m) for ML, less what an estimated φ takes of it. Valid after <see cref="GoBack"/> with
    /// derivatives.
    /// </summary>
    /// <param name="information">Overwritten.</param>
    internal void ExpectedInformationInto(Span<double> information)
    {
        DerivativeTotals sums = _back.Derivatives;
        bool held = !double.IsNaN(HeldDispersion);
        for (int l = 0; l < _m; l++)
        {
            for (int m = 0; m < _m; m++)
            {
                double value = -sums.Expected[(l * _m) + m];
                if (_restricted && sums.HasFixedCross) value += TraceForm(l, m);
                if (!held) value -= Trace(l) * Trace(m) / DegreesOfFreedom;
                information[(l * _m) + m] = value;
            }
        }
    }

    // tr(P∂_l) for REML, tr(V⁻¹∂_l) for ML.
    private double Trace(int l)
    {
        DerivativeTotals sums = _back.Derivatives;
        double trace = sums.Traces[l] - (_restricted ? sums.FixedTraces[l] : 0);
        return IsDiagonal(l) ? trace : 2 * trace;
    }

    private static bool IsDiagonal(int l)
    {
        int r = 0;
        while (LaneCholesky.PackedIndex(r + 1, 0) <= l) r++;
        return l == LaneCholesky.PackedIndex(r, r);
    }

    // Where every random effect varies by more than its natural unit, differences about β⁰ lose nothing.
    private bool IsWellAboveUnits()
    {
        for (int a = 0; a < _q; a++)
        {
            double variance = 0;
            for (int c = 0; c <= a; c++) variance += _lambda[(a * _q) + c] * _lambda[(a * _q) + c];
            if (!(variance > _units[a])) return false;
        }

        return true;
    }

    private void Differentiate()
    {
        DerivativeTotals sums = _back.Derivatives;
        bool held = !double.IsNaN(HeldDispersion);
        double scale = 1 / Dispersion;
        for (int r = 0, l = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++, l++)
            {
                double f = sums.Traces[l] - (_restricted ? sums.FixedTraces[l] : 0) - (scale * sums.Scores[l]);
                Gradient[(r * _q) + c] = f;
                Gradient[(c * _q) + r] = f;
            }
        }

        bool exact = !_restricted || sums.HasFixedCross;
        for (int l = 0; l < _m; l++)
        {
            for (int m = 0; m <= l; m++)
            {
                // yᵀP∂_lP∂_mPy, and the profiled φ's part of it.
                double average = scale * (sums.Average[(l * _m) + m] - FixedForm(l, m));
                double profile = held ? 0 : scale * scale * Slope(l) * Slope(m) / DegreesOfFreedom;
                double expected = sums.Expected[(l * _m) + m];
                if (_restricted && exact) expected -= TraceForm(l, m);
                Put(AverageInformation, l, m, average - profile);
                Put(Hessian, l, m, exact ? (2 * average) + expected - profile : average - profile);
            }
        }
    }

    private void Put(double[] matrix, int l, int m, double value)
    {
        matrix[(l * _m) + m] = value;
        matrix[(m * _m) + l] = value;
    }

    // yᵀP∂_lPy = Σ γᵀG_lγ: off-diagonal elements of D stand for two.
    private double Slope(int l) => IsDiagonal(l) ? _back.Derivatives.Scores[l] : 2 * _back.Derivatives.Scores[l];

    // h_lᵀS⁻¹h_m before h was whitened.
    private double FixedForm(int l, int m) =>
        FusedSums.Dot(_back.Derivatives.MixedOf(l), _back.Derivatives.MixedOf(m));

    // tr(S⁻¹N_lS⁻¹N_m) before N was whitened.
    private double TraceForm(int l, int m) =>
        FusedSums.Dot(_back.Derivatives.FixedCrossOf(l), _back.Derivatives.FixedCrossOf(m));
}
