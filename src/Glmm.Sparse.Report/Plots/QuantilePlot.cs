using Glmm.Sparse.Kernels;
using Glmm.Sparse.Report.Content;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Glmm.Sparse.Report.Plots;

/// <summary>Sorted values against the quantiles of a normal distribution, with a band.</summary>
internal static class QuantilePlot
{
    private const int Most = 400;
    private const int Tail = 40;
    private const int MostTerms = 4;

    /// <summary>Randomised quantile residuals, standard normal under the model.</summary>
    public static Figure Residuals(ReportContent content)
    {
        double[] values = content.Residuals.Value!.Quantile.ToArray();
        Array.Sort(values);
        (PlotModel model, int outside) = Plot(values, 0, 1, "Quantile residual", null);
        return new Figure(
            ReportPlot.Quantiles, "Quantile residuals",
            "Randomised quantile residuals (Dunn and Smyth 1996) are standard normal if the model is right, whatever "
            + "the family. Points should follow the dashed line within the shaded band, which holds each point with "
            + "95 % probability. An S says that tails are heavier or lighter than the family's, a slope other than 1 "
            + $"that the spread is.{Sampled(values.Length, "rows")}",
            $"Mean {Words.Fixed(Mean(values), 3)}, standard deviation {Words.Fixed(Deviation(values), 3)} (0 and 1 "
            + $"under the model); least {Words.Fixed(values[0], 2)}, largest {Words.Fixed(values[^1], 2)}; "
            + $"{Words.Count(outside)} of {Words.Count(Places(values.Length).Length)} points drawn lie outside the "
            + "band.",
            [new Panel(model, PlotStyle.Width, PlotStyle.Height)]);
    }

    /// <summary>Random effects, normal with the standard deviation of the predictions.</summary>
    public static Figure RandomEffects(ReportContent content)
    {
        RandomEffectValues effects = content.RandomEffects.Value!;
        int terms = Math.Min(effects.Terms.Count, MostTerms);
        var panels = new List<Panel>();
        var seen = new List<string>();
        for (int term = 0; term < terms; term++)
        {
            double[] values = [.. Enumerable.Range(0, effects.Clusters).Select(c => effects.Estimate(c, term))];
            Array.Sort(values);
            (double mean, double deviation) = (Mean(values), Deviation(values));
            (PlotModel model, int outside) = Plot(
                values, mean, deviation, $"{Words.Short(effects.Terms[term], 30)}: random effect",
                terms > 1 ? Words.Short(effects.Terms[term], 40) : null);
            panels.Add(new Panel(model, PlotStyle.Width, PlotStyle.Height));
            seen.Add(
                $"{effects.Terms[term]}: predictions have standard deviation {Words.Number(deviation, 3)}, the model "
                + $"{Words.Number(effects.Deviation(term), 3)}; skewness {Words.Fixed(Skewness(values), 2)}; "
                + $"{Words.Count(outside)} of {Words.Count(Places(values.Length).Length)} points outside the band.");
        }

        return new Figure(
            ReportPlot.RandomQuantiles, "Distribution of the random effects",
            "Predicted random effects against normal quantiles; the dashed line is the normal distribution with their "
            + "mean and standard deviation. A few points far off are clusters unlike the others; a bend says that "
            + "clusters are not normally distributed. Predictions are drawn in, so that they look more normal than "
            + $"the clusters may be.{Sampled(effects.Clusters, "clusters")}",
            string.Join(" ", seen), panels, Math.Min(2, terms));
    }

    private static (PlotModel Model, int Outside) Plot(
        double[] sorted, double mean, double deviation, string name, string? title)
    {
        PlotModel model = PlotStyle.New(title);
        model.Axes.Add(PlotStyle.Axis(AxisPosition.Bottom, "Normal quantile"));
        model.Axes.Add(PlotStyle.Axis(AxisPosition.Left, name));
        AreaSeries band = PlotStyle.Band(Palette.Fit);
        ScatterSeries points = PlotStyle.Points(Palette.Data, 2.75, 0.8);
        int outside = 0, n = sorted.Length;
        foreach (int i in Places(n))
        {
            double p = (i + 0.5) / n, z = NormalDistribution.Quantile(p);
            double centre = mean + (deviation * z);
            double margin = 1.959964 * deviation * Math.Sqrt(p * (1 - p) / n) / NormalDistribution.Density(z);
            band.Points.Add(new DataPoint(z, centre - margin));
            band.Points2.Add(new DataPoint(z, centre + margin));
            points.Points.Add(new ScatterPoint(z, sorted[i]));
            if (Math.Abs(sorted[i] - centre) > margin) outside++;
        }

        model.Series.Add(band);
        model.Annotations.Add(PlotStyle.Diagonal(deviation, mean));
        model.Series.Add(points);
        return (model, outside);
    }

    // Both tails, and others evenly between them.
    private static int[] Places(int n)
    {
        if (n <= Most) return [.. Enumerable.Range(0, n)];
        int middle = Most - (2 * Tail);
        double step = (n - (2.0 * Tail)) / middle;
        return
        [
            .. Enumerable.Range(0, Tail),
            .. Enumerable.Range(0, middle).Select(i => Tail + (int)((i + 0.5) * step)),
            .. Enumerable.Range(n - Tail, Tail),
        ];
    }

    private static string Sampled(int n, string what) => n <= Most
        ? ""
        : $" Of {Words.Count(n)} {what} {Words.Count(Most)} quantiles are drawn, both tails in full.";

    private static double Mean(double[] values) => values.Average();

    private static double Deviation(double[] values)
    {
        double mean = values.Average();
        return values.Length < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    private static double Skewness(double[] values)
    {
        double mean = values.Average(), deviation = Deviation(values);
        return deviation == 0 ? 0 : values.Average(v => Math.Pow((v - mean) / deviation, 3));
    }
}
