using Glmm.Sparse.Inference;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Html;

/// <summary>Random effects: what varies between clusters and by how much, and the clusters themselves.</summary>
internal static class RandomEffectsSection
{
    private const int MostRows = 60;

    public static void Write(HtmlWriter page, ReportContent content, FigureWriter figures)
    {
        page.Line($"<section id=\"random\" aria-labelledby=\"random-title\">");
        page.Line($"<h2 id=\"random-title\">Random effects</h2>");
        Table(page, content);
        if (content.Variances.Value?.Message is { } message) page.Line($"<p class=\"note\">{message}</p>");
        if (content.Variances.Reason is { } reason) page.Line($"<p class=\"note\">No standard errors: {reason}</p>");
        if (content.Decomposition.Value is { } variance)
        {
            page.Line($"<p>Intraclass correlation <span id=\"icc\" data-value=\"{variance.AdjustedIcc}\">"
                + $"{Words.Fixed(variance.AdjustedIcc, 3)}</span>: of the variance that the fixed effects leave, "
                + $"{Words.Percent(variance.AdjustedIcc)} lies between clusters of "
                + $"<code>{content.Fit.GroupName}</code>.</p>");
        }

        figures.Open();
        figures.Write(ReportPlot.Caterpillar);
        figures.Close();
        page.Line($"</section>");
    }

    private static void Table(HtmlWriter page, ReportContent content)
    {
        string level = Words.Level(content.Options.Level);
        page.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of random effects\">");
        page.Line($"<table id=\"random-effects\"><caption>Standard deviations and correlations of the random effects of "
            + $"<code>{content.Fit.GroupName}</code> ({Words.Count(content.Fit.GroupCount)} clusters).</caption>");
        page.Line($"<thead><tr><th scope=\"col\">Quantity</th><th scope=\"col\">Estimate</th>"
            + $"<th scope=\"col\">Std. error</th><th scope=\"col\">{level} interval</th></tr></thead>");
        page.Line($"<tbody>");
        foreach ((string name, VarianceComponentRow row) in Rows(content).Take(MostRows))
        {
            page.Line($"<tr><th scope=\"row\" title=\"{name}\">{name}</th>"
                + $"{FixedEffectsSection.Cell(row.Estimate, Words.Number(row.Estimate))}"
                + $"{FixedEffectsSection.Cell(row.StandardError, Words.Number(row.StandardError, 3))}"
                + $"<td>{FixedEffectsSection.Interval(row.Lower, row.Upper)}</td></tr>");
        }

        page.Line($"</tbody></table></div>");
        foreach ((string name, VarianceComponentRow row) in Rows(content).Where(static r => r.Row.Note is not null))
            page.Line($"<p class=\"note\">{name}: {row.Note}</p>");
    }

    private static IEnumerable<(string Name, VarianceComponentRow Row)> Rows(ReportContent content)
    {
        GlmmFit fit = content.Fit;
        IEnumerable<VarianceComponentRow> rows = content.Variances.Value?.Rows ?? WithoutErrors(fit);
        bool isResidual = fit.Family.Name == "gaussian" && fit.Link.Name == "identity";
        foreach (VarianceComponentRow row in rows)
        {
            string? name = row.Kind switch
            {
                VarianceComponentKind.StandardDeviation => $"Std. deviation of {row.First}",
                VarianceComponentKind.Correlation => $"Correlation of {row.First} and {row.Second}",
                VarianceComponentKind.RootDispersion when isResidual => "Residual std. deviation",
                VarianceComponentKind.Dispersion when !isResidual => "Dispersion",
                VarianceComponentKind.Shape => $"Shape ({row.First})",
                _ => null,
            };
            if (name is not null) yield return (name, row);
        }
    }

    private static IEnumerable<VarianceComponentRow> WithoutErrors(GlmmFit fit)
    {
        double[,] d = fit.Covariance;
        for (int a = 0; a < fit.RandomTerms.Count; a++)
        {
            yield return new VarianceComponentRow(
                VarianceComponentKind.StandardDeviation, fit.RandomTerms[a], "", Math.Sqrt(d[a, a]), double.NaN,
                double.NaN, double.NaN);
        }
    }
}
