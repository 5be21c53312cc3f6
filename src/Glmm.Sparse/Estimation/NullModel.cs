using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// The model under H0: τ² = 0, a plain generalized linear model, with the quantities μ⁰, η⁰, w⁰ and s⁰ that the
/// variance-component score test is built from (Lin 1997). Immutable and thread-safe.
/// </summary>
public sealed class NullModel
{
    private const int MostIterations = 100;

    private NullModel(
        ModelOutline outline, double[] estimates, double deviance, double[] linearPredictor, double[] mean,
        double[] weights, double[] scores, IReadOnlyList<int> columns)
    {
        FixedColumns = columns;
        Outline = outline;
        FixedEffects = estimates;
        Deviance = deviance;
        LinearPredictor = linearPredictor;
        Mean = mean;
        WorkingWeights = weights;
        ScoreResiduals = scores;
    }

    /// <summary>Names of the fixed effects, collinear columns left out.</summary>
    public IReadOnlyList<string> Names => Outline.FixedNames;

    /// <summary>α⁰, on the user's scale.</summary>
    public IReadOnlyList<double> FixedEffects { get; }

    /// <summary>φ: Pearson's estimate Σω(y − μ)²/V / (n − p), or the value it was held at.</summary>
    public double Dispersion => Outline.Dispersion;

    /// <summary>Σ d, not divided by φ.</summary>
    public double Deviance { get; }

    /// <summary>The iterations converged.</summary>
    public bool Converged => Outline.Converged;

    /// <summary>η⁰, n, in the design's row order, as are all that follow.</summary>
    public IReadOnlyList<double> LinearPredictor { get; }

    /// <summary>μ⁰, n.</summary>
    public IReadOnlyList<double> Mean { get; }

    /// <summary>w⁰ = ωδ²/(φV), n.</summary>
    public IReadOnlyList<double> WorkingWeights { get; }

    /// <summary>s⁰ = ω(y − μ)δ/(φV), n.</summary>
    public IReadOnlyList<double> ScoreResiduals { get; }

    /// <summary>The log-likelihood at the estimates, all constants in, an estimated φ being put at its maximum
    /// likelihood estimate; NaN where the family has no likelihood, or one only with a shape that is
    /// estimated.</summary>
    public double LogLikelihood => Outline.LogLikelihood;

    /// <summary>Indices, in the design, of the columns of X that are kept.</summary>
    internal IReadOnlyList<int> FixedColumns { get; }

    /// <summary>What comparisons with fits need.</summary>
    internal ModelOutline Outline { get; }

    /// <summary>Fits the model without its random effects.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">Dispersion, tolerance, threads and cancellation are heeded; the defaults when
    /// null.</param>
    /// <returns>The model; one that did not converge says so.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong.</exception>
    public static NullModel Fit(ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(family);
        options ??= FitOptions.Default;
        options.Validate();
        double held = options.Dispersion.HeldValue(family);
        using var work = new FitWorkspace(
            design, family, link ?? family.DefaultLink, options.Threads, double.IsNaN(held),
            exactDeviance: true);
        var iteration = new NullIteration(work);
        bool converged = iteration.Run(options.Tolerance, MostIterations, held, options.CancellationToken);
        int n = work.Packed.Rows, p = iteration.Alpha.Length;
        double dispersion = double.IsNaN(held) ? work.Statistics.WeightedSquares / (design.CountTotal - p) : held;
        double[] alpha = [.. iteration.Alpha];
        work.Packed.FixedScale.ToUser(alpha);

        double[] eta = new double[n], mean = new double[n], weights = new double[n], scores = new double[n];
        EvaluateRows(design, work.Kernel, work.KeptColumns, alpha, dispersion, eta, mean, weights, scores);
        var outline = new ModelOutline
        {
            Observations = design.FrequencyTotal,
            Response = work.Response,
            Offset = design.Offset?.Name,
            Fingerprint = DataFingerprint.Of(design),
            Family = family,
            Link = work.Link,
            FixedNames = work.Packed.FixedNames,
            Dispersion = dispersion,
            DispersionEstimated = double.IsNaN(held),
            Converged = converged,
            LogLikelihood = NullLikelihood.Of(design, family, work.Kernel, eta, dispersion, !double.IsNaN(held)),
        };
        return new NullModel(
            outline, alpha, work.Statistics.Deviance, eta, mean, weights, scores, work.KeptColumns);
    }

    private static void EvaluateRows(
        ClusteredDesign design, WorkingKernel kernel, IReadOnlyList<int> columns, double[] alpha, double dispersion,
        double[] eta, double[] mean, double[] weights, double[] scores)
    {
        const int BlockRows = 4096;
        int n = eta.Length;
        int[] rows = new int[Math.Min(n, BlockRows)];
        double[] y = new double[rows.Length], omega = new double[rows.Length], scratch = new double[rows.Length];
        for (int start = 0; start < n; start += BlockRows)
        {
            int count = Math.Min(BlockRows, n - start);
            for (int i = 0; i < count; i++) rows[i] = start + i;
            ReadOnlySpan<int> block = rows.AsSpan(0, count);
            Span<double> predictor = eta.AsSpan(start, count);
            Span<double> w = weights.AsSpan(start, count), s = scores.AsSpan(start, count);
            RowPredictor.LinearPredictor(design, columns, alpha, [], block, predictor, scratch);
            design.Response.Gather(block, y);
            design.RowWeights?.Gather(block, omega);
            ReadOnlySpan<double> response = y.AsSpan(0, count);
            ReadOnlySpan<double> prior = design.RowWeights is null ? [] : omega.AsSpan(0, count);
            kernel.Mean(predictor, mean.AsSpan(start, count), scratch.AsSpan(0, count));
            kernel.Working(predictor, response, prior, w, s);
            kernel.ScoreResiduals(predictor, response, prior, s);
            for (int i = 0; i < count; i++)
            {
                w[i] /= dispersion;
                s[i] /= dispersion;
            }
        }
    }
}
