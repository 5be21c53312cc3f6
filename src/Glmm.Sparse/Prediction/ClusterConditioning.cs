using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Prediction;

/// <summary>
/// Learns the random effects of one cluster after the other from rows, the parameters of the model held: of a cluster
/// never seen, or of a known one whose new rows are folded in. A workspace: reusable, not thread-safe; it allocates
/// only when a cluster has more rows at once than any before.
/// </summary>
/// <remarks>
/// <para>
/// The prior N(b₀, P), P = LLᵀ, is N(0, D) for a cluster never seen and the posterior so far for any other. With
/// b = b₀ + Lv the mode minimises Σ objective/φ + ½|v|², by Fisher scoring with halved steps; the posterior covariance
/// is LM⁻¹Lᵀ with M = I + LᵀZᵀWZL/φ, and C grows by XᵀWZ/φ. Where P is singular, so is the posterior. O(nq²) for n
/// rows.
/// </para>
/// <para>
/// Started at N(0, D) with all rows of a cluster at once the mode is exact: it is the one that a fit gives the cluster.
/// Rows that come later meet the earlier ones as the quadratic approximation of their likelihood at its own mode,
/// which is exact for the gaussian family with identity link, and near where the mode moves little.
/// </para>
/// </remarks>
public sealed class ClusterConditioning
{
    private const int MostSteps = 200;
    private const int MostHalvings = 60;

    // Squared length of a Fisher step, in posterior standard deviations, below which the mode is where it leads.
    private const double Negligible = 1e-22;

    private readonly FittedModel _model;
    private readonly WorkingKernel _kernel;
    private readonly int _p;
    private readonly int _q;
    private readonly double[] _mode;
    private readonly double[] _covariance;
    private readonly double[] _cross;
    private readonly double[] _factor;
    private readonly double[] _information;
    private readonly double[] _v;
    private readonly double[] _trial;
    private readonly double[] _step;
    private double[] _spherical = [];
    private double[] _base = [];
    private double[] _eta = [];
    private double[] _weights = [];
    private double[] _scores = [];

    /// <summary>Makes the workspace, started for a cluster never seen.</summary>
    /// <param name="model">The model whose parameters are held.</param>
    public ClusterConditioning(FittedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _kernel) = (model, model.Kernel);
        (_p, _q) = (model.FixedCount, model.RandomCount);
        (_mode, _v, _trial, _step) = (new double[_q], new double[_q], new double[_q], new double[_q]);
        (_covariance, _factor, _information) = (new double[_q * _q], new double[_q * _q], new double[_q * _q]);
        _cross = new double[_p * _q];
        Start();
    }

    /// <summary>b̂, q; valid until the next call.</summary>
    public ReadOnlySpan<double> Mode => _mode;

    /// <summary>E, q×q; valid until the next call.</summary>
    public ReadOnlySpan<double> Covariance => _covariance;

    /// <summary>C, p×q; valid until the next call.</summary>
    public ReadOnlySpan<double> Cross => _cross;

    /// <summary>Rows of the cluster taken in so far, those of the fit included.</summary>
    public int Rows { get; private set; }

    /// <summary>Whether every search for a mode since the start reached it.</summary>
    public bool Converged { get; private set; } = true;

    /// <summary>Fisher steps of the last <see cref="Add"/>.</summary>
    public int Iterations { get; private set; }

    /// <summary>Starts with a cluster never seen, b ~ N(0, D).</summary>
    public void Start() => Start(_model.Prior);

    /// <summary>Starts with what the fit knows of a cluster.</summary>
    /// <param name="cluster">Its zero-based code.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    public void Start(int cluster)
    {
        _model.CopyPosterior(cluster, _mode, _covariance, _cross, out int rows);
        (Rows, Converged, Iterations) = (rows, true, 0);
    }

    /// <summary>Starts with what is known of a cluster.</summary>
    /// <param name="posterior">A posterior of the same model.</param>
    /// <exception cref="ArgumentException">It has other random or fixed effects than the model.</exception>
    public void Start(ClusterPosterior posterior)
    {
        ArgumentNullException.ThrowIfNull(posterior);
        if (posterior.Mode.Length != _q || posterior.Cross.Length != _p * _q)
            throw new ArgumentException("The posterior belongs to another model.", nameof(posterior));
        posterior.Mode.CopyTo(_mode);
        posterior.Covariance.CopyTo(_covariance);
        posterior.Cross.CopyTo(_cross);
        (Rows, Converged, Iterations) = (posterior.Rows, true, 0);
    }

    /// <summary>Takes in rows of the cluster; none are allowed.</summary>
    /// <param name="x">X, n×p row by row.</param>
    /// <param name="z">Z, n×q row by row.</param>
    /// <param name="response">y, n; for binomial the proportion, its trials being the prior weight.</param>
    /// <param name="priorWeights">ω, n, or empty for 1.</param>
    /// <param name="offset">o, n, or empty for 0.</param>
    /// <exception cref="InvalidModelDataException">A number is not finite, a response lies outside the family's domain,
    /// a weight is not positive, or a length does not fit. Nothing was taken in.</exception>
    public void Add(
        ReadOnlySpan<double> x, ReadOnlySpan<double> z, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights = default, ReadOnlySpan<double> offset = default)
    {
        int n = response.Length;
        RowChecks.Conditioning(_model, x, z, response, priorWeights, offset);
        Iterations = 0;
        if (n == 0) return;
        Grow(n);
        CovarianceFactor.Compute(_covariance, _q, _factor);
        Place(x, z, offset, n);
        FindMode(response, priorWeights, n);
        Update(x, z, response, priorWeights, n);
        Rows += n;
    }

    /// <summary>What is known now, as an immutable copy.</summary>
    public ClusterPosterior ToPosterior() => new([.. _mode], [.. _covariance], [.. _cross], Rows);

    // η at v = 0, and ZL.
    private void Place(ReadOnlySpan<double> x, ReadOnlySpan<double> z, ReadOnlySpan<double> offset, int n)
    {
        ReadOnlySpan<double> alpha = _model.FixedEffects;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> xi = x.Slice(i * _p, _p), zi = z.Slice(i * _q, _q);
            double eta = offset.IsEmpty ? 0 : offset[i];
            for (int j = 0; j < xi.Length; j++) eta += xi[j] * alpha[j];
            for (int l = 0; l < zi.Length; l++) eta += zi[l] * _mode[l];
            _base[i] = eta;
            for (int c = 0; c < zi.Length; c++)
            {
                double sum = 0;
                for (int l = c; l < zi.Length; l++) sum += zi[l] * _factor[(l * _q) + c];
                _spherical[(i * _q) + c] = sum;
            }
        }
    }

    private void FindMode(ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights, int n)
    {
        double phi = _model.Dispersion;
        Array.Clear(_v);
        double value = Evaluate(_v, response, priorWeights, n, out int invalid);
        for (Iterations = 1; Iterations <= MostSteps; Iterations++)
        {
            // −∂/∂v of the penalised objective, and M.
            for (int l = 0; l < _q; l++) _step[l] = -_v[l];
            for (int i = 0; i < n; i++) AddMultiple(_scores[i] / phi, _spherical.AsSpan(i * _q, _q), _step);
            SphericalInformation(n);
            if (DenseCholesky.Factor(_information, _q) >= 0) break;
            DenseCholesky.SolveLower(_information, _q, _step);
            double squared = 0;
            foreach (double part in _step) squared += part * part;
            if (!double.IsFinite(squared)) break;
            DenseCholesky.SolveLowerTransposed(_information, _q, _step);
            bool last = squared < Negligible;
            double length = 1;
            for (int halving = 0; ; halving++, length *= 0.5)
            {
                for (int l = 0; l < _q; l++) _trial[l] = _v[l] + (length * _step[l]);
                double next = Evaluate(_trial, response, priorWeights, n, out int outside);

                // Rounding of the value must not refuse a step that it cannot tell.
                double rounding = 1e-14 * (Math.Abs(value) + n);
                if (last || (outside <= invalid && next <= value + rounding))
                {
                    (value, invalid) = (next, outside);
                    break;
                }

                if (halving < MostHalvings) continue;
                Evaluate(_v, response, priorWeights, n, out _);
                Converged = false;
                return;
            }

            _trial.CopyTo(_v, 0);
            if (last) return;
        }

        Converged = false;
    }

    // The penalised objective at v, with weights and scores of the rows.
    private double Evaluate(
        double[] v, ReadOnlySpan<double> response, ReadOnlySpan<double> priorWeights, int n, out int invalid)
    {
        double penalty = 0;
        foreach (double part in v) penalty += part * part;
        for (int i = 0; i < n; i++)
        {
            double eta = _base[i];
            ReadOnlySpan<double> row = _spherical.AsSpan(i * _q, _q);
            for (int l = 0; l < row.Length; l++) eta += row[l] * v[l];
            _eta[i] = eta;
        }

        KernelSums sums = _kernel.WeightsScoresAndObjective(
            _eta.AsSpan(0, n), response, priorWeights, _weights.AsSpan(0, n), _scores.AsSpan(0, n));
        invalid = sums.Invalid;
        return (sums.Objective / _model.Dispersion) + (0.5 * penalty);
    }

    // M = I + LᵀZᵀWZL/φ, its lower triangle.
    private void SphericalInformation(int n)
    {
        double phi = _model.Dispersion;
        Array.Clear(_information);
        for (int l = 0; l < _q; l++) _information[(l * _q) + l] = 1;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> row = _spherical.AsSpan(i * _q, _q);
            double weight = _weights[i] / phi;
            for (int l = 0; l < _q; l++) AddMultiple(weight * row[l], row[..(l + 1)], _information.AsSpan(l * _q, l + 1));
        }
    }

    // Mode, covariance and cross products after the search.
    private void Update(
        ReadOnlySpan<double> x, ReadOnlySpan<double> z, ReadOnlySpan<double> response,
        ReadOnlySpan<double> priorWeights, int n)
    {
        for (int r = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++) _mode[r] += _factor[(r * _q) + c] * _v[c];
        }

        bool observed = _model.Parts.ObservedCurvature;
        if (observed)
        {
            _kernel.ObservedWeightsAndScores(
                _eta.AsSpan(0, n), response, priorWeights, _weights.AsSpan(0, n), _scores.AsSpan(0, n));
        }

        SphericalInformation(n);
        if (DenseCholesky.Factor(_information, _q) >= 0)
        {
            // Observed information need not be definite short of the mode; the expected always is.
            _kernel.WeightsScoresAndObjective(
                _eta.AsSpan(0, n), response, priorWeights, _weights.AsSpan(0, n), _scores.AsSpan(0, n));
            SphericalInformation(n);
            if (DenseCholesky.Factor(_information, _q) >= 0) Converged = false;
        }

        double phi = _model.Dispersion;
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> xi = x.Slice(i * _p, _p), zi = z.Slice(i * _q, _q);
            double weight = _weights[i] / phi;
            for (int j = 0; j < xi.Length; j++) AddMultiple(weight * xi[j], zi, _cross.AsSpan(j * _q, _q));
        }

        // E = (LR⁻ᵀ)(LR⁻ᵀ)ᵀ with M = RRᵀ; the covariance itself is no longer needed.
        for (int r = 0; r < _q; r++) DenseCholesky.SolveLower(_information, _q, _factor.AsSpan(r * _q, _q));
        for (int r = 0; r < _q; r++)
        {
            for (int c = 0; c <= r; c++)
            {
                double sum = 0;
                for (int e = 0; e < _q; e++) sum += _factor[(r * _q) + e] * _factor[(c * _q) + e];
                _covariance[(r * _q) + c] = _covariance[(c * _q) + r] = sum;
            }
        }
    }

    private static void AddMultiple(double factor, ReadOnlySpan<double> row, Span<double> target)
    {
        for (int l = 0; l < row.Length; l++) target[l] += factor * row[l];
    }

    private void Grow(int n)
    {
        if (_eta.Length >= n) return;
        int length = Math.Max(n, 2 * _eta.Length);
        (_base, _eta, _weights, _scores) =
            (new double[length], new double[length], new double[length], new double[length]);
        _spherical = new double[length * _q];
    }
}
