using System.Reflection;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Html;

/// <summary>The page: head, the sections in their order, and no script at all.</summary>
internal static class ReportPage
{
    private static readonly (string Id, string Name)[] s_sections =
    [
        ("words", "In words"), ("model", "The model"), ("fixed", "Fixed effects"), ("random", "Random effects"),
        ("data", "Fit to the data"), ("residuals", "Residuals"), ("variance", "Variance"),
        ("influence", "Influence"), ("checks", "Checks"), ("again", "Do it again"),
    ];

    public static string Write(ReportContent content, ModelPlots plots)
    {
        var page = new HtmlWriter();
        var figures = new FigureWriter(page, plots);
        string title = content.Options.Title ?? content.Frame.Formula;
        Head(page, title);
        page.Line($"<body>");
        page.Line($"<a class=\"skip\" href=\"#words\">Skip to the report</a>");
        page.Line($"<div class=\"page\">");
        Header(page, content, title);
        page.Line($"<main>");
        WordsSection.Write(page, content);
        MathematicsSection.Write(page, content);
        FixedEffectsSection.Write(page, content, figures);
        RandomEffectsSection.Write(page, content, figures);
        FitSections.Write(page, content, figures);
        InfluenceSection.Write(page, content, figures);
        ChecksSection.Write(page, content);
        AgainSection.Write(page, content);
        page.Line($"</main>");
        page.Line($"<footer>Made by {Producer}. This page needs no network and holds no script.</footer>");
        page.Line($"</div>");
        page.Line($"</body>");
        page.Line($"</html>");
        return page.ToString();
    }

    /// <summary>What made the report.</summary>
    public static string Producer { get; } =
        $"Glmm.Sparse {typeof(ReportPage).Assembly.GetName().Version!.ToString(3)}";

    private static void Head(HtmlWriter page, string title)
    {
        page.Line($"<!DOCTYPE html>");
        page.Line($"<html lang=\"en\">");
        page.Line($"<head>");
        page.Line($"<meta charset=\"utf-8\">");
        page.Line($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.Line($"<meta name=\"color-scheme\" content=\"light dark\">");
        page.Line($"<meta name=\"generator\" content=\"{Producer}\">");

        // An icon of its own keeps browsers from asking a server for one.
        page.Line($"<link rel=\"icon\" href=\"data:,\">");
        page.Line($"<title>{title}</title>");
        page.Line($"<style>");
        page.Line(new Markup(StyleSheet()));
        page.Line($"</style>");
        page.Line($"</head>");
    }

    private static void Header(HtmlWriter page, ReportContent content, string title)
    {
        GlmmFit fit = content.Fit;
        page.Line($"<header>");
        page.Line($"<p class=\"kind\">Generalized linear mixed model</p>");
        page.Line($"<h1>{title}</h1>");
        if (content.Options.Title is not null) page.Line($"<p><code>{content.Frame.Formula}</code></p>");
        if (content.Difference is { } difference)
        {
            page.Line($"<p class=\"banner bad\" role=\"alert\"><span class=\"mark\">Other data.</span> {difference}. "
                + $"All that follows is of the model fitted again to the data given.</p>");
        }

        ChecksSection.WriteBanner(page, content);
        page.Line($"<dl class=\"facts\">");
        Fact("Observations", Words.Count(fit.Observations));
        Fact($"Clusters ({Words.Short(fit.GroupName, 16)})", Words.Count(fit.GroupCount));
        Fact("Family", fit.Family.Name);
        Fact("Link", fit.Link.Name);
        Fact("Method", MethodWords.Name(fit));
        if (fit is LikelihoodFit likelihood)
        {
            Fact("Log-likelihood", Words.Number(likelihood.LogLikelihood, 6));
            Fact("AIC", Words.Number(likelihood.Aic, 6));
        }
        else
        {
            Fact("Deviance", Words.Number(fit.Deviance, 5));
        }

        page.Line($"</dl>");
        page.Line($"<nav aria-label=\"Sections\"><ul>");
        foreach ((string id, string name) in s_sections) page.Line($"<li><a href=\"#{id}\">{name}</a></li>");
        page.Line($"</ul></nav>");
        page.Line($"</header>");

        void Fact(string name, string value) => page.Line($"<div><dt>{name}</dt><dd>{value}</dd></div>");
    }

    private static string StyleSheet()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd();
    }
}
