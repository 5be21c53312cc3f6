using Glmm.Sparse.Families;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>
/// All totals that a cluster of n rows with a common linear predictor can have, each as often as it is likely: what a
/// sample tends to as the clusters grow in number. A cluster is one row, of n trials or n times the mean.
/// </summary>
internal static class ClusterTotals
{
    private const int Clusters = 20_000;

    internal static ClusteredDesign Design(Family family, Link link, double intercept, double variance, int size)
    {
        int largest = family.IsBinomial ? size : (int)(size * Math.Exp(intercept + (6 * Math.Sqrt(variance)))) + 40;
        double[] chance = new double[largest + 1], y = new double[Clusters];
        for (double z = -9; z < 9.01; z += 0.02)
        {
            double mean = Mean(link, intercept + (Math.Sqrt(variance) * z));
            if (family.IsBinomial) mean = Math.Clamp(mean, 1e-12, 1 - 1e-12);
            double density = 0.02 * Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
            double term = family.IsBinomial ? Math.Pow(1 - mean, size) : Math.Exp(-size * mean);
            for (int total = 0; total <= largest; total++)
            {
                chance[total] += density * term;
                term *= family.IsBinomial ? mean / (1 - mean) * (size - total) / (total + 1) : size * mean / (total + 1);
            }
        }

        double trials = family.IsBinomial ? size : 1, cumulated = 0;
        int used = 0;
        for (int total = 0; total <= largest; total++)
        {
            cumulated += chance[total];
            int end = total == largest ? Clusters : (int)Math.Round(Clusters * Math.Min(1, cumulated));
            y.AsSpan(used, end - used).Fill(total / trials);
            used = end;
        }

        DesignColumn ones = DesignColumn.Constant("1", 1, Clusters);
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [ones], [ones],
            new ClusterIndex("g", Enumerable.Range(0, Clusters).ToArray(), Clusters),
            family.IsBinomial ? DesignColumn.Constant("n", size, Clusters) : null,
            family.IsBinomial ? null : DesignColumn.Constant("log n", Math.Log(size), Clusters));
    }

    private static double Mean(Link link, double eta) => link.Name switch
    {
        "logit" => 1 / (1 + Math.Exp(-eta)),
        "probit" => 0.5 * MathNet.Numerics.SpecialFunctions.Erfc(-eta / Math.Sqrt(2)),
        "cloglog" => 1 - Math.Exp(-Math.Exp(eta)),
        _ => Math.Exp(eta),
    };
}
