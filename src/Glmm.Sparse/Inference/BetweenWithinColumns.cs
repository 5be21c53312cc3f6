using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Inference;

/// <summary>Which fixed effects vary within clusters, and what degrees of freedom that leaves.</summary>
internal static class BetweenWithinColumns
{
    /// <summary>Degrees of freedom of each column: n − k − (columns that vary within some cluster) for those, k − (the
    /// other columns) for the others.</summary>
    /// <exception cref="InvalidModelOptionException">None are left for some column.</exception>
    internal static double[] DegreesOfFreedom(
        GlmmFit fit, ClusteredDesign design, int threads, CancellationToken cancellationToken)
    {
        var clusters = new WorkingClusters(fit, design, threads);
        int p = clusters.P, k = 0, n = fit.Observations;
        var within = new bool[p];
        clusters.Sweep(
            default, () => new Part(p), static (cluster, part) => part.Add(cluster),
            part =>
            {
                k += part.Clusters;
                for (int j = 0; j < p; j++) within[j] |= part.Varies[j];
            },
            cancellationToken);
        int varying = within.Count(v => v);
        double inside = n - k - varying, outside = k - (p - varying);
        for (int j = 0; j < p; j++)
        {
            if ((within[j] ? inside : outside) > 0) continue;
            throw new InvalidModelOptionException(
                $"'{fit.FixedEffects[j].Name}' {(within[j] ? "varies" : "is constant")} within clusters, for which " +
                $"{n} rows in {k} clusters leave no degrees of freedom; use another method, or fewer fixed effects.");
        }

        return [.. within.Select(v => v ? inside : outside)];
    }

    private sealed class Part(int p)
    {
        public bool[] Varies { get; } = new bool[p];

        public int Clusters { get; private set; }

        public void Add(WorkingCluster cluster)
        {
            Clusters++;
            for (int j = 0; j < p; j++)
            {
                ReadOnlySpan<double> column = cluster.X(j);
                if (!Varies[j]) Varies[j] = column.ContainsAnyExcept(column[0]);
            }
        }
    }
}
