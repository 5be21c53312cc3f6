using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Content;

/// <summary>The predicted random effects, term by term, with intervals. No record a cluster: there may be millions.
/// </summary>
internal sealed class RandomEffectValues
{
    private readonly RandomEffectsFit _fit;
    private readonly double _quantile;

    private RandomEffectValues(RandomEffectsFit fit, double level) =>
        (_fit, _quantile) = (fit, RandomQuantile(level));

    /// <summary>The names of the terms, q.</summary>
    public IReadOnlyList<string> Terms => _fit.RandomTerms;

    /// <summary>k.</summary>
    public int Clusters => _fit.GroupCount;

    /// <exception cref="InvalidModelOptionException">The method predicts none.</exception>
    public static RandomEffectValues Of(GlmmFit fit, double level) => fit is RandomEffectsFit effects
        ? new RandomEffectValues(effects, level)
        : throw new InvalidModelOptionException(
            $"Method {fit.Method.ToString().ToLowerInvariant()} predicts no random effects; pql, laplace and aghq do.");

    /// <summary>Label of a cluster.</summary>
    public string Label(int cluster) => _fit.ClusterLabel(cluster);

    /// <summary>The conditional mode.</summary>
    public double Estimate(int cluster, int term) => _fit.RandomEffects[(cluster * Terms.Count) + term];

    /// <summary>Its prediction standard error.</summary>
    public double Error(int cluster, int term) => _fit.RandomEffectStandardErrors[(cluster * Terms.Count) + term];

    /// <summary>Half the width of its interval.</summary>
    public double Margin(int cluster, int term) => _quantile * Error(cluster, term);

    /// <summary>The standard deviation that the model gives the term.</summary>
    public double Deviation(int term) => Math.Sqrt(_fit.Covariance[term, term]);

    /// <summary>The clusters by their estimates, the least first; ties by the clusters' order.</summary>
    public int[] Order(int term)
    {
        double[] keys = [.. Enumerable.Range(0, Clusters).Select(c => Estimate(c, term))];
        int[] order = [.. Enumerable.Range(0, Clusters)];
        Array.Sort(keys, order);
        return order;
    }

    private static double RandomQuantile(double level) => Kernels.NormalDistribution.Quantile(0.5 * (1 + level));
}
