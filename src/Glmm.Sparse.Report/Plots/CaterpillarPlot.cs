using Glmm.Sparse.Report.Content;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Random effects of the clusters with their intervals, in order of their size.</summary>
internal static class CaterpillarPlot
{
    private const int Most = 200;
    private const int Extremes = 20;
    private const int MostNamed = 40;
    private const int MostTerms = 4;

    public static Figure Make(ReportContent content)
    {
        RandomEffectValues values = content.RandomEffects.Value!;
        int terms = Math.Min(values.Terms.Count, MostTerms), k = values.Clusters;
        int shown = Math.Min(k, Most);
        bool isNamed = shown <= MostNamed;
        var panels = new List<Panel>();
        var seen = new List<string>();
        for (int term = 0; term < terms; term++)
        {
            int[] order = values.Order(term);
            int[] places = Places(k);
            panels.Add(new Panel(
                isNamed ? Named(values, term, order) : Ranked(values, term, order, places),
                PlotStyle.Width, isNamed ? Math.Max(170, 88 + (14.5 * k)) : PlotStyle.Height));
            seen.Add(Describe(values, term, order));
        }

        string level = Words.Level(content.Options.Level);
        string sampled = shown < k
            ? $" Of {Words.Count(k)} clusters {Words.Count(shown)} are drawn: the {Extremes} lowest, the {Extremes} "
                + "highest and others evenly between."
            : "";
        string more = terms < values.Terms.Count ? $" The first {terms} random effects are shown." : "";
        return new Figure(
            ReportPlot.Caterpillar, "Random effects of the clusters",
            $"How far each {content.Fit.GroupName} lies from the average one, with {level} intervals, in order. "
            + "Predictions are drawn towards zero where a cluster has few rows. Intervals are for one cluster at a "
            + $"time: neighbours that overlap are not told apart.{sampled}{more}",
            string.Join(" ", seen), panels, Math.Min(2, terms));
    }

    private static PlotModel Named(RandomEffectValues values, int term, int[] order)
    {
        // The highest on top.
        int[] down = [.. order.Reverse()];
        PlotModel model = PlotStyle.New(values.Terms.Count > 1 ? Words.Short(values.Terms[term], 40) : null);
        model.Axes.Add(PlotStyle.Axis(AxisPosition.Bottom, $"{Words.Short(values.Terms[term], 30)}: random effect"));
        LinearAxis names = PlotStyle.Names(AxisPosition.Left, [.. down.Select(values.Label)], 18);
        names.FontSize = 11;
        model.Axes.Add(names);
        model.Annotations.Add(PlotStyle.Reference(0, isVertical: true));
        Draw(model, values, term, down, [.. Enumerable.Range(0, down.Length)], isVertical: false, 3.5);
        return model;
    }

    private static PlotModel Ranked(RandomEffectValues values, int term, int[] order, int[] places)
    {
        PlotModel model = PlotStyle.New(values.Terms.Count > 1 ? Words.Short(values.Terms[term], 40) : null);
        LinearAxis ranks = PlotStyle.Axis(AxisPosition.Bottom, "Rank of the cluster, from the lowest", hasGrid: false);
        model.Axes.Add(ranks);
        model.Axes.Add(PlotStyle.Axis(AxisPosition.Left, $"{Words.Short(values.Terms[term], 30)}: random effect"));
        model.Annotations.Add(PlotStyle.Reference(0));
        Draw(model, values, term, order, places, isVertical: true, 2);
        return model;
    }

    private static void Draw(
        PlotModel model, RandomEffectValues values, int term, int[] order, int[] places, bool isVertical, double size)
    {
        LineSeries whiskers = PlotStyle.Line(
            Palette.Faint(Palette.Data, isVertical ? 0.45 : 0.8), isVertical ? 1.25 : 1.75);
        LineSeries clear = PlotStyle.Line(Palette.Fit, isVertical ? 1.25 : 1.75);
        ScatterSeries points = PlotStyle.Points(Palette.Data, size, 1);
        ScatterSeries clearPoints = PlotStyle.Points(Palette.Fit, size, 1);
        foreach (int place in places)
        {
            int cluster = order[place];
            double estimate = values.Estimate(cluster, term), margin = values.Margin(cluster, term);
            bool isClear = Math.Abs(estimate) > margin;
            double at = isVertical ? place + 1 : place;
            LineSeries line = isClear ? clear : whiskers;
            line.Points.Add(isVertical ? new DataPoint(at, estimate - margin) : new DataPoint(estimate - margin, at));
            line.Points.Add(isVertical ? new DataPoint(at, estimate + margin) : new DataPoint(estimate + margin, at));
            line.Points.Add(DataPoint.Undefined);
            (isClear ? clearPoints : points).Points.Add(
                isVertical ? new ScatterPoint(at, estimate) : new ScatterPoint(estimate, at));
        }

        foreach (Series series in new Series[] { whiskers, clear, points, clearPoints }) model.Series.Add(series);
    }

    // The extremes, and others evenly between them.
    private static int[] Places(int k)
    {
        if (k <= Most) return [.. Enumerable.Range(0, k)];
        int middle = Most - (2 * Extremes);
        double step = (k - (2.0 * Extremes)) / middle;
        return
        [
            .. Enumerable.Range(0, Extremes),
            .. Enumerable.Range(0, middle).Select(i => Extremes + (int)((i + 0.5) * step)),
            .. Enumerable.Range(k - Extremes, Extremes),
        ];
    }

    private static string Describe(RandomEffectValues values, int term, int[] order)
    {
        int clear = order.Count(c => Math.Abs(values.Estimate(c, term)) > values.Margin(c, term));
        return $"{values.Terms[term]}: from {Words.Number(values.Estimate(order[0], term), 3)} "
            + $"({values.Label(order[0])}) to {Words.Number(values.Estimate(order[^1], term), 3)} "
            + $"({values.Label(order[^1])}); {Words.Count(clear)} of {Words.Count(order.Length)} intervals (drawn "
            + "orange) leave out zero.";
    }
}
