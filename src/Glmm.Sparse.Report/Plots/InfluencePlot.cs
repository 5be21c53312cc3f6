using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Report.Content;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>The clusters that move the fixed effects most.</summary>
internal static class InfluencePlot
{
    private const int Most = 15;

    public static Figure Make(ReportContent content)
    {
        ClusterInfluence influence = content.Diagnostics.Value!.Influence;
        ClusterInfluenceRow[] top =
            [.. influence.Ranked().Where(static r => double.IsFinite(r.CooksDistance)).Take(Most)];
        int undetermined = influence.Rows.Count(static r => double.IsInfinity(r.CooksDistance));
        PlotModel model = PlotStyle.New();
        LinearAxis distance = PlotStyle.Axis(AxisPosition.Bottom, "Cook's distance of the cluster");
        distance.Minimum = 0;
        model.Axes.Add(distance);
        model.Axes.Add(PlotStyle.Names(AxisPosition.Left, [.. top.Select(static r => r.Group)], 18));
        LineSeries stems = PlotStyle.Line(Palette.Data, 2);
        ScatterSeries heads = PlotStyle.Points(Palette.Data, 4.5, 1);
        for (int i = 0; i < top.Length; i++)
        {
            stems.Points.Add(new DataPoint(0, i));
            stems.Points.Add(new DataPoint(top[i].CooksDistance, i));
            stems.Points.Add(DataPoint.Undefined);
            heads.Points.Add(new ScatterPoint(top[i].CooksDistance, i));
        }

        double rule = Rule(influence);
        if (rule < 1.15 * top[0].CooksDistance) model.Annotations.Add(PlotStyle.Reference(rule, isVertical: true));
        model.Series.Add(stems);
        model.Series.Add(heads);
        int above = influence.Rows.Count(r => r.CooksDistance > rule);
        string without = undetermined == 0
            ? ""
            : $" Without {Words.Count(undetermined, "cluster")} not drawn the others would not determine the fixed "
                + "effects.";
        return new Figure(
            ReportPlot.Influence, "Influential clusters",
            $"The {Words.Count(top.Length)} clusters of {Words.Count(influence.Rows.Count)} without which the fixed "
            + "effects would move most, by Cook's distance: the squared move in units of their covariance. The dashed "
            + $"line, where drawn, is 4/k = {Words.Number(rule, 2)}, a usual mark for a closer look.{without}",
            $"The largest is {Words.Number(top[0].CooksDistance, 3)} ({influence.GroupName} {top[0].Group}); "
            + $"{Words.Count(above, "cluster")} above 4/k.",
            [new Panel(model, PlotStyle.Width, Math.Max(150, 74 + (22 * top.Length)))]);
    }

    /// <summary>4/k: a usual mark.</summary>
    public static double Rule(ClusterInfluence influence) => 4.0 / influence.Rows.Count;
}
