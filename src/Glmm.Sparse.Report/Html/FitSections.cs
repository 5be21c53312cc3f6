using Glmm.Sparse.Inference;
using Glmm.Sparse.Report.Content;

namespace Glmm.Sparse.Report.Html;

/// <summary>How the model fits: trajectories, calibration, residuals and the decomposition of the variance.</summary>
internal static class FitSections
{
    public static void Write(HtmlWriter page, ReportContent content, FigureWriter figures)
    {
        Open("data", "Fit to the data");
        figures.Open();
        figures.Write(ReportPlot.Trajectories);
        if (content.Fit.Family.IsBinomial) figures.Write(ReportPlot.Calibration);
        Close();

        Open("residuals", "Residuals");
        page.Line($"<p>What the model leaves of the data, the random effects counted as explained. Patterns matter more "
            + $"than single points.</p>");
        figures.Open();
        figures.Write(ReportPlot.Residuals);
        figures.Write(ReportPlot.Quantiles);
        figures.Write(ReportPlot.RandomQuantiles);
        Close();

        Open("variance", "Variance");
        figures.Open();
        figures.Write(ReportPlot.Variance);
        figures.Close();
        if (content.Decomposition.Value is { } variance) Table(page, variance);
        page.Line($"</section>");

        void Open(string id, string name)
        {
            page.Line($"<section id=\"{id}\" aria-labelledby=\"{id}-title\">");
            page.Line($"<h2 id=\"{id}-title\">{name}</h2>");
        }

        void Close()
        {
            figures.Close();
            page.Line($"</section>");
        }
    }

    private static void Table(HtmlWriter page, VarianceDecomposition variance)
    {
        page.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of R² and ICC\">");
        page.Line($"<table id=\"variance-table\"><caption>R² and intraclass correlation by each definition of the "
            + $"variance within clusters; the first is the recommended one.</caption>");
        page.Line($"<thead><tr><th scope=\"col\">Variance within clusters</th><th scope=\"col\">Value</th>"
            + $"<th scope=\"col\">R² marginal</th><th scope=\"col\">R² conditional</th>"
            + $"<th scope=\"col\">ICC adjusted</th><th scope=\"col\">ICC unadjusted</th></tr></thead><tbody>");
        foreach (VarianceDecompositionRow row in variance.Variants)
        {
            page.Line($"<tr><th scope=\"row\">{row.Kind.ToString().ToLowerInvariant()}</th>"
                + $"{Cell(row.ResidualVariance)}{Cell(row.MarginalR2)}{Cell(row.ConditionalR2)}"
                + $"{Cell(row.AdjustedIcc)}{Cell(row.UnadjustedIcc)}</tr>");
        }

        page.Line($"</tbody></table></div>");
    }

    private static Markup Cell(double value) => FixedEffectsSection.Cell(value, Words.Number(value));
}
