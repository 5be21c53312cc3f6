using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Results;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Fixed effects with their intervals.</summary>
internal static class CoefficientPlot
{
    private const int Most = 30;

    public static Figure Make(ReportContent content)
    {
        IReadOnlyList<FixedEffectEstimate> all = content.Effects;
        FixedEffectEstimate[] slopes = [.. all.Where(static e => e.Name != "(Intercept)")];
        if (slopes.Length == 0) slopes = [.. all];
        FixedEffectEstimate[] shown = [.. Strongest(slopes)];
        PlotModel model = PlotStyle.New();
        string scale = content.Fit.Link.Name == "identity" ? "" : $", on the {content.Fit.Link.Name} scale";
        LinearAxis sizes = PlotStyle.Axis(
            AxisPosition.Bottom, $"Estimate and {Words.Level(content.Options.Level)} interval{scale}");
        double[] ends = [0, .. shown.SelectMany(static e => new[] { e.Estimate, e.Lower, e.Upper })];
        (double low, double high) = (ends.Where(double.IsFinite).Min(), ends.Where(double.IsFinite).Max());
        (sizes.Minimum, sizes.Maximum) = (low - (0.05 * (high - low)), high + (0.05 * (high - low)));
        model.Axes.Add(sizes);
        model.Axes.Add(PlotStyle.Names(AxisPosition.Left, [.. shown.Select(static e => e.Name)]));
        model.Annotations.Add(PlotStyle.Reference(0, isVertical: true));
        LineSeries whiskers = PlotStyle.Line(Palette.Data, 2);
        ScatterSeries points = PlotStyle.Points(Palette.Data, 4.5, 1);
        for (int j = 0; j < shown.Length; j++)
        {
            if (double.IsFinite(shown[j].Lower))
            {
                whiskers.Points.Add(new DataPoint(shown[j].Lower, j));
                whiskers.Points.Add(new DataPoint(shown[j].Upper, j));
                whiskers.Points.Add(DataPoint.Undefined);
            }

            points.Points.Add(new ScatterPoint(shown[j].Estimate, j));
        }

        model.Series.Add(whiskers);
        model.Series.Add(points);
        return new Figure(
            ReportPlot.Coefficients, "Estimates and intervals",
            Caption(content, slopes.Length, shown.Length, all.Count), Description(shown),
            [new Panel(model, PlotStyle.Width, Math.Max(150, 74 + (26 * shown.Length)))]);
    }

    private static IEnumerable<FixedEffectEstimate> Strongest(FixedEffectEstimate[] effects)
    {
        if (effects.Length <= Most) return effects;
        HashSet<FixedEffectEstimate> kept =
            [.. effects.OrderByDescending(static e => Math.Abs(e.Statistic)).Take(Most)];
        return effects.Where(kept.Contains);
    }

    private static string Caption(ReportContent content, int slopes, int shown, int all)
    {
        string sampled = shown < slopes
            ? $" Of {Words.Count(slopes)} effects the {Words.Count(shown)} with the largest test statistics are shown."
            : "";
        string intercept = slopes < all ? " The intercept is left out, as it is a level and no effect." : "";
        string compare = content.Inference.Value is null
            ? " There are no intervals, as the fit did not converge."
            : " Where an interval does not touch the dashed line at zero, the data tell the effect from none.";
        return "Estimated effects, each per unit of its covariate: sizes compare only where units do."
            + compare + intercept + sampled;
    }

    private static string Description(FixedEffectEstimate[] shown)
    {
        IEnumerable<string> effects = shown.Take(8).Select(static e => double.IsFinite(e.Lower)
            ? $"{e.Name} {Words.Number(e.Estimate, 3)} ({Words.Number(e.Lower, 3)} to {Words.Number(e.Upper, 3)})"
            : $"{e.Name} {Words.Number(e.Estimate, 3)}");
        return $"Estimates with intervals: {string.Join("; ", effects)}{(shown.Length > 8 ? "; and more" : "")}.";
    }
}
