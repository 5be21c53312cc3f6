using Glmm.Sparse.Families;
using Glmm.Sparse.Model;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// What an estimator tends to as clusters grow in number: its fit to all the totals that a cluster can have, each as
/// often as it is likely.
/// </summary>
/// <remarks>
/// Intercept only, balanced. The rows of a cluster then have one linear predictor, and their total says all: a cluster
/// is one row, of n trials or n times the mean, and clusters of the same total come in the share that the total has.
/// </remarks>
internal static class BiasLimit
{
    private const int Clusters = 400_000;
    private const double Grid = 0.02;

    /// <summary>A design of clusters in the shares that their totals have.</summary>
    /// <param name="family">Binomial (binary rows, logit link) or poisson (log link).</param>
    /// <param name="intercept">α.</param>
    /// <param name="variance">τ².</param>
    /// <param name="size">n.</param>
    internal static ClusteredDesign Design(Family family, double intercept, double variance, int size)
    {
        double[] chance = Chances(family, intercept, variance, size);
        double[] y = new double[Clusters];
        double trials = family.IsBinomial ? size : 1;
        int used = 0;
        double cumulated = 0;
        for (int total = 0; total < chance.Length; total++)
        {
            cumulated += chance[total];
            int end = (int)Math.Round(Clusters * Math.Min(1, cumulated));
            y.AsSpan(used, end - used).Fill(total / trials);
            used = end;
        }

        // What little is left belongs to the last total.
        y.AsSpan(used).Fill((chance.Length - 1) / trials);
        DesignColumn ones = DesignColumn.Constant("(Intercept)", 1, Clusters);
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [ones], [ones],
            new ClusterIndex("id", Enumerable.Range(0, Clusters).ToArray(), Clusters),
            priorWeights: family.IsBinomial ? DesignColumn.Constant("n", size, Clusters) : null,
            offset: family.IsBinomial ? null : DesignColumn.Constant("log n", Math.Log(size), Clusters));
    }

    // P(total) by the trapezoidal rule, which is exact to all digits for a normal density.
    private static double[] Chances(Family family, double intercept, double variance, int size)
    {
        double deviation = Math.Sqrt(variance);
        int largest = family.IsBinomial
            ? size
            : (int)(size * Math.Exp(intercept + (6 * deviation))) + 40;
        var chance = new double[largest + 1];
        for (double z = -9; z < 9 + (Grid / 2); z += Grid)
        {
            double density = Grid * Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI), eta = intercept + (deviation * z);
            double mean = size * Math.Exp(eta), odds = Math.Exp(eta);
            double term = family.IsBinomial ? Math.Pow(1 + odds, -size) : Math.Exp(-mean);
            for (int total = 0; total <= largest; total++)
            {
                chance[total] += density * term;
                term *= family.IsBinomial ? odds * (size - total) / (total + 1) : mean / (total + 1);
            }
        }

        return chance;
    }
}
