using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Report.Content;

/// <summary>The diagnostics in plain language, the gravest first.</summary>
internal static class Checks
{
    private const ConvergenceSeverity Note = ConvergenceSeverity.Note;
    private const ConvergenceSeverity Warning = ConvergenceSeverity.Warning;

    public static IReadOnlyList<Check> Of(ReportContent content)
    {
        IEnumerable<Check> all = OfFit(content);
        if (content.Diagnostics.Value is { } diagnostics)
        {
            all = all.Append(Dispersion(diagnostics.Dispersion));
            if (diagnostics.Zeros is { } zeros) all = all.Append(Zeros(zeros));
            all = all.Append(Influence(diagnostics.Influence));
        }

        if (content.Residuals.Value is { } residuals && Outliers(content, residuals) is { } outliers)
            all = all.Append(outliers);
        if (content.RandomEffects.Value is { } effects) all = all.Append(Clusters(effects, content.Fit.GroupName));
        return [.. all.OrderByDescending(static check => check.Severity)];
    }

    private static IEnumerable<Check> OfFit(ReportContent content) =>
        content.Convergence.Value?.Findings.Select(Of) ?? [];

    private static Check Of(ConvergenceFinding finding)
    {
        (string title, string means, string remedy) = finding.Subject switch
        {
            "convergence" when finding.Severity == Note => (
                "Convergence", "The estimates solve their equations; starting elsewhere would end here.", ""),
            "convergence" => (
                "Convergence", "The numbers of this report are not those of any solution.",
                "Mend what the finding names, and fit again, before you use any of them."),
            "separation" when finding.Severity == Note => ("Clusters of one outcome", "", ""),
            "separation" when finding.Severity == Warning => (
                "Near separation",
                "Outcomes are nearly all alike along what the finding names, so that the data hardly bound its size.",
                "Compare likelihoods rather than trust Wald tests, join levels, or collect more data."),
            "separation" => (
                "Separation", "Some covariate tells the outcomes apart perfectly, and its effect runs to infinity.",
                "Leave the covariate out, join levels of it, or collect more data."),
            "boundary" => (
                "Variance on the boundary", "The data show no variation in some direction between clusters; tests of "
                    + "fixed effects still stand.",
                "Report it as it is, or use fewer random effects."),
            "approximation" => (
                "Approximation", finding.Severity == Note
                    ? "A more exact method would give nearly the same estimates."
                    : "The method's approximation has moved the estimates away from maximum likelihood.",
                finding.Severity == Note ? "" : "Fit again by the method that the finding names, and compare."),
            "clusters" => ("Clusters", "", finding.Severity == Note ? "" : "Read intervals and tests with care."),
            "random effects" => ("Random effects", "", ""),
            "fixed effects" => ("Fixed effects", "", ""),
            "dispersion" => ("Random effects and residual", "", ""),
            _ => ("The fit", "", ""),
        };
        return new Check(finding.Severity, title, finding.Text, means, remedy);
    }

    private static Check Dispersion(DispersionCheck check)
    {
        string ratio = Words.Fixed(check.EffectiveRatio, 2);
        if (check.IsBinary || check.DispersionEstimated)
        {
            return new Check(
                Note, "Dispersion",
                check.IsBinary
                    ? "Single yes-or-no outcomes cannot vary more than their mean says."
                    : "The dispersion was estimated, so that the response varies as the model says by design.",
                "There is nothing to check.", "");
        }

        string finding = $"Pearson residuals add up to {ratio} times what the family says "
            + $"({Words.WithP(check.PValue)}, chi-square approximation).";
        if (check.PValue < 0.05)
        {
            return new Check(
                Warning, "Overdispersion", finding,
                "The response varies more about its fitted means than the family allows: standard errors are too "
                + "small.",
                "Try a negative binomial for counts, a random effect for each row, or an estimated dispersion "
                + "(--dispersion estimated).");
        }

        return check.EffectiveRatio < 0.7
            ? new Check(
                Note, "Underdispersion", finding,
                "The response varies less than the family says; standard errors are on the safe side.", "")
            : new Check(Note, "Dispersion", finding, "The response varies as the family says.", "");
    }

    private static Check Zeros(ZeroInflationCheck check)
    {
        string finding = $"{Words.Count(check.Observed, "zero")} observed, {Words.Fixed(check.Expected, 1)} expected "
            + $"({Words.WithP(check.PValue)}).";
        if (!(check.PValue < 0.05))
            return new Check(Note, "Zeros", finding, "There are as many zeros as the model expects.", "");
        return check.Observed > check.Expected
            ? new Check(
                Warning, "More zeros than expected", finding,
                "Some rows may be zero for a reason that the model does not know.",
                "Look for a covariate that tells such rows apart, or try a negative binomial.")
            : new Check(
                Warning, "Fewer zeros than expected", finding,
                "The response is further from zero than the family says.",
                "Check whether zeros can occur at all, and whether counts begin at 1.");
    }

    private static Check Influence(ClusterInfluence influence)
    {
        double rule = Plots.InfluencePlot.Rule(influence);
        ClusterInfluenceRow first = influence.Ranked().First();
        double most = first.Dfbetas.Max(Math.Abs);
        string finding = $"The most influential cluster is {first.Group}; without it no fixed effect moves by more "
            + $"than {Words.Fixed(most, 2)} of its standard errors.";
        if (!double.IsFinite(first.CooksDistance))
        {
            return new Check(
                Warning, "Influence", $"Without the cluster {first.Group} the fixed effects are not determined.",
                "Some effect rests on a single cluster.", "Say so, or leave the effect out.");
        }

        return most > 1 && first.CooksDistance > rule
            ? new Check(
                Warning, "Influence", finding, "One cluster decides about an effect.",
                "Check its rows, fit without it, and report both.")
            : new Check(Note, "Influence", finding, "No single cluster decides about the result.", "");
    }

    private static Check? Outliers(ReportContent content, ResidualSet residuals)
    {
        // A quantile residual of a yes or no is mostly the draw that makes it continuous: Pearson's tells more.
        bool isBinary = content.Fit.Family.IsBinomial && content.Response.All(static y => y is 0 or 1);
        if (!isBinary && residuals.Quantile.Length == 0) return null;
        ReadOnlySpan<double> sizes = isBinary ? residuals.Pearson : residuals.Quantile;

        // The quantile residual that one such data set in twenty has a row beyond.
        double bound = isBinary ? 5 : NormalDistribution.Quantile(1 - (0.025 / residuals.Count)), worst = 0;
        int beyond = 0, at = 0;
        for (int row = 0; row < residuals.Count; row++)
        {
            double size = Math.Abs(sizes[row]);
            if (size > bound) beyond++;
            if (size > worst) (worst, at) = (size, row);
        }

        string kind = isBinary ? "Pearson" : "quantile";
        string finding = $"The largest {kind} residual is {Words.Fixed(worst, 2)} in size "
            + $"(row {Words.Count(content.Frame.SourceRow(at) + 1)} of the data); {Words.Count(beyond)} beyond "
            + $"{Words.Fixed(bound, 2)}.";
        if (beyond == 0)
            return new Check(Note, "Outlying rows", finding, "No row is far from what the model expects of it.", "");
        return new Check(
            Warning, "Outlying rows", finding,
            isBinary
                ? "Some outcomes are ones that the model holds for very unlikely."
                : "Some rows are further off than chance would have them.",
            content.Fit.Family.Name is "poisson" or "quasipoisson"
                ? "Check them for errors; if they are right, try a negative binomial, which has heavier tails."
                : "Check them for errors; if they are right, report the fit with and without them.");
    }

    private static Check Clusters(RandomEffectValues effects, string group)
    {
        double bound = NormalDistribution.Quantile(1 - (0.025 / effects.Clusters)), worst = 0;
        (int cluster, int term, int beyond) = (0, 0, 0);
        for (int a = 0; a < effects.Terms.Count; a++)
        {
            double deviation = effects.Deviation(a);
            if (!(deviation > 0)) continue;
            for (int c = 0; c < effects.Clusters; c++)
            {
                double size = Math.Abs(effects.Estimate(c, a)) / deviation;
                if (size > bound) beyond++;
                if (size > worst) (worst, cluster, term) = (size, c, a);
            }
        }

        string finding = $"The most unusual {group} is {effects.Label(cluster)}, {Words.Fixed(worst, 1)} standard "
            + $"deviations from the average in {effects.Terms[term]}.";
        return beyond == 0
            ? new Check(Note, "Outlying clusters", finding, "No cluster is unlike the others.", "")
            : new Check(
                Warning, "Outlying clusters", finding,
                $"{Words.Count(beyond, "random effect")} beyond {Words.Fixed(bound, 1)} standard deviations: more "
                + "than normally distributed clusters would have.",
                "Look what sets these clusters apart; a covariate may explain it.");
    }
}
