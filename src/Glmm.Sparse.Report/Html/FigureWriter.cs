using Glmm.Sparse.Report.Plots;

namespace Glmm.Sparse.Report.Html;

/// <summary>Writes figures into a page: drawing, text alternative and caption.</summary>
internal sealed class FigureWriter(HtmlWriter page, ModelPlots plots)
{
    /// <summary>Opens a grid of figures.</summary>
    public void Open() => page.Line($"<div class=\"figures\">");

    /// <summary>Closes it.</summary>
    public void Close() => page.Line($"</div>");

    /// <summary>Writes a figure, or why there is none.</summary>
    public void Write(ReportPlot plot)
    {
        string name = ReportPlots.NameOf(plot);
        if (plots.WhyMissing(plot) is { } reason)
        {
            page.Line($"<p class=\"note\" data-missing=\"{name}\">No plot of {name.Replace('-', ' ')}: {reason}</p>");
            return;
        }

        Figure figure = plots.Make(plot);
        string width = figure.Panels.Count > 1 ? "wide" : "";
        string panels = figure.Panels.Count == 1 ? "" : figure.Columns > 2 ? "many" : "two";
        page.Line($"<figure id=\"plot-{name}\" class=\"{width}\">");
        page.Line($"<h3 id=\"{name}-title\">{figure.Title}</h3>");
        page.Line($"<div class=\"panels {panels}\" role=\"img\" aria-labelledby=\"{name}-title\" "
            + $"aria-describedby=\"{name}-seen\">");
        for (int i = 0; i < figure.Panels.Count; i++)
            page.Line(new Markup(SvgRenderer.ForPage(figure.Panels[i], $"{name}{i}")));
        page.Line($"</div>");
        page.Line($"<figcaption><strong id=\"{name}-seen\">{figure.Description}</strong>");
        page.Line($"<p>{figure.Caption}</p></figcaption>");
        page.Line($"</figure>");
    }
}
