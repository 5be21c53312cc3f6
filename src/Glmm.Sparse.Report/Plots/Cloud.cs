using OxyPlot;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Points of which there may be very many, with a line through their means.</summary>
internal static class Cloud
{
    /// <summary>Draws the points: one by one, or counted in hexagons.</summary>
    public static void Add(PlotModel model, double[] x, double[] y)
    {
        if (x.Length > PlotStyle.MostPoints)
        {
            model.Series.Add(new HexagonSeries(x, y, Palette.Data));
            return;
        }

        ScatterSeries points = PlotStyle.Points(Palette.Data, x.Length > 300 ? 2.5 : 3, x.Length > 300 ? 0.5 : 0.65);
        for (int i = 0; i < x.Length; i++) points.Points.Add(new ScatterPoint(x[i], y[i]));
        model.Series.Add(points);
    }

    /// <summary>Draws the means of y in bins of x with as many points each.</summary>
    /// <returns>The largest of them in size, 0 where there are too few points for any.</returns>
    public static double AddMeans(PlotModel model, double[] x, double[] y)
    {
        List<(double X, double Y, int Count)> means = Means(x, y, Math.Clamp(x.Length / 15, 0, 20));
        if (means.Count < 3) return 0;
        LineSeries line = PlotStyle.Line(Palette.Fit, 2.25);
        line.Points.AddRange(means.Select(static mean => new DataPoint(mean.X, mean.Y)));
        model.Series.Add(line);
        return means.Max(static mean => Math.Abs(mean.Y));
    }

    /// <summary>Means of x and y in bins of x with as many points each; equal values of x share a bin.</summary>
    public static List<(double X, double Y, int Count)> Means(double[] x, double[] y, int bins)
    {
        var means = new List<(double, double, int)>();
        double[] keys = [.. x];
        int[] order = [.. Enumerable.Range(0, x.Length)];
        Array.Sort(keys, order);
        for (int bin = 0, from = 0; bin < bins && from < order.Length; bin++)
        {
            int to = Math.Max(from + 1, (int)((long)(bin + 1) * order.Length / bins));
            while (to < order.Length && keys[to] == keys[to - 1]) to++;
            double sumX = 0, sumY = 0;
            for (int i = from; i < to; i++) (sumX, sumY) = (sumX + keys[i], sumY + y[order[i]]);
            means.Add((sumX / (to - from), sumY / (to - from), to - from));
            from = to;
        }

        return means;
    }
}
