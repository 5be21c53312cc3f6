using Glmm.Sparse.Model;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Benchmarks;

/// <summary>
/// The data of <c>glmm simulate</c> in memory: an intercept, four normal covariates and time, clusters of Poisson(size)
/// rows or of exactly that many, random intercepts and, for q = 2, slopes of time.
/// </summary>
internal static class SimulatedDesign
{
    internal static readonly double[] Alpha = [0.2, 0.3, -0.2, 0.1, 0.25, -0.4];

    internal static ClusteredDesign Create(
        string family, int clusters, int size, int randomCount, bool fixedSize = false, double? theta = null)
    {
        var simulator = new DatasetSimulator(new SimulationOptions
        {
            Family = family,
            Clusters = clusters,
            ClusterSize = size,
            FixedSize = fixedSize,
            FixedEffects = Alpha,
            RandomEffectDeviations = randomCount == 1 ? [0.7] : [0.7, 0.3],
            Correlation = randomCount == 1 ? 0 : -0.3,
            Theta = theta,
            Seed = 1,
        });
        SimulatedCluster cluster = simulator.CreateCluster();
        var start = new int[clusters + 1];
        for (int i = 0; i < clusters; i++)
        {
            simulator.Draw(i, cluster);
            start[i + 1] = start[i] + cluster.Size;
        }

        int n = start[clusters];
        double[] y = new double[n], time = new double[n];
        double[][] x = [.. Enumerable.Range(0, simulator.CovariateCount).Select(_ => new double[n])];
        var id = new int[n];
        for (int i = 0; i < clusters; i++)
        {
            simulator.Draw(i, cluster);
            cluster.Response.CopyTo(y.AsSpan(start[i]));
            cluster.Time.CopyTo(time.AsSpan(start[i]));
            for (int c = 0; c < x.Length; c++) cluster.Covariate(c).CopyTo(x[c].AsSpan(start[i]));
            id.AsSpan(start[i], cluster.Size).Fill(i);
        }

        DesignColumn ones = DesignColumn.Constant("(Intercept)", 1, n), slope = DesignColumn.FromValues("time", time);
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y),
            [ones, .. x.Select((values, c) => DesignColumn.FromValues($"x{c + 1}", values)), slope],
            randomCount == 1 ? [ones] : [ones, slope], new ClusterIndex("id", id, clusters));
    }

    /// <summary>Bytes of the arrays that <see cref="Create"/> makes: response, four covariates, time, cluster
    /// codes.</summary>
    internal static long Bytes(ClusteredDesign design) => design.Observations * ((6L * sizeof(double)) + sizeof(int));
}
