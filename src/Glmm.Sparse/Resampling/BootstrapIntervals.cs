using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Resampling;

/// <summary>
/// Parametric bootstrap of a fit by PQL or MQL: data sets drawn from the fitted model with new random effects, refitted
/// side by side on one <see cref="RefitPlan"/> (Efron &amp; Tibshirani 1993, §6.5 and chapter 13).
/// </summary>
/// <remarks>
/// The percentile interval is taken from quantiles of the refits as they are; the basic interval turns them round the
/// estimate. Where the method is biased (binary data in small clusters) the one keeps and the other reflects the bias:
/// see <see cref="ParametricBootstrap"/> for a correction. Designs with frequencies or sampling weights are refused:
/// see <see cref="ResponseSimulation"/>.
/// </remarks>
public static class BootstrapIntervals
{
    /// <summary>Fits, simulates and refits.</summary>
    /// <param name="design">The data.</param>
    /// <param name="family">A family with a distribution to draw from.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="options">The options of the fit and of every refit; the defaults when null. Refits are spread over
    /// their threads.</param>
    /// <param name="bootstrap">How the bootstrap is made; the defaults when null.</param>
    /// <returns>The intervals.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong, there is no distribution, the fit did not
    /// converge, or fewer than 20 replicates could be fitted.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static BootstrapResult Compute(
        ClusteredDesign design, Family family, Link? link = null, FitOptions? options = null,
        BootstrapIntervalOptions? bootstrap = null)
    {
        options ??= FitOptions.Default;
        bootstrap ??= BootstrapIntervalOptions.Default;
        bootstrap.Validate();
        using RefitPlan plan = RefitPlan.Create(design, family, link, options, bootstrap.Method);
        GlmmFit fit = plan.Reference;
        if (!fit.Converged)
        {
            throw new InvalidModelOptionException(
                $"The fit did not converge, so there is no model to simulate from. {fit.Message}");
        }

        ResponseSimulation simulation = ResponseSimulation.FromFit(fit, design, bootstrap.Seed);
        var counter = new ProgressCounter(bootstrap.Progress, bootstrap.Replicates);
        RefitResult[] results = plan.RefitMany(
            bootstrap.Replicates,
            (index, response) =>
            {
                simulation.Draw(index, response);
                counter.Add();
            },
            options.Threads);
        return Summarise(fit, results, bootstrap.Level, design.Covariance);
    }

    private static BootstrapResult Summarise(
        GlmmFit fit, RefitResult[] results, double level, CovarianceStructure structure)
    {
        int[] used = [.. Enumerable.Range(0, results.Length).Where(i => results[i].Converged)];
        RefitResult? failure = results.FirstOrDefault(r => !r.Converged);
        if (used.Length < 20)
        {
            throw new InvalidModelOptionException(
                $"Only {used.Length} of {results.Length} refits of simulated data converged, too few for intervals. " +
                $"The first that did not says: {failure?.Message}");
        }

        var layout = new BootstrapLayout(fit, structure);
        var values = new double[used.Length * layout.Count];
        for (int i = 0; i < used.Length; i++)
        {
            RefitResult result = results[used[i]];
            layout.Take(
                result.FixedEffects, result.Covariance, result.Dispersion,
                values.AsSpan(i * layout.Count, layout.Count));
        }

        var own = new double[layout.Count];
        layout.Take(
            [.. fit.FixedEffects.Select(e => e.Estimate)], [.. fit.Covariance.Cast<double>()], fit.Dispersion, own);
        return new BootstrapResult(values)
        {
            Fit = fit,
            Parameters =
            [
                .. Enumerable.Range(0, layout.Count).Select(j => Parameter(layout, j, own[j], values, level)),
            ],
            Level = level,
            Replicates = used.Length,
            Failures = results.Count(r => !r.Converged && !r.IsRefused),
            Refused = results.Count(r => r.IsRefused),
            FirstFailure = failure?.Message,
            ReplicateNumbers = used,
        };
    }

    private static BootstrapParameter Parameter(
        BootstrapLayout layout, int index, double estimate, double[] values, double level)
    {
        var sorted = new List<double>(values.Length / layout.Count);
        for (int at = index; at < values.Length; at += layout.Count)
        {
            if (!double.IsNaN(values[at])) sorted.Add(values[at]);
        }

        double mean = sorted.Count == 0 ? double.NaN : sorted.Average();
        double squares = sorted.Sum(value => (value - mean) * (value - mean));
        sorted.Sort();
        double low = Quantile(sorted, 0.5 * (1 - level)), high = Quantile(sorted, 0.5 * (1 + level));
        (ProfileKind kind, string name, double least, double most) = layout[index];
        return new BootstrapParameter(
            kind, name, estimate, mean - estimate, Math.Sqrt(squares / (sorted.Count - 1)), low, high,
            Math.Clamp((2 * estimate) - high, least, most), Math.Clamp((2 * estimate) - low, least, most),
            sorted.Count);
    }

    // The (R + 1)p-th of R ordered values, with straight lines between them (Davison & Hinkley 1997, §5.2.1).
    private static double Quantile(List<double> sorted, double probability)
    {
        if (sorted.Count == 0) return double.NaN;
        double rank = Math.Clamp((probability * (sorted.Count + 1)) - 1, 0, sorted.Count - 1);
        int below = Math.Min((int)rank, sorted.Count - 1), above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }
}
