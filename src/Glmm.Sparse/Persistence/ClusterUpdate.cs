using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Persistence;

/// <summary>Puts what was learnt of clusters among the parts of a model.</summary>
internal static class ClusterUpdate
{
    /// <summary>The parts with some clusters updated, and those that are new behind the others.</summary>
    public static FittedModelParts Apply(
        FittedModel model, IReadOnlyList<(string Label, ClusterPosterior Posterior)> learnt)
    {
        FittedModelParts parts = model.Parts;
        int p = parts.FixedNames.Length, q = parts.RandomTerms.Length, packed = q * (q + 1) / 2;
        string[] labels =
        [
            .. parts.ClusterLabels,
            .. learnt.Select(static entry => entry.Label).Where(label => !model.TryFindCluster(label, out _)),
        ];
        int k = labels.Length;
        double[] modes = Longer(parts.Modes, k, q);
        double[] covariances = Longer(parts.Covariances, k, packed);
        double[] crosses = Longer(parts.Crosses, k, p * q);
        int[] rows = [.. parts.ClusterRows, .. new int[k - parts.ClusterRows.Length]];
        int added = parts.ClusterLabels.Length;
        foreach ((string label, ClusterPosterior posterior) in learnt)
        {
            int cluster = model.TryFindCluster(label, out int code) ? code : added++;
            posterior.Mode.CopyTo(modes.AsSpan(cluster * q));
            posterior.Cross.CopyTo(crosses.AsSpan(cluster * p * q));
            rows[cluster] = posterior.Rows;
            Span<double> triangle = covariances.AsSpan(cluster * packed, packed);
            for (int r = 0, at = 0; r < q; r++)
            {
                for (int c = 0; c <= r; c++, at++) triangle[at] = posterior.Covariance[(r * q) + c];
            }
        }

        return parts with
        {
            ClusterLabels = labels,
            ClusterRows = rows,
            Modes = modes,
            Covariances = covariances,
            Crosses = crosses,
        };
    }

    private static double[] Longer(double[] values, int clusters, int width)
    {
        if ((long)clusters * width > Array.MaxLength)
            throw new InvalidModelDataException($"{clusters} clusters are too many for one model.");
        var longer = new double[clusters * width];
        values.CopyTo(longer, 0);
        return longer;
    }
}
