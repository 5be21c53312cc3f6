using Glmm.Sparse.Formula;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Html;

/// <summary>What was fitted, in words.</summary>
internal static class WordsSection
{
    public static void Write(HtmlWriter page, ReportContent content)
    {
        GlmmFit fit = content.Fit;
        page.Line($"<section id=\"words\" aria-labelledby=\"words-title\">");
        page.Line($"<h2 id=\"words-title\">In words</h2>");
        page.Line($"<p class=\"lead\">The response <code>{content.ResponseName}</code> is taken to be "
            + $"{MethodWords.Family(fit)}{Success(content)}. {Capital(MethodWords.Link(fit))} is modelled as a "
            + $"sum of fixed effects, the same for all, and random effects, which differ from cluster to cluster.</p>");
        page.Line($"<p>Rows of the same <code>{fit.GroupName}</code> belong together: there are "
            + $"{Words.Count(fit.GroupCount)} of them with {Words.Count(fit.Observations)} observations"
            + $"{Sizes(content)}. {RandomWords(fit)}</p>");
        page.Line($"<p>{MethodWords.Explain(fit)}</p>");
        LeftOut(page, content);
        page.Line(Effects(content));
        page.Line($"</section>");
    }

    private static string Success(ReportContent content) =>
        content.Success is { } level ? $"; probabilities and odds are those of “{level}”" : "";

    private static string Sizes(ReportContent content)
    {
        var counts = new int[content.Fit.GroupCount];
        foreach (int code in content.Design.Clusters.Codes.Span) counts[code]++;
        Array.Sort(counts);
        return counts[0] == counts[^1]
            ? $", {Words.Count(counts[0], "row")} each"
            : $", {Words.Count(counts[0])} to {Words.Count(counts[^1])} rows each (median "
                + $"{Words.Count(counts[counts.Length / 2])})";
    }

    private static string RandomWords(GlmmFit fit)
    {
        bool hasIntercept = fit.RandomTerms.Contains("(Intercept)");
        string[] slopes = [.. fit.RandomTerms.Where(static t => t != "(Intercept)")];
        string level = hasIntercept ? "Each has a level of its own (a random intercept)" : "";
        if (slopes.Length == 0) return level + ".";
        string slope = $"an effect of its own of {Words.List(slopes)} "
            + (slopes.Length == 1 ? "(random slope)" : "(random slopes)");
        return hasIntercept ? $"{level} and {slope}." : $"Each has {slope}.";
    }

    private static void LeftOut(HtmlWriter page, ReportContent content)
    {
        int missing = content.Frame.RowsDroppedMissing, weightless = content.Frame.RowsDroppedZeroWeight;
        if (missing > 0)
            page.Line($"<p>{Words.Count(missing, "row")} with a missing value {Were(missing)} left out.</p>");
        if (weightless > 0)
            page.Line($"<p>{Words.Count(weightless, "row")} with a weight of 0 {Were(weightless)} left out.</p>");
        foreach (string warning in content.Frame.Warnings) page.Line($"<p class=\"note\">{warning}</p>");
    }

    // The clearest effect, as an example of how to read the others.
    private static Markup Effects(ReportContent content)
    {
        FixedEffectEstimate[] slopes =
            [.. content.Effects.Where(static e => e.Name != "(Intercept)" && double.IsFinite(e.PValue))];
        if (slopes.Length == 0) return Markup.None;
        int clear = slopes.Count(static e => e.PValue < 0.05);
        Dictionary<string, string> readings = Readings(content.Frame.Schema.For(content.Fit).Terms);
        IEnumerable<FixedEffectEstimate> readable = slopes.Where(e => readings.ContainsKey(e.Name));
        if (readable.MaxBy(static e => Math.Abs(e.Statistic)) is not { } strongest) return Markup.None;
        string reading = readings[strongest.Name];
        string others = slopes.Length == 1
            ? ""
            : $" Of {Words.Count(slopes.Length)} effects {Words.Count(clear)} {(clear == 1 ? "has" : "have")} a "
                + "p-value below 0.05, each with the others held.";
        string within = content.Fit is RandomEffectsFit ? $" within the same {content.Fit.GroupName}" : "";
        string level = Words.Level(content.Options.Level);
        if (content.HasRatios)
        {
            string what = content.Fit.Link.Name == "logit" ? "odds" : "expected response";
            return Markup.Of(
                $"<p>The clearest effect is that of <code>{strongest.Name}</code>: {reading} goes with a factor of "
                + $"{Words.Number(Math.Exp(strongest.Estimate), 3)} in the {what}{within} ({level} interval "
                + $"{Words.Number(Math.Exp(strongest.Lower), 3)} to {Words.Number(Math.Exp(strongest.Upper), 3)}, "
                + $"{Words.WithP(strongest.PValue)}).{others}</p>");
        }

        string scale = content.Fit.Link.Name == "identity" ? "in the response" : "in the linear predictor";
        return Markup.Of(
            $"<p>The clearest effect is that of <code>{strongest.Name}</code>: {reading} goes with "
            + $"{Words.Number(strongest.Estimate, 4)} {scale}{within} ({level} interval "
            + $"{Words.Number(strongest.Lower, 4)} to {Words.Number(strongest.Upper, 4)}, "
            + $"{Words.WithP(strongest.PValue)}).{others}</p>");
    }

    // What may be read alone, by the name of its column: one more of a number that is a term's only column, or a level
    // beside the reference. Not what stands in an interaction, nor what is no column of the data but a call.
    private static Dictionary<string, string> Readings(IReadOnlyList<SchemaTerm> terms)
    {
        var readings = new Dictionary<string, string>();
        foreach (SchemaTerm term in terms.Where(static term => term.Degree == 1))
        {
            SchemaVariable variable = term.Variables[0];
            bool isAlone = !terms.Any(other => other.Name != term.Name
                && other.Variables.Any(v => v.Columns.Intersect(variable.Columns).Any()));
            if (!isAlone) continue;
            if (variable.Levels is { } levels)
            {
                bool hasReference = term.Columns.All(column => column.Levels[0] is { } level && level != levels[0]);
                if (!hasReference) continue;
                foreach (SchemaTermColumn column in term.Columns)
                    readings[column.Name] = $"“{column.Levels[0]}”, compared with “{levels[0]}”,";
            }
            else if (term.Columns.Count == 1 && variable.Columns.Contains(variable.Name))
            {
                readings[term.Columns[0].Name] = "one unit more";
            }
        }

        return readings;
    }

    private static string Were(int count) => count == 1 ? "was" : "were";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
