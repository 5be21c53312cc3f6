namespace Glmm.Sparse.Report;

/// <summary>The plots of a report.</summary>
public enum ReportPlot
{
    /// <summary>Fixed effects with their intervals.</summary>
    Coefficients,

    /// <summary>Random effects of the clusters with their intervals, in order.</summary>
    Caterpillar,

    /// <summary>Pearson and deviance residuals against the fitted linear predictor.</summary>
    Residuals,

    /// <summary>Randomised quantile residuals against normal quantiles.</summary>
    Quantiles,

    /// <summary>Random effects against normal quantiles.</summary>
    RandomQuantiles,

    /// <summary>Observed and fitted values of some clusters.</summary>
    Trajectories,

    /// <summary>Observed proportions against predicted probabilities, in bins; binomial only.</summary>
    Calibration,

    /// <summary>How the variance on the scale of the link is made up.</summary>
    Variance,

    /// <summary>The clusters that move the fixed effects most.</summary>
    Influence,
}
