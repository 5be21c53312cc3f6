using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Tests and intervals of the fixed effects of a fit: the table of coefficients, contrasts wᵀα and joint tests Lα = 0,
/// with a choice of degrees of freedom and of covariance. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Satterthwaite and Kenward–Roger need a linear mixed model: for normal responses it is the model, and for PQL and MQL
/// the working model at convergence, which is what SAS's GLIMMIX does. They know of the uncertainty of D and φ, not of
/// that of the linearisation. Of a second-order fit the working model is that of the first order at its estimates.
/// </remarks>
public sealed partial class FixedEffectInference
{
    private readonly FixedEffectReference _reference;
    private readonly double[] _estimates;

    private FixedEffectInference(
        GlmmFit fit, DegreesOfFreedomMethod method, ClusterRobust? robust, double level, FixedEffectReference reference)
    {
        (Fit, Method, Robust, Level, _reference) = (fit, method, robust, level, reference);
        Names = [.. fit.FixedEffects.Select(e => e.Name)];
        _estimates = [.. fit.FixedEffects.Select(e => e.Estimate)];
        int p = _estimates.Length;
        var rows = new FixedEffectEstimate[p];
        for (int j = 0; j < p; j++)
        {
            var weights = new double[p];
            weights[j] = 1;
            rows[j] = Contrast(weights, Names[j]);
        }

        Coefficients = rows;
    }

    /// <summary>The fit.</summary>
    public GlmmFit Fit { get; }

    /// <summary>Where the degrees of freedom come from.</summary>
    public DegreesOfFreedomMethod Method { get; }

    /// <summary>The cluster-robust covariance in use, or null for that of the model.</summary>
    public ClusterRobust? Robust { get; }

    /// <summary>Level of the intervals, such as 0.95.</summary>
    public double Level { get; }

    /// <summary>Names of the p fixed effects.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A row for each fixed effect, in the order of the fit.</summary>
    public IReadOnlyList<FixedEffectEstimate> Coefficients { get; }

    /// <summary>The covariance in use, p×p: of the model, adjusted (Kenward–Roger) or cluster-robust.</summary>
    public double[,] Covariance
    {
        get
        {
            int p = _estimates.Length;
            var matrix = new double[p, p];
            for (int i = 0; i < p; i++)
            {
                for (int j = 0; j < p; j++) matrix[i, j] = _reference.Covariance[(i * p) + j];
            }

            return matrix;
        }
    }

    /// <summary>Makes ready what tests and intervals need, in one pass over the rows where the method needs any, two
    /// for a cluster-robust covariance.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="method">Where degrees of freedom come from. When null: of the clusters with a robust covariance;
    /// Satterthwaite's where PQL or MQL estimated the dispersion; else infinite.</param>
    /// <param name="robust">A cluster-robust covariance; null for that of the fit, which with sampling weights is CR1
    /// itself.</param>
    /// <param name="level">Level of the intervals.</param>
    /// <param name="threads">Threads; 0 for all processors. Results do not depend on it.</param>
    /// <param name="cancellationToken">Stops the pass.</param>
    /// <returns>The inference.</returns>
    /// <exception cref="InvalidModelOptionException">The fit did not converge, or the method does not go with it; the
    /// message says which does.</exception>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters than the fit.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static FixedEffectInference Create(
        GlmmFit fit, ClusteredDesign design, DegreesOfFreedomMethod? method = null, ClusterRobust? robust = null,
        double level = 0.95, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        IntervalLevel.Require(level);
        InferenceChecks.RequireConverged(fit);
        RowPredictor.RequireFitted(fit.Outcome, design);
        DegreesOfFreedomMethod chosen = method ?? Default(fit, design, robust);
        if (chosen is DegreesOfFreedomMethod.Satterthwaite or DegreesOfFreedomMethod.KenwardRoger)
        {
            if (robust is not null || design.HasSamplingWeights)
            {
                throw new InvalidModelOptionException(
                    "Satterthwaite's and Kenward-Roger's degrees of freedom are those of the model's covariance, not " +
                    "of a cluster-robust one, which sampling weights need; use the method Clusters (k - 1) with it.");
            }

            var information = WorkingInformation.Compute(fit, design, threads, cancellationToken);
            return new FixedEffectInference(
                fit, chosen, null, level,
                chosen == DegreesOfFreedomMethod.Satterthwaite
                    ? new SatterthwaiteReference(information)
                    : new KenwardRogerReference(information));
        }

        double[,] covariance = robust is { } kind
            ? ClusterRobustCovariance.Compute(fit, design, kind, threads, cancellationToken)
            : fit.FixedCovariance;
        double[] degrees = chosen == DegreesOfFreedomMethod.BetweenWithin
            ? BetweenWithinColumns.DegreesOfFreedom(fit, design, threads, cancellationToken)
            : [.. Enumerable.Repeat(Degrees(fit, design, chosen), fit.FixedEffects.Count)];
        ClusterRobust? used = robust ?? (design.HasSamplingWeights ? ClusterRobust.CR1 : null);
        return new FixedEffectInference(
            fit, chosen, used, level, new WaldReference([.. covariance.Cast<double>()], degrees));
    }

    /// <summary>A combination of the fixed effects, wᵀα, with its test and interval.</summary>
    /// <param name="weights">w, p numbers in the order of <see cref="Names"/>.</param>
    /// <param name="name">Its name in the result.</param>
    /// <param name="hypothesis">The value that is tested.</param>
    /// <returns>Estimate, standard error, test and interval.</returns>
    /// <exception cref="InvalidModelOptionException">There are not p weights, all are 0, or one is not
    /// finite.</exception>
    public FixedEffectEstimate Contrast(ReadOnlySpan<double> weights, string? name = null, double hypothesis = 0)
    {
        RequireLength(weights.Length);
        if (!weights.ContainsAnyExcept(0.0))
        {
            throw new InvalidModelOptionException(
                "The contrast has no weight other than 0, so there is nothing to estimate; give at least one.");
        }

        double estimate = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            if (!double.IsFinite(weights[j]))
                throw new InvalidModelOptionException("A weight of the contrast is not a finite number; give numbers.");
            estimate += weights[j] * _estimates[j];
        }

        (double variance, double degrees) = _reference.Of(weights);
        double error = Math.Sqrt(variance), statistic = (estimate - hypothesis) / error;
        double margin = StudentDistribution.Quantile(0.5 * (1 + Level), degrees) * error;
        return new FixedEffectEstimate(
            name ?? "contrast", estimate, error, statistic, degrees,
            StudentDistribution.TwoSidedPValue(statistic, degrees), estimate - margin, estimate + margin);
    }

    /// <summary>A combination of the fixed effects by their names.</summary>
    /// <param name="weights">Weights of some fixed effects; those not named have 0.</param>
    /// <param name="name">Its name in the result.</param>
    /// <param name="hypothesis">The value that is tested.</param>
    /// <returns>Estimate, standard error, test and interval.</returns>
    /// <exception cref="InvalidModelOptionException">A name is unknown, or all weights are 0.</exception>
    public FixedEffectEstimate Contrast(
        IReadOnlyDictionary<string, double> weights, string? name = null, double hypothesis = 0)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var vector = new double[_estimates.Length];
        foreach ((string effect, double weight) in weights) vector[IndexOf(effect)] = weight;
        return Contrast(vector, name, hypothesis);
    }

    /// <summary>A joint Wald test of contrasts, H₀: Lα = h.</summary>
    /// <param name="contrasts">L, r×p; rows that depend on others count once.</param>
    /// <param name="name">Its name in the result.</param>
    /// <param name="hypothesis">h, r values; 0 when null.</param>
    /// <returns>F, or χ² where the degrees of freedom are infinite.</returns>
    /// <exception cref="InvalidModelOptionException">L has not p columns, is 0, or a number is not finite; or the
    /// clusters are too few for a cluster-robust covariance of that many contrasts.</exception>
    public JointTest Joint(double[,] contrasts, string? name = null, IReadOnlyList<double>? hypothesis = null)
    {
        ArgumentNullException.ThrowIfNull(contrasts);
        RequireLength(contrasts.GetLength(1));
        int r = contrasts.GetLength(0), p = _estimates.Length;
        if (hypothesis is not null && hypothesis.Count != r)
        {
            throw new InvalidModelOptionException(
                $"The hypothesis has {hypothesis.Count} values for {r} contrasts; give one for each.");
        }

        double[] values = new double[r];
        var rows = new double[r][];
        for (int a = 0; a < r; a++)
        {
            rows[a] = new double[p];
            for (int j = 0; j < p; j++)
            {
                rows[a][j] = contrasts[a, j];
                values[a] += contrasts[a, j] * _estimates[j];
            }

            if (hypothesis is not null) values[a] -= hypothesis[a];
        }

        // Whether rows depend on one another is a matter of the design, not of which covariance is in use.
        var set = new FixedEffectContrasts(rows, [.. Fit.Outcome.FixedCovariance.Cast<double>()]);
        (double f, double degrees, double scale) = _reference.Joint(set, set.Reduce(values));
        bool normal = double.IsPositiveInfinity(degrees);
        return new JointTest(
            name ?? "contrasts", normal ? f * set.Rank : f, set.Rank, degrees,
            double.IsNaN(f) ? double.NaN : FDistribution.UpperTail(f, set.Rank, degrees), scale);
    }

    /// <summary>A joint Wald test that some fixed effects are all 0.</summary>
    /// <param name="effects">Their names.</param>
    /// <param name="name">Its name in the result; the effects' when null.</param>
    /// <returns>F, or χ² where the degrees of freedom are infinite.</returns>
    /// <exception cref="InvalidModelOptionException">A name is unknown, or there is none.</exception>
    public JointTest Joint(IReadOnlyList<string> effects, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(effects);
        var contrasts = new double[effects.Count, _estimates.Length];
        for (int a = 0; a < effects.Count; a++) contrasts[a, IndexOf(effects[a])] = 1;
        return Joint(contrasts, name ?? string.Join(", ", effects));
    }

    /// <summary>The coefficients as ratios: odds ratios for the logit, ratios of rates or means for the log
    /// link.</summary>
    /// <returns>A row for each fixed effect.</returns>
    /// <exception cref="InvalidModelOptionException">The link is another, of which exp means nothing.</exception>
    public IReadOnlyList<EffectRatio> Exponentiated() => [.. Coefficients.Select(Exponentiated)];

    /// <summary>A contrast as a ratio.</summary>
    /// <param name="effect">A contrast of this inference.</param>
    /// <returns>exp of estimate and interval.</returns>
    /// <exception cref="InvalidModelOptionException">The link is neither log nor logit.</exception>
    public EffectRatio Exponentiated(FixedEffectEstimate effect)
    {
        ArgumentNullException.ThrowIfNull(effect);
        if (Fit.Link.Name is not ("log" or "logit"))
        {
            throw new InvalidModelOptionException(
                $"With the link '{Fit.Link.Name}' the exponential of an effect is no ratio; ratios are for the links " +
                $"log and logit.");
        }

        return new EffectRatio(
            effect.Name, Math.Exp(effect.Estimate), Math.Exp(effect.Lower), Math.Exp(effect.Upper), effect.PValue);
    }

    private int IndexOf(string effect)
    {
        for (int j = 0; j < Names.Count; j++)
        {
            if (string.Equals(Names[j], effect, StringComparison.Ordinal)) return j;
        }

        throw new InvalidModelOptionException(
            $"There is no fixed effect '{effect}'; the fit has {string.Join(", ", Names)}.");
    }

    private void RequireLength(int count)
    {
        if (count == _estimates.Length) return;
        throw new InvalidModelOptionException(
            $"The contrast has {count} weights, the fit {_estimates.Length} fixed effects " +
            $"({string.Join(", ", Names)}); give one weight for each.");
    }
}
