using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>R² and ICC against the published formulas written in R (Reference/inference/decomposition.R), by hand, and
/// against simulated truth.</summary>
[TestFixture]
internal sealed class VarianceDecompositionTests
{
    private static IEnumerable<TestCaseData> Models()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.Reference("inference", "decomposition.json")));
        foreach (JsonElement model in document.RootElement.EnumerateArray())
        {
            yield return new TestCaseData(model.Clone()).SetArgDisplayNames(
                $"{model.GetProperty("model").GetString()} {model.GetProperty("family").GetString()} {model.GetProperty("null")}");
        }
    }

    [TestCaseSource(nameof(Models))]
    public void DecompositionAgreesWithTheFormulasInR(JsonElement expected)
    {
        ClusteredDesign design = ReferenceDesign.Read(expected.GetProperty("model").GetString()!, "unstructured");
        Family family = Family.Parse(expected.GetProperty("family").GetString()!);
        Link link = Link.Parse(expected.GetProperty("link").GetString()!);
        GlmmFit Fit(ClusteredDesign data) => family.Name == "gaussian"
            ? Pql.Fit(data, family)
            : Laplace.Fit(data, family, link);
        GlmmFit? nullFit = null;
        if (expected.GetProperty("null").GetBoolean())
        {
            nullFit = Fit(ClusteredDesign.Create(
                design.Response, [DesignColumn.Constant("(Intercept)", 1, design.Observations)], design.RandomEffects,
                design.Clusters, design.PriorWeights, design.Offset));
        }

        VarianceDecomposition actual = VarianceDecomposition.Of(Fit(design), design, nullFit);
        void Near(double value, double reference, string name) =>
            Assert.That(value, Is.EqualTo(reference).Within(1e-5 * reference), name);
        Assert.Multiple(() =>
        {
            Near(actual.FixedVariance, expected.GetProperty("fixed").GetDouble(), "fixed");
            Near(actual.RandomVariance, expected.GetProperty("random").GetDouble(), "random");
            Near(actual.Mean, expected.GetProperty("lambda").GetDouble(), "λ");
        });
        JsonElement[] variants = [.. expected.GetProperty("variants").EnumerateArray()];
        Assert.That(
            actual.Variants.Select(v => v.Kind.ToString()), Is.EqualTo(variants.Select(v => v.GetProperty("kind").GetString())));
        for (int i = 0; i < variants.Length; i++)
        {
            VarianceDecompositionRow row = actual.Variants[i];
            Assert.Multiple(() =>
            {
                Near(row.ResidualVariance, variants[i].GetProperty("residual").GetDouble(), "residual");
                Near(row.MarginalR2, variants[i].GetProperty("marginal").GetDouble(), "marginal");
                Near(row.ConditionalR2, variants[i].GetProperty("conditional").GetDouble(), "conditional");
                Near(row.AdjustedIcc, variants[i].GetProperty("adjusted").GetDouble(), "adjusted");
                Near(row.UnadjustedIcc, variants[i].GetProperty("unadjusted").GetDouble(), "unadjusted");
            });
        }
    }

    [Test]
    public void TheFirstVariantIsTheAnswer()
    {
        ClusteredDesign design = ReferenceDesign.Read("epil_ri", "unstructured");
        VarianceDecomposition actual = VarianceDecomposition.Of(Pql.Fit(design, Family.Poisson), design);
        VarianceDecompositionRow first = actual.Variants[0];
        Assert.That(first.Kind, Is.EqualTo(VarianceDecompositionKind.Lognormal));
        Assert.That(
            (actual.ResidualVariance, actual.MarginalR2, actual.ConditionalR2, actual.AdjustedIcc, actual.UnadjustedIcc),
            Is.EqualTo((first.ResidualVariance, first.MarginalR2, first.ConditionalR2, first.AdjustedIcc, first.UnadjustedIcc)));
        Assert.That(actual.ToString().Split('\n'), Has.Length.EqualTo(5));
        Assert.That(actual.ToString(), Does.Contain("lognormal").And.Contain("trigamma").And.Contain("delta"));
    }

    [Test]
    public void ThePartitionCoefficientFollowsTheCovariate()
    {
        ClusteredDesign design = ReferenceDesign.Read("sleepstudy_us", "unstructured");
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        VarianceDecomposition actual = VarianceDecomposition.Of(fit, design);
        double[,] d = fit.Covariance;
        double form = d[0, 0] + (2 * 6 * d[0, 1]) + (36 * d[1, 1]);
        Assert.That(actual.VariancePartition(1, 6), Is.EqualTo(form / (form + fit.Dispersion)).Within(1e-12));
        Assert.That(actual.VariancePartition(1, 0), Is.EqualTo(d[0, 0] / (d[0, 0] + fit.Dispersion)).Within(1e-12));
        Assert.That(() => actual.VariancePartition(1), Throws.ArgumentException);
    }

    [Test]
    public void OfALargeGaussianDataSetTheSharesAreTheTrueOnes()
    {
        // Var(0.5 x₁ − 0.4 g) = 0.25 + 0.04 with g a fair coin, random intercept 0.81, residual 1.
        RandomData data = RandomData.Simulate(77, Family.Gaussian, 1, 6000, 8);
        VarianceDecomposition actual = VarianceDecomposition.Of(Pql.Fit(data.Design(), Family.Gaussian), data.Design());
        Assert.That(actual.MarginalR2, Is.EqualTo(0.29 / 2.1).Within(0.01));
        Assert.That(actual.ConditionalR2, Is.EqualTo(1.1 / 2.1).Within(0.015));
        Assert.That(actual.AdjustedIcc, Is.EqualTo(0.81 / 1.81).Within(0.015));
    }

    [Test]
    public void ThePoissonLognormalVarianceIsThatOfALogOfALargeCount()
    {
        // For a large λ all three definitions are 1/λ.
        DrawnRows data = DrawnRows.Draw(Family.Poisson, Link.Log, 60, 8, 3);
        ClusteredDesign raised = ClusteredDesign.Create(
            data.Design.Response, data.Design.FixedEffects, data.Design.RandomEffects, data.Design.Clusters);
        VarianceDecomposition actual = VarianceDecomposition.Of(Pql.Fit(raised, Family.Poisson), raised);
        Assert.That(actual.Variants[0].ResidualVariance, Is.EqualTo(Math.Log(1 + (1 / actual.Mean))).Within(1e-12));
        Assert.That(actual.Variants[2].ResidualVariance, Is.EqualTo(1 / actual.Mean).Within(1e-12));
        Assert.That(actual.Variants[1].ResidualVariance, Is.GreaterThan(actual.Variants[2].ResidualVariance));
    }

    [Test]
    public void AWrongNullFitIsRefused()
    {
        ClusteredDesign design = ReferenceDesign.Read("epil_ri", "unstructured");
        PqlFit fit = Pql.Fit(design, Family.Poisson);
        Assert.That(
            () => VarianceDecomposition.Of(fit, design, fit),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.StartsWith(
                "The null fit must have an intercept as its only fixed effect"));
    }
}
