using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using Glmm.Sparse.Simulation;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Resampling;

/// <summary>
/// The power of a test by simulation: how many clusters, of what size, does it take to find an effect, or variance
/// between clusters?
/// </summary>
/// <remarks>
/// Data are drawn from the model, fitted by PQL and tested as the user would. The share of rejections is the power for
/// the test as it is: where PQL is biased or the normal limit of Wald's test is too short (few clusters), an effect of
/// 0 shows the true size. With an effect of 0 it is that size.
/// </remarks>
public static class PowerAnalysis
{
    /// <summary>The power for designs of so many clusters of such sizes, with covariates drawn anew for each data
    /// set.</summary>
    /// <param name="model">The model; its clusters, cluster size and seed are those of the grid and the
    /// options.</param>
    /// <param name="clusters">Numbers of clusters.</param>
    /// <param name="clusterSizes">Sizes of clusters.</param>
    /// <param name="options">The test and its simulation.</param>
    /// <returns>A result for each pair, sizes within numbers of clusters. Effects are called <c>(Intercept)</c>,
    /// <c>x1</c>, <c>x2</c>, …, <c>time</c>.</returns>
    /// <exception cref="GlmmException">The model or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static IReadOnlyList<PowerResult> Run(
        SimulationOptions model, IReadOnlyList<int> clusters, IReadOnlyList<int> clusterSizes, PowerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentNullException.ThrowIfNull(clusterSizes);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Family family = Family.Parse(model.Family, model.Theta);
        Link? link = model.Link is null ? null : Link.Parse(model.Link);
        var results = new List<PowerResult>();
        foreach (int count in clusters)
        {
            foreach (int size in clusterSizes)
            {
                SimulationOptions cell = model with { Clusters = count, ClusterSize = size };

                // The first data set tells what is wrong with all.
                ClusteredDesign first = SimulatedData.Draw(cell with { Seed = 0 });
                RequireEffect(options, [.. first.FixedEffects.Select(c => c.Name)]);
                results.Add(Simulate(count, size, options, index =>
                {
                    ulong seed = new RandomSource(options.Seed, (ulong)index).NextBits();
                    return Judge(SimulatedData.Draw(cell with { Seed = seed }), family, link, options);
                }));
            }
        }

        return results;
    }

    /// <summary>The power for one design of the user's own, with its covariates as they are.</summary>
    /// <param name="design">The rows; the response is not looked at but must be one of the family's.</param>
    /// <param name="family">A family with a distribution to draw from.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <param name="fixedEffects">α, one for each column of X.</param>
    /// <param name="covariance">D, q×q.</param>
    /// <param name="dispersion">φ; families that have none do not ask.</param>
    /// <param name="options">The test and its simulation.</param>
    /// <returns>The power.</returns>
    /// <exception cref="GlmmException">The model or the options are wrong.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static PowerResult Run(
        ClusteredDesign design, Family family, Link? link, ReadOnlySpan<double> fixedEffects, double[,] covariance,
        double dispersion, PowerOptions options)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RequireEffect(options, [.. design.FixedEffects.Select(c => c.Name)]);
        ResponseSimulation simulation = ResponseSimulation.FromParameters(
            design, family, link, fixedEffects, covariance, dispersion, options.Seed);
        double size = design.Observations / (double)design.Clusters.Count;
        return Simulate(design.Clusters.Count, size, options, index => Judge(
            design.WithResponse(simulation.Draw(index)), family, link, options));
    }

    private static PowerResult Simulate(
        int clusters, double size, PowerOptions options, Func<int, (bool Rejected, double Estimate)> judge)
    {
        var outcomes = new (bool Rejected, double Estimate)[options.Replicates];
        int threads = WorkerTeam.Count(options.Fit.Threads);
        var counter = new ProgressCounter(options.Progress, options.Replicates);
        using var team = new WorkerTeam(threads);
        team.Run(options.Replicates, new PartitionedAction(index =>
        {
            options.Fit.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                outcomes[index] = judge(index);
            }
            catch (InvalidModelDataException)
            {
                // A sample that cannot be fitted at all, every response 0, say.
                outcomes[index] = (false, double.NaN);
            }

            counter.Add();
        }));
        int rejections = outcomes.Count(o => o.Rejected);
        double[] estimates = [.. outcomes.Select(o => o.Estimate).Where(e => !double.IsNaN(e))];
        (double lower, double upper) = Wilson(rejections, options.Replicates, options.Level);
        return new PowerResult
        {
            Clusters = clusters,
            ClusterSize = size,
            Replicates = options.Replicates,
            Rejections = rejections,
            Failures = options.Replicates - estimates.Length,
            Lower = lower,
            Upper = upper,
            MeanEstimate = estimates.Length == 0 ? double.NaN : estimates.Average(),
        };
    }

    private static (bool Rejected, double Estimate) Judge(
        ClusteredDesign design, Family family, Link? link, PowerOptions options)
    {
        FitOptions single = options.Fit with { Threads = 1, Progress = null };
        if (options.Test == PowerTest.VarianceScore)
        {
            VarianceScoreResult score = VarianceScoreTest.Test(design, family, link, single);
            return score.Converged
                ? (score.Overall.PValue <= options.Alpha, score.Overall.OneStepVariance)
                : (false, double.NaN);
        }

        PqlFit fit = Pql.Fit(design, family, link, single);
        if (!fit.Converged) return (false, double.NaN);
        foreach (FixedEffect effect in fit.FixedEffects)
        {
            if (effect.Name == options.Effect)
                return (NormalDistribution.TwoSidedPValue(effect.Z) <= options.Alpha, effect.Estimate);
        }

        // The column was collinear in this data set.
        return (false, double.NaN);
    }

    private static void RequireEffect(PowerOptions options, string[] names)
    {
        if (options.Test != PowerTest.Wald || names.Contains(options.Effect)) return;
        throw new InvalidModelOptionException(
            $"The model has no fixed effect '{options.Effect}'; it has {string.Join(", ", names)}.");
    }

    // Wilson (1927).
    private static (double Lower, double Upper) Wilson(int successes, int trials, double level)
    {
        double z = NormalDistribution.Quantile(0.5 * (1 + level)), share = successes / (double)trials;
        double shrink = 1 + (z * z / trials), middle = (share + (z * z / (2 * trials))) / shrink;
        double half = z / shrink * Math.Sqrt((share * (1 - share) / trials) + (z * z / (4.0 * trials * trials)));
        return (successes == 0 ? 0 : middle - half, successes == trials ? 1 : middle + half);
    }
}
