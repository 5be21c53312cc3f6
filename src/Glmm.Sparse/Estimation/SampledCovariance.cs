using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Working;

namespace Glmm.Sparse.Estimation;

/// <summary>
/// What replaces the covariance of the fixed effects where rows have sampling weights: the sandwich
/// S⁻¹(Σ U_iU_iᵀ)S⁻¹·k/(k − 1) over clusters, whose spread alone says how much the sample tells (Binder 1983;
/// Pfeffermann et al. 1998).
/// </summary>
internal static class SampledCovariance
{
    /// <summary>The fit's summary with that covariance.</summary>
    /// <param name="fit">A fit with the covariance of its working model.</param>
    /// <param name="design">The design.</param>
    /// <param name="threads">Threads; 0 for all processors.</param>
    internal static FitSummary Replace(GlmmFit fit, ClusteredDesign design, int threads)
    {
        FitSummary summary = fit.Outcome;
        int p = summary.FixedEffects.Count;
        var model = new WorkingClusters(fit, design, threads);
        if (!fit.Converged || !model.TryWhitening(out double[] root)) return summary;
        var meat = new ScoreProducts(p);
        model.Sweep(
            root, () => new ScoreProducts(p), static (cluster, part) => part.Add(cluster.FixedScore), meat.Add);
        double correction = meat.Clusters / (meat.Clusters - 1.0);
        double[] covariance = SmallMatrices.Congruence(root, meat.Sum, p);
        double[,] robust = new double[p, p];
        for (int e = 0; e < covariance.Length; e++) robust[e / p, e % p] = correction * covariance[e];
        return summary with
        {
            FixedCovariance = robust,
            FixedEffects =
            [
                .. summary.FixedEffects.Select((e, j) => e with { StandardError = Math.Sqrt(robust[j, j]) }),
            ],
        };
    }
}
