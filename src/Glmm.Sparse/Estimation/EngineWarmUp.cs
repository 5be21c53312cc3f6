using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// Has the just-in-time compiler make the code of a fit before its data are there: while a file is read, or when a
/// service starts. It takes a few tenths of a second, which the first fit of a process would otherwise wait for.
/// </summary>
public static class EngineWarmUp
{
    private const int Clusters = 24;
    private const int Rows = 4;

    /// <summary>Fits a tiny data set by the method, family and link that the real one will have.</summary>
    /// <param name="method">The method.</param>
    /// <param name="family">The family.</param>
    /// <param name="link">The link; the family's default when null.</param>
    /// <returns>Whether the tiny fit ran, which a link that is odd for its family may prevent; no harm is done
    /// then.</returns>
    public static bool Run(EstimationMethod method, Family family, Link? link = null)
    {
        ArgumentNullException.ThrowIfNull(family);
        try
        {
            GlmmFit fit =
                GlmmEstimator.Fit(
                    method, TinyDesign(family), family, link, new FitOptions { Threads = 1, IsWatched = false });
            _ = fit.ApproximationRisk;
            return true;
        }
        catch (GlmmException)
        {
            return false;
        }
    }

    // Clusters of two sizes that differ in level and slope, so that every part of a fit has something to do.
    private static ClusteredDesign TinyDesign(Family family)
    {
        List<double> y = [], x = [], time = [];
        List<int> cluster = [];
        for (int i = 0; i < Clusters; i++)
        {
            for (int r = 0; r < Rows + (i % 2); r++)
            {
                int level = (i % 5) + ((i % 3) * r) + (r % 2);
                y.Add(family.IsBinomial ? (level + (i / 3)) % 2
                    : family.Domain == MeanDomain.UnitInterval ? (1 + level) / 20.0 : 1 + level);
                x.Add(Math.Sin((7 * i) + r));
                time.Add(r);
                cluster.Add(i);
            }
        }

        DesignColumn ones = DesignColumn.Constant("(Intercept)", 1, y.Count);
        DesignColumn times = DesignColumn.FromValues("time", time.ToArray());
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y.ToArray()), [ones, DesignColumn.FromValues("x", x.ToArray()), times],
            [ones, times], new ClusterIndex("cluster", cluster.ToArray(), Clusters));
    }
}
