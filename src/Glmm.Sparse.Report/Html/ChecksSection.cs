using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Report.Content;

namespace Glmm.Sparse.Report.Html;

/// <summary>The diagnostics in plain language, and their sum in one banner.</summary>
internal static class ChecksSection
{
    public static void WriteBanner(HtmlWriter page, ReportContent content)
    {
        IReadOnlyList<Check> checks = Checks.Of(content);
        ConvergenceSeverity gravest = checks.Count == 0 ? ConvergenceSeverity.Note : checks[0].Severity;
        string[] warnings =
            [.. checks.Where(static c => c.Severity == ConvergenceSeverity.Warning).Select(static c => c.Title)
                .Distinct()];
        (string mark, string text) = gravest switch
        {
            ConvergenceSeverity.Problem => ("Do not use.", $"{checks[0].Title}: {checks[0].Finding}"),
            ConvergenceSeverity.Warning => (
                "Converged; look closer.",
                $"{Words.Count(warnings.Length, "check")} {(warnings.Length == 1 ? "calls" : "call")} for a look: "
                + $"{Words.List(warnings)}."),
            _ => ("Converged.", "None of the checks found anything that calls for a closer look."),
        };
        page.Line($"<p class=\"banner {Class(gravest)}\"><span class=\"mark\">{mark}</span> {text} "
            + $"<a href=\"#checks\">See the checks</a>.</p>");
    }

    public static void Write(HtmlWriter page, ReportContent content)
    {
        page.Line($"<section id=\"checks\" aria-labelledby=\"checks-title\">");
        page.Line($"<h2 id=\"checks-title\">Checks</h2>");
        page.Line($"<p>What was looked at, the gravest first. A check that finds nothing does not prove the model "
            + $"right.</p>");
        page.Line($"<ul class=\"checks\">");
        foreach (Check check in Checks.Of(content))
        {
            page.Line($"<li class=\"{Class(check.Severity)}\"><h3><span class=\"mark\">{Mark(check.Severity)}</span> "
                + $"{check.Title}</h3>");
            page.Line($"<p>{check.Finding}</p>");
            if (check.Means.Length > 0)
                page.Line($"<p class=\"means\"><b>What it means.</b> {check.Means}</p>");
            if (check.Remedy.Length > 0)
                page.Line($"<p class=\"means\"><b>What to do.</b> {check.Remedy}</p>");
            page.Line($"</li>");
        }

        page.Line($"</ul>");
        if (content.Diagnostics.Reason is { } reason)
            page.Line($"<p class=\"note\">No checks of dispersion, zeros and influence: {reason}</p>");
        page.Line($"</section>");
    }

    private static string Class(ConvergenceSeverity severity) => severity switch
    {
        ConvergenceSeverity.Problem => "bad",
        ConvergenceSeverity.Warning => "look",
        _ => "good",
    };

    private static string Mark(ConvergenceSeverity severity) => severity switch
    {
        ConvergenceSeverity.Problem => "Problem:",
        ConvergenceSeverity.Warning => "Look:",
        _ => "Fine:",
    };
}
