using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Profile likelihood intervals of the reference models against lme4 and glmmTMB.</summary>
[TestFixture]
internal sealed class ProfileReferenceTests
{
    private static IEnumerable<TestCaseData> Models() => ProfileReference.Models().Select(m => new TestCaseData(m)
        .SetArgDisplayNames($"{m.GetProperty("model").GetString()} {m.GetProperty("nodes").GetInt32()} " +
                            $"{string.Join(' ', Shapes(m))}"));

    [TestCaseSource(nameof(Models))]
    public void IntervalsAgreeWithOtherPrograms(JsonElement model)
    {
        (ClusteredDesign design, LikelihoodFit fit) = Fit(model);
        Assert.That(fit.Converged, Is.True, fit.Message);
        int compared = 0;
        using (Assert.EnterMultipleScope())
        {
            foreach (ProfileReference expected in ProfileReference.Of(model))
            {
                ProfileInterval interval = ProfileLikelihood.Interval(design, fit, expected.Parameter(fit));
                double estimate = expected.Kind == "correlation" && double.IsNaN(interval.Estimate) ? 0 : interval.Estimate;
                double width = interval.Upper - interval.Lower;
                Assert.That(estimate, Is.EqualTo(expected.Estimate).Within(2e-3 * width), interval.Parameter.Name);
                compared += Compare(interval.Lower, interval.LowerBound, expected.Lower, width, interval);
                compared += Compare(interval.Upper, interval.UpperBound, expected.Upper, width, interval);
            }
        }

        Assert.That(compared, Is.GreaterThanOrEqualTo(3), "bounds that both programs have");
    }

    [TestCaseSource(nameof(Models))]
    public void SignedRootsAgreeWithOtherPrograms(JsonElement model)
    {
        if (!model.TryGetProperty("zeta", out JsonElement zeta) || zeta.ValueKind != JsonValueKind.Object)
        {
            // glmmTMB gives roots only: at its bounds ζ is the normal quantile, as nearly as TMB's uniroot found them.
            (ClusteredDesign other, LikelihoodFit otherFit) = Fit(model);
            ProfileReference first = ProfileReference.Of(model).First(r => r.Kind == "fixed");
            double[] ends = ProfileLikelihood.Zeta(other, otherFit, first.Parameter(otherFit), [first.Lower, first.Upper]);
            Assert.That(ends, Is.EqualTo(new[] { -1.959963984540054, 1.959963984540054 }).Within(1e-3));
            return;
        }

        (ClusteredDesign design, LikelihoodFit fit) = Fit(model);
        double[] values = Numbers(zeta.GetProperty("values")), expected = Numbers(zeta.GetProperty("zeta"));
        double[] found = ProfileLikelihood.Zeta(
            design, fit, ProfileParameter.FixedEffect(fit, zeta.GetProperty("first").GetString()!), values);
        Assert.That(found, Is.EqualTo(expected).Within(1e-3));
    }

    private static int Compare(
        double bound, ProfileBound kind, double expected, double width, ProfileInterval interval)
    {
        // Programs that have no bound for a variance on its boundary say nothing, or say 0 or 1 themselves.
        if (double.IsNaN(expected) || double.IsInfinity(expected))
        {
            Assert.That(kind, Is.Not.EqualTo(ProfileBound.NotFound), interval.ToString());
            return 0;
        }

        Assert.That(bound, Is.EqualTo(expected).Within(1e-3 * width), interval.ToString());
        return 1;
    }

    private static (ClusteredDesign Design, LikelihoodFit Fit) Fit(JsonElement model)
    {
        string name = model.GetProperty("model").GetString()!;
        ClusteredDesign design = ReferenceDesign.Read(name, model.GetProperty("structure").GetString()!);
        bool shape = Shapes(model).Contains("shape");
        (Family family, Link? link) = name switch
        {
            _ when shape => (Family.NegativeBinomial(), null),
            _ when name.StartsWith("epil", StringComparison.Ordinal) => (Family.Poisson, null),
            "sleepstudy_gamma_log" => (Family.Gamma, Link.Log),
            _ when name.StartsWith("dyestuff", StringComparison.Ordinal) => (Family.Gaussian, null),
            _ when name.StartsWith("sleepstudy", StringComparison.Ordinal) => (Family.Gaussian, null),
            _ => ((Family, Link?))(Family.Binomial, null),
        };
        int nodes = model.GetProperty("nodes").GetInt32();
        LikelihoodFit fit = nodes == 1
            ? Laplace.Fit(design, family, link)
            : AdaptiveQuadrature.Fit(design, family, link, new FitOptions { Nodes = nodes });
        return (design, fit);
    }

    private static IEnumerable<string> Shapes(JsonElement model) =>
        ProfileReference.Of(model).Select(r => r.Kind).Distinct();

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];
}
