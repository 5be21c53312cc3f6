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

    public static IEnumerable<TestCaseData> WithBuiltInLink => With(Link.All);

    private static IEnumerable<TestCaseData> With(IEnumerable<Link> links) =>
        from family in Families
        from link in links
        select new TestCaseData(family, link).SetArgDisplayNames($"{family}({family.Theta})", link.Name);

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
