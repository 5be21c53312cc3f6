using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Report.Content;

namespace Glmm.Sparse.Report.Html;

/// <summary>The clusters that matter most for the fixed effects.</summary>
internal static class InfluenceSection
{
    private const int MostRows = 8;

    public static void Write(HtmlWriter page, ReportContent content, FigureWriter figures)
    {
        page.Line($"<section id=\"influence\" aria-labelledby=\"influence-title\">");
        page.Line($"<h2 id=\"influence-title\">Influence</h2>");
        figures.Open();
        figures.Write(ReportPlot.Influence);
        figures.Close();
        if (content.Diagnostics.Value is { } diagnostics) Table(page, diagnostics.Influence);
        page.Line($"</section>");
    }

    private static void Table(HtmlWriter page, ClusterInfluence influence)
    {
        page.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of influential clusters\">");
        page.Line($"<table id=\"influence-table\"><caption>The most influential clusters, and the fixed effect that each "
            + $"moves most, in its standard errors (DFBETAS).</caption>");
        page.Line($"<thead><tr><th scope=\"col\">{influence.GroupName}</th><th scope=\"col\">Rows</th>"
            + $"<th scope=\"col\">Cook’s distance</th><th scope=\"col\">Leverage</th>"
            + $"<th scope=\"col\">Effect moved most</th><th scope=\"col\">DFBETAS</th></tr></thead><tbody>");
        foreach (ClusterInfluenceRow row in influence.Ranked().Take(MostRows))
        {
            int most = 0;
            for (int j = 1; j < row.Dfbetas.Count; j++)
            {
                if (Math.Abs(row.Dfbetas[j]) > Math.Abs(row.Dfbetas[most])) most = j;
            }

            page.Line($"<tr><th scope=\"row\" title=\"{row.Group}\">{row.Group}</th><td>{Words.Count(row.Rows)}</td>"
                + $"{FixedEffectsSection.Cell(row.CooksDistance, Words.Number(row.CooksDistance, 3))}"
                + $"{FixedEffectsSection.Cell(row.Leverage, Words.Fixed(row.Leverage, 2))}"
                + $"<td>{Words.Short(influence.FixedNames[most], 32)}</td>"
                + $"{FixedEffectsSection.Cell(row.Dfbetas[most], Words.Fixed(row.Dfbetas[most], 2))}</tr>");
        }

        page.Line($"</tbody></table></div>");
    }
}
