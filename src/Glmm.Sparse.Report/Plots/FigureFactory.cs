using Glmm.Sparse.Report.Content;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Makes the figures that a fit has.</summary>
internal static class FigureFactory
{
    /// <summary>Why a fit has no such figure, in a sentence; null where it has.</summary>
    public static string? Missing(ReportContent content, ReportPlot plot) => plot switch
    {
        ReportPlot.Coefficients => null,
        ReportPlot.Caterpillar => content.RandomEffects.Reason,
        ReportPlot.RandomQuantiles => content.RandomEffects.Reason
            ?? (content.Fit.GroupCount < 5 ? "There are fewer than 5 clusters, too few for quantiles." : null),
        ReportPlot.Residuals or ReportPlot.Trajectories => content.Residuals.Reason,
        ReportPlot.Quantiles => content.Residuals.Reason ?? content.Residuals.Value!.QuantileMessage,
        ReportPlot.Calibration => content.Fit.Family.IsBinomial
            ? content.Residuals.Reason
            : $"Calibration is of a binomial response, and the family is {content.Fit.Family.Name}.",
        ReportPlot.Variance => content.Decomposition.Reason,
        ReportPlot.Influence => content.Diagnostics.Reason
            ?? (content.Diagnostics.Value!.Influence.Rows.Any(static r => double.IsFinite(r.CooksDistance))
                ? null
                : "Without any one of the clusters the others do not determine the fixed effects."),
        _ => throw new ArgumentOutOfRangeException(nameof(plot), plot, "This plot is not made."),
    };

    /// <summary>Makes a figure that is not missing.</summary>
    public static Figure Make(ReportContent content, ReportPlot plot) => plot switch
    {
        ReportPlot.Coefficients => CoefficientPlot.Make(content),
        ReportPlot.Caterpillar => CaterpillarPlot.Make(content),
        ReportPlot.RandomQuantiles => QuantilePlot.RandomEffects(content),
        ReportPlot.Residuals => ResidualPlot.Make(content),
        ReportPlot.Trajectories => TrajectoryPlot.Make(content),
        ReportPlot.Quantiles => QuantilePlot.Residuals(content),
        ReportPlot.Calibration => CalibrationPlot.Make(content),
        ReportPlot.Variance => VariancePlot.Make(content),
        ReportPlot.Influence => InfluencePlot.Make(content),
        _ => throw new ArgumentOutOfRangeException(nameof(plot), plot, "This plot is not made."),
    };
}
