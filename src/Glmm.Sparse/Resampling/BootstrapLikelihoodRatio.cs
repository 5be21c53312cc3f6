using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Resampling;

/// <summary>
/// The likelihood-ratio test of nested models with its distribution simulated under the smaller one, where the
/// asymptotic one is in doubt: variances on their boundary, few clusters (Davison &amp; Hinkley 1997, §4.4).
/// </summary>
/// <remarks>Both models are fitted by the Laplace approximation, or by quadrature where more than one node is asked
/// for, to the data and to every replicate; replicates are spread over the threads.</remarks>
public static class BootstrapLikelihoodRatio
{
    private const double Slack = 1e-5;

    /// <summary>Fits both models and tests the smaller against the larger.</summary>
    /// <param name="smaller">The design of the smaller model.</param>
    /// <param name="larger">The design of the larger model, of the same response and rows.</param>
    /// <param name="family">A family with a likelihood and a distribution to draw from.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="method">Laplace or quadrature, with the options' nodes.</param>
    /// <param name="options">The options of every fit; the defaults when null.</param>
    /// <param name="bootstrap">How the bootstrap is made; the defaults when null.</param>
    /// <returns>The test.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong, the models are not nested, a fit of the data
    /// did not converge, or fewer than half of the replicates could be fitted.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static BootstrapLikelihoodRatioResult Test(
        ClusteredDesign smaller, ClusteredDesign larger, Family family, Link? link = null,
        EstimationMethod method = EstimationMethod.Laplace, FitOptions? options = null,
        BootstrapLikelihoodRatioOptions? bootstrap = null)
    {
        ArgumentNullException.ThrowIfNull(smaller);
        LikelihoodFit Fit(ClusteredDesign design, FitOptions how) =>
            RequireLikelihood(method, design, family, link, how);
        FitOptions chosen = options ?? FitOptions.Default;
        LikelihoodFit own = Fit(smaller, chosen), other = Fit(larger, chosen);
        LikelihoodRatioResult asymptotic = LikelihoodRatioTest.Compare(own, other);
        return Simulate(
            ResponseSimulation.FromFit(own, smaller, (bootstrap ?? BootstrapLikelihoodRatioOptions.Default).Seed),
            asymptotic, chosen, bootstrap,
            (y, how) =>
            {
                LikelihoodFit left = Fit(smaller.WithResponse(y), how), right = Fit(larger.WithResponse(y), how);
                return left.Converged && right.Converged
                    ? (2 * (right.LogLikelihood - left.LogLikelihood), null)
                    : (double.NaN, left.Converged ? right.Message : left.Message);
            });
    }

    /// <summary>Tests the model without random effects: is there any variance between the clusters?</summary>
    /// <param name="design">The design of the model with random effects.</param>
    /// <param name="family">A family with a likelihood and a distribution to draw from.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="method">Laplace or quadrature, with the options' nodes.</param>
    /// <param name="options">The options of every fit; the defaults when null.</param>
    /// <param name="bootstrap">How the bootstrap is made; the defaults when null.</param>
    /// <returns>The test.</returns>
    /// <exception cref="GlmmException">The data or the options are wrong, a fit of the data did not converge, or fewer
    /// than half of the replicates could be fitted.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static BootstrapLikelihoodRatioResult TestVariance(
        ClusteredDesign design, Family family, Link? link = null,
        EstimationMethod method = EstimationMethod.Laplace, FitOptions? options = null,
        BootstrapLikelihoodRatioOptions? bootstrap = null)
    {
        FitOptions chosen = options ?? FitOptions.Default;
        NullModel own = NullModel.Fit(design, family, link, chosen);
        LikelihoodFit other = RequireLikelihood(method, design, family, link, chosen);
        LikelihoodRatioResult asymptotic = LikelihoodRatioTest.Compare(own, other);
        int q = design.RandomEffects.Count;
        var sampler = new ResponseSampler(
            design, own.FixedColumns, own.Outline.Family, own.Outline.Link,
            (bootstrap ?? BootstrapLikelihoodRatioOptions.Default).Seed);
        double dispersion = own.Dispersion;
        sampler.MoveTo([.. own.FixedEffects], new double[q * q], dispersion);
        return Simulate(
            ResponseSimulation.Of(sampler, design.Observations), asymptotic, chosen, bootstrap,
            (y, how) =>
            {
                ClusteredDesign drawn = design.WithResponse(y);
                NullModel left = NullModel.Fit(drawn, family, link, how);
                LikelihoodFit right = RequireLikelihood(method, drawn, family, link, how);
                return left.Converged && right.Converged
                    ? (2 * (right.LogLikelihood - left.LogLikelihood), null)
                    : (double.NaN, right.Message ?? "The model without random effects did not converge.");
            });
    }

    private static BootstrapLikelihoodRatioResult Simulate(
        ResponseSimulation simulation, LikelihoodRatioResult asymptotic, FitOptions options,
        BootstrapLikelihoodRatioOptions? bootstrap,
        Func<double[], FitOptions, (double Statistic, string? Failure)> compare)
    {
        bootstrap ??= BootstrapLikelihoodRatioOptions.Default;
        bootstrap.Validate();
        FitOptions single = options with { Threads = 1, Progress = null };
        var outcomes = new (double Statistic, string? Failure)[bootstrap.Replicates];
        var counter = new ProgressCounter(bootstrap.Progress, bootstrap.Replicates);
        using var team = new WorkerTeam(WorkerTeam.Count(options.Threads));
        team.Run(outcomes.Length, new PartitionedAction(index =>
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                outcomes[index] = compare(simulation.Draw(index), single);
            }
            catch (InvalidModelDataException exception)
            {
                // A sample that cannot be fitted at all, every response 0, say.
                outcomes[index] = (double.NaN, exception.Message);
            }

            counter.Add();
        }));
        double[] used = [.. outcomes.Where(o => !double.IsNaN(o.Statistic)).Select(o => Math.Max(0, o.Statistic))];
        string? failure = outcomes.FirstOrDefault(o => double.IsNaN(o.Statistic)).Failure;
        if (2 * used.Length < outcomes.Length)
        {
            throw new InvalidModelOptionException(
                $"Only {used.Length} of {outcomes.Length} simulated data sets could be fitted, too few for a test. " +
                $"The first that could not says: {failure}");
        }

        int asLarge = used.Count(value => value >= asymptotic.Statistic - Slack);
        return new BootstrapLikelihoodRatioResult(used)
        {
            Asymptotic = asymptotic,
            PValue = (1.0 + asLarge) / (1 + used.Length),
            Failures = outcomes.Length - used.Length,
            FirstFailure = failure,
        };
    }

    private static LikelihoodFit RequireLikelihood(
        EstimationMethod method, ClusteredDesign design, Family family, Link? link, FitOptions options) =>
        GlmmEstimator.Fit(method, design, family, link, options) as LikelihoodFit
            ?? throw new InvalidModelOptionException(
                "A likelihood ratio needs the Laplace approximation or quadrature, not PQL or MQL.");
}
