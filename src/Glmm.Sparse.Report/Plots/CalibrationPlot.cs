using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Report.Content;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Observed proportions against predicted probabilities, in bins of rows with similar predictions.</summary>
internal static class CalibrationPlot
{
    public static Figure Make(ReportContent content)
    {
        ResidualSet residuals = content.Residuals.Value!;
        double[] mean = residuals.Mean.ToArray(), response = content.Response, trials = content.Trials;
        List<Bin> bins = Bins(mean, response, trials);
        PlotModel model = PlotStyle.New();
        LinearAxis x = PlotStyle.Axis(AxisPosition.Bottom, "Predicted probability");
        LinearAxis y = PlotStyle.Axis(AxisPosition.Left, "Observed proportion");
        double top = Math.Min(1, 1.05 * bins.Max(static b => Math.Max(b.Upper, b.Predicted)));
        foreach (LinearAxis axis in new[] { x, y }) (axis.Minimum, axis.Maximum) = (-0.02 * top, top * 1.02);
        model.Axes.Add(x);
        model.Axes.Add(y);
        model.Annotations.Add(PlotStyle.Diagonal());
        LineSeries whiskers = PlotStyle.Line(Palette.Data, 1.75);
        ScatterSeries points = PlotStyle.Points(Palette.Data, 4.5, 1);
        foreach (Bin bin in bins)
        {
            whiskers.Points.Add(new DataPoint(bin.Predicted, bin.Lower));
            whiskers.Points.Add(new DataPoint(bin.Predicted, bin.Upper));
            whiskers.Points.Add(DataPoint.Undefined);
            points.Points.Add(new ScatterPoint(bin.Predicted, bin.Observed));
        }

        model.Series.Add(whiskers);
        model.Series.Add(points);
        Bin worst = bins.MaxBy(static b => Math.Abs(b.Observed - b.Predicted))!;
        int off = bins.Count(static b => b.Predicted < b.Lower || b.Predicted > b.Upper);
        return new Figure(
            ReportPlot.Calibration, "Calibration",
            $"Rows in {bins.Count} bins by predicted probability, random effects included; bars are Wilson's 95 % "
            + "intervals. Points on the dashed line mean that what was predicted came true as often as it said. "
            + "Predictions follow the data that they were fitted to: a slope a little above 1 is usual.",
            $"Predicted from {Words.Fixed(bins[0].Predicted, 3)} to {Words.Fixed(bins[^1].Predicted, 3)}; {off} of "
            + $"{bins.Count} intervals leave out the prediction; the largest difference is "
            + $"{Words.Fixed(worst.Observed, 3)} observed for {Words.Fixed(worst.Predicted, 3)} predicted.",
            [new Panel(model, PlotStyle.Width, PlotStyle.Height)]);
    }

    private static List<Bin> Bins(double[] mean, double[] response, double[] trials)
    {
        int count = Math.Clamp(mean.Length / 25, 4, 12);
        int[] order = [.. Enumerable.Range(0, mean.Length)];
        double[] keys = [.. mean];
        Array.Sort(keys, order);
        var bins = new List<Bin>();
        for (int b = 0, from = 0; b < count && from < order.Length; b++)
        {
            int to = Math.Max(from + 1, (int)((long)(b + 1) * order.Length / count));
            while (to < order.Length && keys[to] == keys[to - 1]) to++;
            double n = 0, successes = 0, expected = 0;
            for (int i = from; i < to; i++)
            {
                double weight = trials.Length == 0 ? 1 : trials[order[i]];
                n += weight;
                successes += weight * response[order[i]];
                expected += weight * mean[order[i]];
            }

            bins.Add(Bin.Of(n, successes, expected / n));
            from = to;
        }

        return bins;
    }

    private sealed record Bin(double Predicted, double Observed, double Lower, double Upper)
    {
        public static Bin Of(double n, double successes, double predicted)
        {
            const double Z = 1.959964;
            double p = successes / n, shrink = 1 + (Z * Z / n), centre = (p + (Z * Z / (2 * n))) / shrink;
            double margin = Z / shrink * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
            return new Bin(predicted, p, centre - margin, centre + margin);
        }
    }
}
