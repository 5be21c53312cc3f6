using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Report.Content;
using OxyPlot;
using OxyPlot.Axes;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Pearson and deviance residuals against the fitted linear predictor.</summary>
internal static class ResidualPlot
{
    public static Figure Make(ReportContent content)
    {
        ResidualSet residuals = content.Residuals.Value!;
        double root = Math.Sqrt(content.Fit.Dispersion);
        double[] eta = residuals.LinearPredictor.ToArray();
        double[] pearson = [.. residuals.Pearson.ToArray().Select(r => r / root)];
        double[] deviance = [.. residuals.Deviance.ToArray().Select(r => r / root)];
        string predictor = content.Fit.Link.Name == "identity"
            ? "Fitted value"
            : $"Fitted linear predictor ({content.Fit.Link.Name})";
        (Panel first, double pearsonTrend) = Plot("Pearson residual", predictor, eta, pearson);
        (Panel second, _) = Plot("Deviance residual", predictor, eta, deviance);
        int large = pearson.Count(static r => Math.Abs(r) > 3);
        string way = eta.Length > PlotStyle.MostPoints
            ? $"The {Words.Count(eta.Length)} rows are counted in hexagons, the stronger in colour the more."
            : $"Each of the {Words.Count(eta.Length)} rows is a point.";
        bool isBinary = content.Fit.Family.IsBinomial && content.Trials.All(static trials => trials == 1);
        bool isCount = content.Fit.Family.IsBinomial
            || content.Fit.Family.Name.Contains("poisson", StringComparison.Ordinal);
        string discrete = isBinary
            ? " Of single yes-or-no outcomes only the line of the Pearson residuals tells something; that of the "
                + "deviance residuals bends even where the model is right."
            : isCount ? " Stripes are the few values that a count can have; look at the orange line instead." : "";
        return new Figure(
            ReportPlot.Residuals, "Residuals against fitted values",
            $"{way} The orange line joins means of rows with similar fitted values; it should stay near the dashed "
            + $"line at zero. A bend says that the mean is wrong, a funnel that the variance is.{discrete}",
            $"Pearson residuals range from {Words.Number(pearson.Min(), 3)} to {Words.Number(pearson.Max(), 3)}; "
            + $"{Words.Count(large, "row")} of {Words.Count(eta.Length)} "
            + $"{(large == 1 ? "is" : "are")} beyond 3 in size; means of similar rows stay within "
            + $"{Words.Number(pearsonTrend, 2)} of zero.",
            [first, second], 2);
    }

    private static (Panel Panel, double Trend) Plot(string name, string predictor, double[] eta, double[] residual)
    {
        PlotModel model = PlotStyle.New();
        model.Axes.Add(PlotStyle.Axis(AxisPosition.Bottom, predictor));
        model.Axes.Add(PlotStyle.Axis(AxisPosition.Left, name));
        Cloud.Add(model, eta, residual);
        model.Annotations.Add(PlotStyle.Reference(0));
        double trend = Cloud.AddMeans(model, eta, residual);
        return (new Panel(model, PlotStyle.Width, PlotStyle.Height), trend);
    }
}
