using Glmm.Sparse.Inference;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Html;

/// <summary>Fixed effects: table and plot.</summary>
internal static class FixedEffectsSection
{
    private const int MostRows = 500;

    public static void Write(HtmlWriter page, ReportContent content, FigureWriter figures)
    {
        page.Line($"<section id=\"fixed\" aria-labelledby=\"fixed-title\">");
        page.Line($"<h2 id=\"fixed-title\">Fixed effects</h2>");
        Table(page, content);
        if (content.Inference.Reason is { } reason)
            page.Line($"<p class=\"note\">No tests and intervals: {reason}</p>");
        page.Line($"<p class=\"note\">{Reading(content)}</p>");
        figures.Open();
        figures.Write(ReportPlot.Coefficients);
        figures.Close();
        page.Line($"</section>");
    }

    private static void Table(HtmlWriter page, ReportContent content)
    {
        string level = Words.Level(content.Options.Level);
        bool isNormal = content.Effects.All(static e => !double.IsFinite(e.DegreesOfFreedom));
        string scale = content.Fit.Link.Name == "identity"
            ? "Effects on the mean"
            : $"Effects on the scale of the link ({content.Fit.Link.Name})";
        page.Line($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of fixed effects\">");
        page.Line($"<table id=\"fixed-effects\"><caption>{scale}, with {level} intervals.</caption>");
        page.Line($"<thead><tr><th scope=\"col\">Effect</th><th scope=\"col\">Estimate</th>"
            + $"<th scope=\"col\">Std. error</th><th scope=\"col\">{level} interval</th>"
            + $"<th scope=\"col\">{(isNormal ? "z" : "t")}</th>{Head(!isNormal, "df")}<th scope=\"col\">p</th>"
            + $"{Head(content.HasRatios, MethodWords.Ratio(content.Fit))}{Head(content.HasRatios, level + " interval")}"
            + $"</tr></thead>");
        page.Line($"<tbody>");
        foreach (FixedEffectEstimate effect in content.Effects.Take(MostRows)) Row(page, content, effect, isNormal);
        page.Line($"</tbody></table></div>");
        if (content.Effects.Count > MostRows)
        {
            page.Line($"<p class=\"note\">The first {Words.Count(MostRows)} of "
                + $"{Words.Count(content.Effects.Count)} effects; glmm fit --json gives all.</p>");
        }
    }

    private static void Row(HtmlWriter page, ReportContent content, FixedEffectEstimate effect, bool isNormal)
    {
        Markup degrees = isNormal
            ? Markup.None
            : Cell(effect.DegreesOfFreedom, Words.Number(effect.DegreesOfFreedom, 3));
        Markup ratio = Markup.None;
        if (content.HasRatios)
        {
            double value = Math.Exp(effect.Estimate);
            ratio = Markup.Of($"{Cell(value, Words.Number(value))}"
                + $"<td>{Interval(Math.Exp(effect.Lower), Math.Exp(effect.Upper))}</td>");
        }

        page.Line($"<tr><th scope=\"row\" title=\"{effect.Name}\">{effect.Name}</th>"
            + $"{Cell(effect.Estimate, Words.Number(effect.Estimate))}"
            + $"{Cell(effect.StandardError, Words.Number(effect.StandardError))}"
            + $"<td>{Interval(effect.Lower, effect.Upper)}</td>"
            + $"{Cell(effect.Statistic, Words.Fixed(effect.Statistic, 2))}{degrees}"
            + $"{Cell(effect.PValue, Words.Probability(effect.PValue))}{ratio}</tr>");
    }

    private static string Reading(ReportContent content)
    {
        string test = content.Inference.Value?.Method switch
        {
            DegreesOfFreedomMethod.Satterthwaite =>
                "Tests are Wald tests with Satterthwaite's degrees of freedom.",
            DegreesOfFreedomMethod.Clusters => "Standard errors are the sandwich's over clusters, with k − 1 degrees "
                + "of freedom.",
            null => "",
            _ => "Tests are Wald tests by the normal distribution; with few clusters they are too optimistic.",
        };
        if (!content.HasRatios) return test;
        string ratio = MethodWords.Ratio(content.Fit);
        string of = content.Fit.Link.Name == "logit" ? "odds" : "expected response";
        return $"{test} The {ratio.ToLowerInvariant()} is the factor in the {of} for one unit more, 1 for no effect; "
            + "for the intercept it is the level where all covariates are 0.";
    }

    private static Markup Head(bool isShown, string name) =>
        isShown ? Markup.Of($"<th scope=\"col\">{name}</th>") : Markup.None;

    /// <summary>A cell with the number in full beside what is shown of it.</summary>
    internal static Markup Cell(double value, string shown) =>
        Markup.Of($"<td data-value=\"{value}\">{shown}</td>");

    /// <summary>Both ends of an interval.</summary>
    internal static string Interval(double lower, double upper) => double.IsNaN(lower) && double.IsNaN(upper)
        ? "–"
        : $"{Words.Number(lower, 3)} to {Words.Number(upper, 3)}";
}
