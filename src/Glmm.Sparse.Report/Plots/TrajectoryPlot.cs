using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Report.Content;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Observed and fitted values of some clusters, a small plot each.</summary>
internal static class TrajectoryPlot
{
    private const double PanelWidth = 240;
    private const double PanelHeight = 184;
    private const int FewestRows = 3;
    private const int MostRows = 60;

    public static Figure Make(ReportContent content)
    {
        ResidualSet residuals = content.Residuals.Value!;
        WithinCovariate covariate = WithinCovariate.Of(content);
        int[] clusters = Chosen(content);
        List<int>[] rows = RowsOf(content, clusters);
        double[] mean = residuals.Mean.ToArray();
        (double Low, double High) x = Range([.. rows.SelectMany(r => r).Select(i => covariate.Values[i])]);
        (double Low, double High) y = Range(
            [.. rows.SelectMany(r => r).SelectMany(i => new[] { content.Response[i], mean[i] })]);
        if (content.Fit.Family.IsBinomial) y = (0, 1);
        var panels = new List<Panel>();
        for (int c = 0; c < clusters.Length; c++)
        {
            PlotModel model = Empty(content.Design.Clusters.LabelOf(clusters[c]), covariate.Name, x, y);
            int[] ordered = [.. rows[c].OrderBy(i => covariate.Values[i])];
            Draw(model, ordered, covariate.Values, content.Response, mean);
            panels.Add(new Panel(model, PanelWidth, PanelHeight));
        }

        string group = content.Fit.GroupName;
        string what = content.Fit.Family.IsBinomial ? $"Proportion of {content.ResponseName}" : content.ResponseName;
        string how = content.RandomEffects.Value is null
            ? "at random effects of zero"
            : "with the cluster's own random effects";
        string all = clusters.Length == content.Fit.GroupCount
            ? ""
            : $" {Words.Count(clusters.Length)} of {Words.Count(content.Fit.GroupCount)} clusters, evenly chosen from "
                + "the lowest random effect to the highest.";
        (double worst, int at) = Worst(content, clusters, rows, mean);
        return new Figure(
            ReportPlot.Trajectories, "Observed and fitted, cluster by cluster",
            $"{what} over {covariate.Name}: blue points are observed, orange lines fitted {how}. All panels have the "
            + $"same scales.{all}",
            $"{Words.Count(clusters.Length)} panels, one for each {group}, from {group} "
            + $"{content.Design.Clusters.LabelOf(clusters[0])} to {content.Design.Clusters.LabelOf(clusters[^1])}. "
            + $"Observed and fitted differ most, by {Words.Number(worst, 3)} on average, in {group} "
            + $"{content.Design.Clusters.LabelOf(clusters[at])}.",
            panels, Math.Min(4, panels.Count));
    }

    private static PlotModel Empty(string label, string covariate, (double Low, double High) x, (double, double) y)
    {
        PlotModel model = PlotStyle.New(Words.Short(label, 24));
        model.TitleFontSize = 12;
        model.PlotMargins = new OxyThickness(46, 2, 4, 36);
        model.Padding = new OxyThickness(2, 2, 6, 2);
        LinearAxis horizontal = PlotStyle.Axis(AxisPosition.Bottom, Words.Short(covariate, 24));
        LinearAxis vertical = PlotStyle.Axis(AxisPosition.Left);
        (horizontal.TitleFontSize, horizontal.TitleColor, horizontal.FontSize) = (11, Palette.Muted, 11);
        (horizontal.IntervalLength, vertical.IntervalLength, vertical.FontSize) = (55, 32, 11);
        Span(horizontal, x);
        Span(vertical, y);
        model.Axes.Add(horizontal);
        model.Axes.Add(vertical);
        return model;
    }

    private static void Span(LinearAxis axis, (double Low, double High) range)
    {
        double room = 0.06 * (range.High - range.Low);
        (axis.Minimum, axis.Maximum) = (range.Low - room, range.High + room);
    }

    private static void Draw(PlotModel model, int[] rows, double[] x, double[] observed, double[] mean)
    {
        LineSeries fitted = PlotStyle.Line(Palette.Fit, 2.25);
        ScatterSeries points = PlotStyle.Points(Palette.Data, 3, 0.85);
        foreach (int i in rows)
        {
            fitted.Points.Add(new DataPoint(x[i], mean[i]));
            points.Points.Add(new ScatterPoint(x[i], observed[i]));
        }

        model.Series.Add(fitted);
        model.Series.Add(points);
    }

    // Evenly from the lowest random effect to the highest, of clusters with enough rows to see something.
    private static int[] Chosen(ReportContent content)
    {
        int k = content.Fit.GroupCount;
        var counts = new int[k];
        foreach (int code in content.Design.Clusters.Codes.Span) counts[code]++;
        int[] order = content.RandomEffects.Value?.Order(0) ?? [.. Enumerable.Range(0, k)];
        int[] able = [.. order.Where(c => counts[c] >= FewestRows)];
        if (able.Length == 0) able = order;
        int most = Math.Min(content.Options.Clusters, able.Length);
        if (most == 1) return [able[able.Length / 2]];
        return
        [
            .. Enumerable.Range(0, most)
                .Select(i => able[(int)Math.Round((double)i * (able.Length - 1) / (most - 1))]),
        ];
    }

    private static List<int>[] RowsOf(ReportContent content, int[] clusters)
    {
        var place = new Dictionary<int, int>();
        for (int c = 0; c < clusters.Length; c++) place[clusters[c]] = c;
        var rows = new List<int>[clusters.Length];
        for (int c = 0; c < rows.Length; c++) rows[c] = [];
        ReadOnlySpan<int> codes = content.Design.Clusters.Codes.Span;
        for (int row = 0; row < codes.Length; row++)
        {
            if (place.TryGetValue(codes[row], out int c)) rows[c].Add(row);
        }

        // Of a very large cluster every so many rows.
        return
        [
            .. rows.Select(static all => all.Count <= MostRows
                ? all
                : [.. Enumerable.Range(0, MostRows).Select(i => all[(int)((long)i * all.Count / MostRows)])]),
        ];
    }

    private static (double Low, double High) Range(double[] values)
    {
        (double low, double high) = (values.Min(), values.Max());
        return high > low ? (low, high) : (low - 0.5, high + 0.5);
    }

    private static (double Worst, int At) Worst(
        ReportContent content, int[] clusters, List<int>[] rows, double[] mean)
    {
        double[] off =
        [
            .. Enumerable.Range(0, clusters.Length)
                .Select(c => rows[c].Average(i => Math.Abs(content.Response[i] - mean[i]))),
        ];
        int at = Array.IndexOf(off, off.Max());
        return (off[at], at);
    }
}
