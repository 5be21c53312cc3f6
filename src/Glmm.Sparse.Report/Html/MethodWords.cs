using Glmm.Sparse.Results;

namespace Glmm.Sparse.Report.Html;

/// <summary>Families, links and methods in plain words.</summary>
internal static class MethodWords
{
    /// <summary>The method in a few characters.</summary>
    public static string Name(GlmmFit fit) => fit.Method switch
    {
        EstimationMethod.Pql => fit.Order == 2 ? "PQL-2" : "PQL",
        EstimationMethod.Mql => fit.Order == 2 ? "MQL-2" : "MQL",
        EstimationMethod.Laplace => "Laplace",
        _ => $"AGHQ ({((LikelihoodFit)fit).Nodes} nodes)",
    };

    /// <summary>The method in a sentence, and what it means for the reader.</summary>
    public static string Explain(GlmmFit fit)
    {
        string criterion = fit.Criterion == EstimationCriterion.Reml
            ? "restricted maximum likelihood (REML), which allows for the fixed effects when it estimates variances"
            : "maximum likelihood (ML)";
        bool isLinear = fit.Family.Name == "gaussian" && fit.Link.Name == "identity";
        return fit.Method switch
        {
            EstimationMethod.Pql or EstimationMethod.Mql when isLinear =>
                $"It was estimated by {criterion}. For this family and link that is exact: nothing is approximated.",
            EstimationMethod.Pql =>
                "It was estimated by penalised quasi-likelihood (PQL"
                + (fit.Order == 2 ? ", of the second order" : "")
                + $") with {criterion}. PQL fits a linear mixed model to the response linearised about the current "
                + "random effects. It is fast and works for very many clusters; with few rows a cluster and rare or "
                + "binary events it makes variances too small. The check of the approximation below says by how much.",
            EstimationMethod.Mql =>
                "It was estimated by marginal quasi-likelihood (MQL"
                + (fit.Order == 2 ? ", of the second order" : "")
                + $") with {criterion}. MQL linearises about random effects of zero: "
                + (fit.Order == 2
                    ? "the second order corrects for their spread."
                    : "fixed effects are those of the average over clusters, and no random effects are predicted."),
            EstimationMethod.Laplace =>
                "It was estimated by maximum likelihood, the random effects integrated out by the Laplace "
                + "approximation: accurate where clusters have many rows or counts are not small.",
            _ =>
                $"It was estimated by maximum likelihood, the random effects integrated out by adaptive Gauss–Hermite "
                + $"quadrature with {((LikelihoodFit)fit).Nodes} nodes: as exact as one needs it.",
        };
    }

    /// <summary>What the family says of the response.</summary>
    public static string Family(GlmmFit fit) => fit.Family.Name switch
    {
        "gaussian" => "a number with normally distributed deviations (gaussian)",
        "binomial" => "a yes-or-no outcome, or a number of successes among trials (binomial)",
        "poisson" => "a count (poisson)",
        "gamma" => "a positive number whose standard deviation grows with its mean (gamma)",
        "inverse-gaussian" => "a positive number with a long tail (inverse-gaussian)",
        "negative-binomial" => "a count that varies more than a Poisson one, variance μ + μ²/θ (negative-binomial)",
        "negative-binomial-1" =>
            "a count that varies more than a Poisson one, in proportion to its mean (negative-binomial-1)",
        "beta" => "a share between 0 and 1 (beta)",
        "quasibinomial" => "a proportion with a dispersion of its own (quasibinomial)",
        "quasipoisson" => "a count with a dispersion of its own (quasipoisson)",
        var name => $"a response of the family {name}",
    };

    /// <summary>What is linear.</summary>
    public static string Link(GlmmFit fit) => fit.Link.Name switch
    {
        "identity" => "the mean itself",
        "log" => "the logarithm of the mean",
        "logit" => "the log odds, log(μ/(1 − μ)),",
        "probit" => "the normal quantile of the probability",
        "cloglog" => "the complementary log-log of the probability",
        "inverse" => "the reciprocal of the mean",
        "sqrt" => "the square root of the mean",
        var name => $"the {name} of the mean",
    };

    /// <summary>What exp of an effect is.</summary>
    public static string Ratio(GlmmFit fit) => fit.Link.Name == "logit"
        ? "Odds ratio"
        : fit.Family.Name is "poisson" or "quasipoisson" or "negative-binomial" or "negative-binomial-1"
            ? "Rate ratio"
            : "Mean ratio";
}
