using Glmm.Sparse.Families;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Every family with every link, and small helpers to evaluate one row.</summary>
public static class Pairs
{
    public static readonly Family[] Families =
    [
        Family.Gaussian, Family.Binomial, Family.Poisson, Family.Gamma, Family.InverseGaussian,
        Family.NegativeBinomial(0.3), Family.NegativeBinomial(1e6), Family.Quasi, Family.QuasiBinomial,
        Family.QuasiPoisson,
        Family.NegativeBinomial1(0.3), Family.NegativeBinomial1(40), Family.Beta(0.6), Family.Beta(25),
        Family.Custom("cubic-ish", mean => Math.Pow(mean, 1.5), Link.Log, MeanDomain.Positive),
        Family.Custom("arcsine", mean => Math.Sqrt(mean * (1 - mean)), Link.Logit, MeanDomain.UnitInterval),
        Family.Custom("smooth", mean => 1 + (mean * mean), Link.Identity),
    ];

    public static readonly Link[] Links =
    [
        .. Link.All,
        Link.Custom("loglog", mean => -Math.Log(-Math.Log(mean)), eta => Math.Exp(-Math.Exp(-eta)),
            eta => Math.Exp(-eta - Math.Exp(-eta))),
    ];

    public static IEnumerable<TestCaseData> All => With(Links);

    /// <summary>Those whose score is (y − μ)δ/V, and whose deviance is an integral of it.</summary>
    public static IEnumerable<TestCaseData> OfQuasiLikelihood =>
        All.Where(pair => !HasOwnScore((Family)pair.Arguments[0]!));

    public static IEnumerable<TestCaseData> WithBuiltInLink => With(Link.All);

    private static IEnumerable<TestCaseData> With(IEnumerable<Link> links) =>
        from family in Families
        from link in links
        select new TestCaseData(family, link).SetArgDisplayNames($"{family}({family.Shape?.Value})", link.Name);

    /// <summary>Whether a family is more than a mean and a variance.</summary>
    public static bool HasOwnScore(Family family) =>
        family.Kind is VarianceKind.NegativeBinomial1 or VarianceKind.Beta;

    /// <summary>Some responses that the family allows, edges included.</summary>
    public static double[] Responses(Family family) =>
        [.. new[] { 0, 1, 0.125, 0.5, 0.875, 2, 3, 7, 20, 0.001, 1000, -1, -2.5 }.Where(family.IsValidResponse)];

    /// <summary>The family and θ written as in the reference values.</summary>
    public static Family Parse(string text)
    {
        string[] parts = text.Split(':');
        double? theta = parts.Length == 1
            ? null
            : double.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return Family.Parse(parts[0], theta);
    }
}
