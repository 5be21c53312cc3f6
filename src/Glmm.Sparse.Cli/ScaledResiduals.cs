using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Cli;

/// <summary>The five numbers of the scaled residuals that lme4's summary shows: Pearson residuals over √φ.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="LowerQuartile">The first quartile.</param>
/// <param name="Median">The median.</param>
/// <param name="UpperQuartile">The third quartile.</param>
/// <param name="Maximum">The largest.</param>
internal sealed record ScaledResiduals(
    double Minimum, double LowerQuartile, double Median, double UpperQuartile, double Maximum)
{
    /// <summary>Those of a fit; null where they are not finite.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design it was fitted to.</param>
    public static ScaledResiduals? Of(GlmmFit fit, ClusteredDesign design)
    {
        double[] residuals = fit.Fitted(design).PearsonResidual;
        if (!residuals.All(double.IsFinite)) return null;
        Array.Sort(residuals);
        double scale = 1 / Math.Sqrt(fit.Dispersion);
        return new ScaledResiduals(
            scale * residuals[0], scale * Quantile(residuals, 0.25), scale * Quantile(residuals, 0.5),
            scale * Quantile(residuals, 0.75), scale * residuals[^1]);
    }

    // Type 7 of Hyndman & Fan (1996), which R takes.
    private static double Quantile(double[] sorted, double probability)
    {
        double rank = probability * (sorted.Length - 1);
        int below = (int)rank, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }
}
