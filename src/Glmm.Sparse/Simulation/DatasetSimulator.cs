using System.Globalization;

namespace Glmm.Sparse.Simulation;

/// <summary>
/// Draws data sets from a generalized linear mixed model with known parameters, cluster by cluster. Immutable and
/// thread-safe; clusters may be drawn in any order, each from a random stream of its own.
/// </summary>
/// <remarks>
/// The numbers come from a generator and elementary functions of this library's own, so a seed means the same data on
/// any machine; and a data set of more clusters begins with the clusters of a smaller one.
/// </remarks>
public sealed class DatasetSimulator
{
    private readonly SimulationOptions _options;
    private readonly ResponseDistribution _distribution;
    private readonly double[] _alpha;
    private readonly double[] _deviations;
    private readonly double _residualSlope;

    /// <summary>Prepares a simulation.</summary>
    /// <param name="options">The model.</param>
    /// <exception cref="InvalidModelOptionException">An option is out of range or contradicts another.</exception>
    public DatasetSimulator(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        _options = options;
        _distribution = new ResponseDistribution(options.Family, options.Link, options.Dispersion, options.Theta);
        _alpha = [.. options.FixedEffects];
        _deviations = [.. options.RandomEffectDeviations];
        _residualSlope = Math.Sqrt(1 - options.Correlation * options.Correlation);
        CovariateCount = Math.Max(0, _alpha.Length - 2);
        ColumnNames = ["y", .. Enumerable.Range(1, CovariateCount).Select(static j => $"x{j}"), "time", "id"];
    }

    /// <summary>Number of clusters, k.</summary>
    public int Clusters => _options.Clusters;

    /// <summary>Number of standard normal covariates, x1, x2, …</summary>
    public int CovariateCount { get; }

    /// <summary>y, x1, x2, …, time, id.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>A place to draw clusters into; one for each thread.</summary>
    /// <returns>An empty cluster.</returns>
    public SimulatedCluster CreateCluster() => new(CovariateCount, _deviations.Length);

    /// <summary>Draws one cluster.</summary>
    /// <param name="index">Zero-based number of the cluster; its <c>id</c> is one more.</param>
    /// <param name="destination">From <see cref="CreateCluster"/>; overwritten.</param>
    /// <exception cref="InvalidModelOptionException">
    /// The linear predictor of a row gives no mean that the family allows.
    /// </exception>
    public void Draw(int index, SimulatedCluster destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var random = new RandomSource(_options.Seed, (ulong)index);
        destination.Resize(_options.FixedSize
            ? _options.ClusterSize
            : Math.Max(2, (int)RandomVariates.Poisson(random, _options.ClusterSize)));
        DrawRandomEffects(random, destination.Effects);
        for (int c = 0; c < CovariateCount; c++)
        {
            foreach (ref double x in destination.CovariateBuffer(c)) x = random.NextNormal();
        }

        DrawResponses(index, random, destination);
    }

    private void DrawRandomEffects(RandomSource random, double[] beta)
    {
        double first = random.NextNormal();
        beta[0] = _deviations[0] * first;
        if (beta.Length == 2)
            beta[1] = _deviations[1] * (_options.Correlation * first + _residualSlope * random.NextNormal());
    }

    private void DrawResponses(int index, RandomSource random, SimulatedCluster cluster)
    {
        ReadOnlySpan<double> time = cluster.Time;
        Span<double> y = cluster.ResponseBuffer;
        double intercept = _alpha[0] + cluster.Effects[0];
        double slope = (_alpha.Length > 1 ? _alpha[^1] : 0) + (cluster.Effects.Length > 1 ? cluster.Effects[1] : 0);
        for (int j = 0; j < y.Length; j++)
        {
            double eta = intercept + slope * time[j];
            for (int c = 0; c < CovariateCount; c++) eta += _alpha[c + 1] * cluster.Covariate(c)[j];
            y[j] = _distribution.Draw(random, eta);
            if (!double.IsFinite(y[j])) throw NoMean(index, j, eta);
        }
    }

    private InvalidModelOptionException NoMean(int index, int row, double eta) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"In cluster {index + 1}, row {row + 1}, the linear predictor {eta:G6} gives no mean that family "
        + $"{_options.Family} allows; choose other fixed effects, smaller standard deviations or link log."));

    private static void Check(SimulationOptions options)
    {
        Require(options.Clusters >= 1, $"The number of clusters must be 1 or more, not {options.Clusters}.");
        Require(options.ClusterSize >= 1, $"The cluster size must be 1 or more, not {options.ClusterSize}.");
        Require(options.FixedEffects.Count >= 1, "There must be at least one fixed effect, the intercept.");
        Require(options.FixedEffects.All(double.IsFinite), "The fixed effects must be finite numbers.");
        Require(
            options.RandomEffectDeviations.Count is 1 or 2,
            $"There must be one standard deviation (intercept) or two (intercept and slope of time), not "
            + $"{options.RandomEffectDeviations.Count}.");
        Require(
            options.RandomEffectDeviations.All(static s => double.IsFinite(s) && s >= 0),
            "The standard deviations must be finite numbers of 0 or more.");
        Require(options.Correlation is >= -1 and <= 1, "The correlation must lie between -1 and 1.");
        Require(
            options.Correlation == 0 || options.RandomEffectDeviations.Count == 2,
            "A correlation needs two standard deviations, of the intercept and of the slope of time.");
    }

    private static void Require(bool holds, string message)
    {
        if (!holds) throw new InvalidModelOptionException(message);
    }
}
