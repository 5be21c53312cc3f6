using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Prediction;

/// <summary>Makes the parts of a <see cref="FittedModel"/> from a fit and its rows, in one sweep.</summary>
internal static class FittedModelBuilder
{
    /// <summary>Takes the posteriors of all clusters.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">Its design.</param>
    /// <param name="cancellationToken">Stops the sweep.</param>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters than the fit.</exception>
    internal static FittedModelParts Build(GlmmFit fit, ClusteredDesign design, CancellationToken cancellationToken)
    {
        var clusters = new WorkingClusters(fit, design);
        FitSummary summary = fit.Outcome;
        int p = clusters.P, q = clusters.Q, packed = q * (q + 1) / 2;

        // The working model of MQL is about b = 0; it has no modes to expand at.
        int k = fit is MqlFit ? 0 : summary.Clusters.Count;
        double[] covariances = new double[k * packed], crosses = new double[k * p * q];
        var rows = new int[k];
        for (int i = 0; i < k; i++) Pack(summary.Covariance, covariances.AsSpan(i * packed, packed));
        if (k > 0)
        {
            // Clusters without rows keep D; the others each write what is theirs, whatever the thread.
            clusters.Sweep<object?>(
                default, static () => null,
                (cluster, _) =>
                {
                    int code = cluster.Code;
                    rows[code] = cluster.Rows;
                    cluster.Cross.CopyTo(crosses.AsSpan(code * p * q));
                    Pack(cluster.PosteriorCovariance, q, covariances.AsSpan(code * packed, packed));
                },
                static _ => { }, cancellationToken);
        }

        return new FittedModelParts
        {
            Method = fit.Method,
            Order = fit.Order,
            Family = summary.Family,
            Link = summary.Link,
            ObservedCurvature = summary.Likelihood is { Observed: true },
            FixedNames = [.. summary.FixedEffects.Select(e => e.Name)],
            RandomTerms = [.. summary.RandomTerms],
            GroupName = summary.Clusters.Name,
            FixedEffects = [.. summary.FixedEffects.Select(e => e.Estimate)],
            FixedCovariance = [.. summary.FixedCovariance.Cast<double>()],
            Covariance = [.. summary.Covariance.Cast<double>()],
            Dispersion = summary.Dispersion,
            ClusterLabels = [.. Enumerable.Range(0, k).Select(summary.Clusters.LabelOf)],
            ClusterRows = rows,
            Modes = k > 0 ? fit.Modes.ToArray() : [],
            Covariances = covariances,
            Crosses = crosses,
        };
    }

    private static void Pack(double[,] square, Span<double> triangle)
    {
        for (int r = 0, at = 0; at < triangle.Length; r++)
        {
            for (int c = 0; c <= r; c++, at++) triangle[at] = square[r, c];
        }
    }

    private static void Pack(double[] square, int q, Span<double> triangle)
    {
        for (int r = 0, at = 0; r < q; r++)
        {
            for (int c = 0; c <= r; c++, at++) triangle[at] = square[(r * q) + c];
        }
    }
}
