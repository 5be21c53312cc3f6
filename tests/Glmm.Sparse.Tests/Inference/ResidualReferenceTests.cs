using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Residuals, leverages and errors of random effects against lme4 (Reference/inference/diagnostics.R).</summary>
[TestFixture]
internal sealed class ResidualReferenceTests
{
    private static IEnumerable<TestCaseData> Models()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.Reference("inference", "diagnostics.json")));
        foreach (JsonElement model in document.RootElement.EnumerateArray())
            yield return new TestCaseData(model.Clone()).SetArgDisplayNames(model.GetProperty("model").GetString()!);
    }

    [TestCaseSource(nameof(Models))]
    public void ResidualsAgreeWithLme4(JsonElement expected)
    {
        (GlmmFit fit, ClusteredDesign design) = Fit(expected);
        ResidualSet set = ResidualSet.Of(fit, design);
        JsonElement residuals = expected.GetProperty("residuals");
        void Near(ReadOnlySpan<double> actual, string kind)
        {
            double[] values = JsonNumbers.Array(residuals.GetProperty(kind));
            double scale = Math.Sqrt(values.Average(v => v * v));
            Assert.That(actual.ToArray(), Is.EqualTo(values).Within(1e-5 * scale), kind);
        }

        Assert.Multiple(() =>
        {
            Near(set.Response, "response");
            Near(set.Pearson, "pearson");
            Near(set.Deviance, "deviance");
            Near(set.Working, "working");
        });
    }

    [TestCaseSource(nameof(Models))]
    public void LeveragesAndErrorsOfRandomEffectsAgreeWithLme4(JsonElement expected)
    {
        if (!expected.TryGetProperty("leverage", out JsonElement leverage))
        {
            Assert.That(expected.GetProperty("family").GetString(), Is.Not.EqualTo("gaussian"), "lmer gives leverages");
            return;
        }

        (GlmmFit fit, ClusteredDesign design) = Fit(expected);
        double[] values = JsonNumbers.Array(leverage);
        Assert.That(
            ClusterInfluence.Of(fit, design).Leverage.ToArray(), Is.EqualTo(values).Within(1e-5 * values.Average()));
        RandomEffectTable table = RandomEffectTable.Of(fit);
        double[] modes = JsonNumbers.Array(expected.GetProperty("modes"));
        double[] errors = JsonNumbers.Array(expected.GetProperty("predictionSd"));
        double[] conditional = JsonNumbers.Array(expected.GetProperty("conditionalSd"));
        for (int e = 0; e < modes.Length; e++)
        {
            Assert.That(table.Rows[e].Estimate, Is.EqualTo(modes[e]).Within(1e-5 * errors[e]));
            Assert.That(table.Rows[e].StandardError, Is.EqualTo(errors[e]).Within(1e-5 * errors[e]));
            Assert.That(table.Rows[e].StandardError, Is.GreaterThan(conditional[e]), "the fixed effects' part is in");
        }
    }

    private static (GlmmFit Fit, ClusteredDesign Design) Fit(JsonElement expected)
    {
        ClusteredDesign design = ReferenceDesign.Read(expected.GetProperty("model").GetString()!, "unstructured");
        Family family = Family.Parse(expected.GetProperty("family").GetString()!);
        GlmmFit fit = family.Name == "gaussian"
            ? Pql.Fit(design, family)
            : Laplace.Fit(design, family, Link.Parse(expected.GetProperty("link").GetString()!));
        Assert.That(fit.Converged, Is.True);
        return (fit, design);
    }
}
