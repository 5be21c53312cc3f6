using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using MathNet.Numerics.Distributions;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>A random-intercept data set of a family and link, drawn by MathNet.</summary>
internal sealed record DrawnRows(ClusteredDesign Design, Link Link)
{
    internal static DrawnRows Draw(
        Family family, Link link, int clusters, int size, int seed, double deviation = 0.5, double zeros = 0)
    {
        var random = new Random(seed);
        int n = clusters * size;
        double[] y = new double[n], x = new double[n], ones = new double[n], trials = new double[n];
        var codes = new int[n];
        for (int i = 0, r = 0; i < clusters; i++)
        {
            double effect = deviation * Normal.Sample(random, 0, 1);
            for (int j = 0; j < size; j++, r++)
            {
                (codes[r], ones[r], x[r]) = (i, 1, Normal.Sample(random, 0, 1));
                trials[r] = family.IsBinomial ? random.Next(1, 9) : 1;
                double eta = 0.6 + (0.4 * x[r]) + effect;
                y[r] = random.NextDouble() < zeros ? 0 : Sample(random, family, link, eta, (int)trials[r]);
            }
        }

        var design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [DesignColumn.FromValues("(Intercept)", ones), DesignColumn.FromValues("x", x)],
            [DesignColumn.FromValues("(Intercept)", ones)], new ClusterIndex("g", codes, clusters),
            family.IsBinomial ? DesignColumn.FromValues("trials", trials) : null);
        return new DrawnRows(design, link);
    }

    private static double Sample(Random random, Family family, Link link, double eta, int trials)
    {
        double mu = link.Name == "log" ? Math.Exp(eta) : link.Name == "logit" ? 1 / (1 + Math.Exp(-eta)) : eta;
        double theta = family.Theta ?? 1;
        return family.Name switch
        {
            "poisson" => Poisson.Sample(random, mu),
            "binomial" => Binomial.Sample(random, mu, trials) / (double)trials,
            "gamma" => Gamma.Sample(random, 1 / 0.4, 1 / (0.4 * mu)),
            "inverse-gaussian" => InverseGaussian.Sample(random, mu, 1 / 0.2),
            "negative-binomial" => Poisson.Sample(random, Gamma.Sample(random, theta, theta / mu)),
            _ => mu + Normal.Sample(random, 0, 1),
        };
    }
}
