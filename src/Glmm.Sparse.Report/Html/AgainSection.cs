using System.Security.Cryptography;
using Glmm.Sparse.Model;
using Glmm.Sparse.Report.Content;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Html;

/// <summary>All that is needed to get the same report again.</summary>
internal static class AgainSection
{
    public static void Write(HtmlWriter page, ReportContent content)
    {
        GlmmFit fit = content.Fit;
        page.Line($"<section id=\"again\" aria-labelledby=\"again-title\">");
        page.Line($"<h2 id=\"again-title\">Do it again</h2>");
        if (content.Options.Command is { } command) page.Line($"<pre tabindex=\"0\"><code>{command}</code></pre>");
        page.Line($"<dl class=\"plain\">");
        Entry("Formula", content.Frame.Formula);
        if (content.Options.DataName is { } data) Entry("Data", data);
        Entry("Data fingerprint", Fingerprint(content.Design));
        Entry("Model made by", content.Model.Facts.Producer);
        Entry("Report made by", ReportPage.Producer);
        Entry("Method", $"{MethodWords.Name(fit)}, {fit.Criterion.ToString().ToUpperInvariant()}, "
            + $"{Words.Count(fit.Iterations, "iteration")}, verdict {fit.Verdict.ToString().ToLowerInvariant()}, next "
            + $"step {Words.Number(fit.GradientNorm, 2)} standard errors");
        Entry("Covariance of the random effects", content.Design.Covariance.Name);
        if (content.Model.Schema!.Weights is { } weights) Entry("Weights", weights);
        if (content.Model.Schema.Offset is { } offset) Entry("Offset", offset);
        if (content.Model.Facts.FrequencyWeights is { } frequencies) Entry("Frequency weights", frequencies);
        if (content.Model.Facts.SamplingWeights is { } sampling) Entry("Sampling weights", sampling);
        foreach (Formula.FactorLevels factor in content.Frame.Factors)
        {
            string levels = string.Join(", ", factor.Levels.Take(12)) + (factor.Levels.Count > 12 ? ", …" : "");
            Entry($"Levels of {factor.Name}", $"{levels} (reference first)");
        }

        Entry("Seed of the quantile residuals", $"{content.Options.Seed}");
        page.Line($"</dl>");
        page.Line($"<p class=\"note\">The fingerprint is the beginning of the SHA-256 of response, covariates and "
            + $"clusters of the rows used, in their order: reports with the same one are of the same data.</p>");
        page.Line($"</section>");

        void Entry(string name, string value) => page.Line($"<dt>{name}</dt><dd>{value}</dd>");
    }

    private static string Fingerprint(ClusteredDesign design)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (DesignColumn column in design.FixedEffects.Concat(design.RandomEffects).Prepend(design.Response))
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(
                ReportContent.ValuesOf(column)));
        hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(design.Clusters.Codes.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
