using Glmm.Sparse.Inference;
using Glmm.Sparse.Report.Content;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;

namespace Glmm.Sparse.Report.Plots;

/// <summary>How the variance on the scale of the link is made up, as bars.</summary>
internal static class VariancePlot
{
    private const double Half = 0.32;

    public static Figure Make(ReportContent content)
    {
        VarianceDecomposition variance = content.Decomposition.Value!;
        double residual = variance.ResidualVariance;
        double total = variance.FixedVariance + variance.RandomVariance + residual;
        (string Name, double Value, OxyColor Colour)[] parts =
        [
            ("Fixed effects", variance.FixedVariance, Palette.Data),
            ($"Between clusters ({Words.Short(content.Fit.GroupName, 12)})", variance.RandomVariance, Palette.Fit),
            ("Within clusters", residual, Palette.Third),
        ];
        PlotModel model = PlotStyle.New();
        LinearAxis shares = PlotStyle.Axis(AxisPosition.Bottom, "Share of the variance, in per cent");
        (shares.Minimum, shares.Maximum) = (0, 100 * Math.Min(1, 1.18 * parts.Max(p => p.Value) / total));
        model.Axes.Add(shares);
        model.Axes.Add(PlotStyle.Names(AxisPosition.Left, [.. parts.Select(static p => p.Name)], 34));
        for (int i = 0; i < parts.Length; i++)
        {
            double share = 100 * parts[i].Value / total;
            model.Annotations.Add(new RectangleAnnotation
            {
                MinimumX = 0,
                MaximumX = share,
                MinimumY = i - Half,
                MaximumY = i + Half,
                Fill = Palette.Faint(parts[i].Colour, 0.85),
                Layer = AnnotationLayer.BelowSeries,
            });
            bool isInside = share > 0.8 * shares.Maximum;
            model.Annotations.Add(new TextAnnotation
            {
                Text = $"{Words.Fixed(share, 1)} %",
                TextPosition = new DataPoint(share + (isInside ? -0.01 : 0.01) * shares.Maximum, i),
                TextHorizontalAlignment = isInside ? HorizontalAlignment.Right : HorizontalAlignment.Left,
                TextVerticalAlignment = VerticalAlignment.Middle,
                TextColor = isInside ? Palette.Ground : Palette.Ink,
                StrokeThickness = 0,
                FontSize = 12,
            });
        }

        string by = variance.Variants[0].Kind switch
        {
            VarianceDecompositionKind.Dispersion => "the residual variance",
            VarianceDecompositionKind.Theoretical => "the variance of the link's latent variable",
            VarianceDecompositionKind.Lognormal => "the log-normal approximation",
            VarianceDecompositionKind.Trigamma => "the trigamma function",
            _ => "the delta method",
        };
        return new Figure(
            ReportPlot.Variance, "Where the variance is",
            $"The variance on the {content.Fit.Link.Name} scale (Nakagawa, Johnson and Schielzeth 2017), what is "
            + $"within clusters by {by}. R² marginal is the share of the fixed effects, R² conditional that of fixed "
            + "and random effects together.",
            $"Fixed effects {Words.Percent(parts[0].Value / total, 1)}, between clusters "
            + $"{Words.Percent(parts[1].Value / total, 1)}, within clusters {Words.Percent(residual / total, 1)}. "
            + $"R² marginal {Words.Fixed(variance.MarginalR2, 3)}, conditional "
            + $"{Words.Fixed(variance.ConditionalR2, 3)}; intraclass correlation "
            + $"{Words.Fixed(variance.AdjustedIcc, 3)}.",
            [new Panel(model, PlotStyle.Width, 190)]);
    }
}
