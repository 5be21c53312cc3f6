using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>Findings about the clusters: how many, how large, and what they can tell.</summary>
internal static class ConvergenceReportClusters
{
    private const int VeryFew = 6;
    private const int Few = 20;
    private const int FewRows = 4;

    internal static void Add(GlmmFit fit, ClusteredDesign design, List<ConvergenceFinding> findings)
    {
        var sizes = new int[design.Clusters.Count];
        foreach (int code in design.Clusters.Codes.Span) sizes[code]++;
        int empty = sizes.Count(n => n == 0), singletons = sizes.Count(n => n == 1);
        int[] filled = [.. sizes.Where(n => n > 0).Order()];
        int k = filled.Length, q = fit.RandomTerms.Count;
        string name = design.Clusters.Name;
        findings.Add(new ConvergenceFinding(
            ConvergenceSeverity.Note, "clusters", string.Create(
                CultureInfo.InvariantCulture,
                $"{k} clusters of '{name}' with {filled[0]} to {filled[^1]} rows (median {filled[k / 2]})") +
            (singletons > 0 ? string.Create(CultureInfo.InvariantCulture, $", {singletons} with a single row") : "") +
            (empty > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {empty} without rows") : "") + "."));
        if (k < Few)
        {
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Warning, "clusters", k < VeryFew
                    ? $"With only {k} clusters a variance between them is hardly estimable; consider '{name}' as a fixed " +
                      "effect."
                    : $"{k} clusters are few: variances between them are poorly known, and Wald tests are too optimistic. " +
                      "Use Satterthwaite or Kenward-Roger degrees of freedom, or a bootstrap."));
        }

        int able = filled.Count(n => n > q - (fit.DispersionEstimated ? 0 : 1));
        if (able == 0)
        {
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Warning, "clusters",
                $"No cluster has more rows than random effects ({q}): what varies between clusters and what varies within " +
                "them is told apart by the model's assumptions alone."));
        }
        else if (2 * singletons > k)
        {
            findings.Add(new ConvergenceFinding(
                ConvergenceSeverity.Warning, "clusters",
                "More than half of the clusters have a single row; the variance between clusters rests on the others."));
        }

        AddEdges(fit, design, findings, k, filled[k / 2]);
    }

    // Clusters whose responses are all at the edge of the domain: all failures, all successes, all zeros.
    private static void AddEdges(
        GlmmFit fit, ClusteredDesign design, List<ConvergenceFinding> findings, int filled, int median)
    {
        if (!fit.Family.IsBinomial) return;
        double[] y = design.Response.ToArray();
        ReadOnlySpan<int> codes = design.Clusters.Codes.Span;
        var seen = new (bool Lower, bool Upper, bool Inside)[design.Clusters.Count];
        for (int i = 0; i < y.Length; i++)
        {
            DomainEdge edge = fit.Family.ResponseEdge(y[i]);
            ref (bool Lower, bool Upper, bool Inside) cluster = ref seen[codes[i]];
            cluster = (cluster.Lower | edge == DomainEdge.Lower, cluster.Upper | edge == DomainEdge.Upper,
                cluster.Inside | edge == DomainEdge.Interior);
        }

        int lower = seen.Count(s => s is (true, false, false)), upper = seen.Count(s => s is (false, true, false));
        if (lower + upper == 0) return;
        bool many = 2 * (lower + upper) > filled && median <= FewRows;
        findings.Add(new ConvergenceFinding(
            many ? ConvergenceSeverity.Warning : ConvergenceSeverity.Note, "separation", string.Create(
                CultureInfo.InvariantCulture,
                $"{lower} clusters have failures only and {upper} successes only; their random effects are held by the ") +
            "normal distribution alone." +
            (many ? " Most clusters are of that kind and small, so the variance between clusters is weakly determined." : "")));
    }
}
