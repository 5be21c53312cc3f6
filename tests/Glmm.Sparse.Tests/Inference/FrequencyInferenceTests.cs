using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Inference on rows with frequencies is that on the rows repeated, or refused.</summary>
[TestFixture]
internal sealed class FrequencyInferenceTests
{
    [TestCase("gaussian", DegreesOfFreedomMethod.Satterthwaite)]
    [TestCase("gaussian", DegreesOfFreedomMethod.KenwardRoger)]
    [TestCase("gaussian", DegreesOfFreedomMethod.BetweenWithin)]
    [TestCase("gaussian", DegreesOfFreedomMethod.Residual)]
    [TestCase("gaussian", DegreesOfFreedomMethod.Clusters)]
    [TestCase("quasipoisson", DegreesOfFreedomMethod.Satterthwaite)]
    [TestCase("poisson", DegreesOfFreedomMethod.KenwardRoger)]
    public void FixedEffectsAreThoseOfRepeatedRows(string family, DegreesOfFreedomMethod method)
    {
        (ClusteredDesign weighted, ClusteredDesign repeated, Family kind) = Designs(family);
        FixedEffectInference one = FixedEffectInference.Create(Fit(weighted, kind), weighted, method);
        FixedEffectInference other = FixedEffectInference.Create(Fit(repeated, kind), repeated, method);
        foreach ((FixedEffectEstimate a, FixedEffectEstimate b) in one.Coefficients.Zip(other.Coefficients))
        {
            Assert.That(a.StandardError, Is.EqualTo(b.StandardError).Within(1e-6 * b.StandardError));
            Assert.That(a.DegreesOfFreedom, Is.EqualTo(b.DegreesOfFreedom).Within(1e-4 * b.DegreesOfFreedom));
        }
    }

    [TestCase(ClusterRobust.CR0)]
    [TestCase(ClusterRobust.CR1S)]
    [TestCase(ClusterRobust.CR2)]
    [TestCase(ClusterRobust.CR3)]
    public void SandwichesAreThoseOfRepeatedRows(ClusterRobust kind)
    {
        (ClusteredDesign weighted, ClusteredDesign repeated, Family family) = Designs("poisson");
        double[,] one = ClusterRobustCovariance.Compute(Fit(weighted, family), weighted, kind);
        double[,] other = ClusterRobustCovariance.Compute(Fit(repeated, family), repeated, kind);
        for (int j = 0; j < 3; j++) Assert.That(one[j, j], Is.EqualTo(other[j, j]).Within(1e-6 * other[j, j]));
    }

    [TestCase("gaussian")]
    [TestCase("quasipoisson")]
    [TestCase("poisson")]
    public void VarianceComponentsAreThoseOfRepeatedRows(string family)
    {
        (ClusteredDesign weighted, ClusteredDesign repeated, Family kind) = Designs(family);
        VarianceComponentInference one = VarianceComponentInference.Of(Fit(weighted, kind), weighted);
        VarianceComponentInference other = VarianceComponentInference.Of(Fit(repeated, kind), repeated);
        foreach ((VarianceComponentRow a, VarianceComponentRow b) in one.Rows.Zip(other.Rows))
            Assert.That(a.StandardError, Is.EqualTo(b.StandardError).Within(1e-5 * b.StandardError), b.Kind.ToString());
    }

    [Test]
    public void WhatLooksAtEveryRowRefuses()
    {
        (ClusteredDesign weighted, _, Family family) = Designs("poisson");
        PqlFit fit = Fit(weighted, family);
        Assert.That(() => ModelDiagnostics.Of(fit, weighted), Throws.TypeOf<InvalidModelOptionException>());
        Assert.That(() => VarianceDecomposition.Of(fit, weighted), Throws.TypeOf<InvalidModelOptionException>());
    }

    [Test]
    public void SamplingWeightsHaveTheSandwichAndItsDegreesOfFreedomOnly()
    {
        RandomData data = RandomData.Simulate(5, Family.Gaussian, 1, 30, 6);
        ClusteredDesign design = data.Design().WithSamplingWeights(
            DesignColumn.FromValues("s", data.Y.Select((_, row) => 1.0 + (row % 3)).ToArray()));
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        FixedEffectInference inference = FixedEffectInference.Create(fit, design);
        Assert.That(inference.Method, Is.EqualTo(DegreesOfFreedomMethod.Clusters));
        Assert.That(inference.Coefficients[1].DegreesOfFreedom, Is.EqualTo(29));
        Assert.That(inference.Coefficients[1].StandardError, Is.EqualTo(fit.FixedEffects[1].StandardError));
        Assert.That(
            ClusterRobustCovariance.Compute(fit, design, ClusterRobust.CR1)[1, 1],
            Is.EqualTo(Math.Pow(fit.FixedEffects[1].StandardError, 2)).Within(1e-9));
        Assert.That(
            () => FixedEffectInference.Create(fit, design, DegreesOfFreedomMethod.Satterthwaite),
            Throws.TypeOf<InvalidModelOptionException>());
        Assert.That(() => VarianceComponentInference.Of(fit, design), Throws.TypeOf<InvalidModelOptionException>());
    }

    [Test]
    public void SamplingWeightsOfWholeClustersAreWarnedOf()
    {
        RandomData data = RandomData.Simulate(5, Family.Poisson, 1, 30, 6);
        ClusteredDesign design = data.Design().WithSamplingWeights(
            DesignColumn.FromValues("s", data.Cluster.Select(c => 1.0 + (c % 4)).ToArray()));
        Assert.That(Pql.Fit(design, Family.Poisson).Warnings, Has.One.Contains("the same in all rows of every cluster"));
    }

    private static PqlFit Fit(ClusteredDesign design, Family family) =>
        Pql.Fit(design, family, null, new FitOptions { Tolerance = 1e-10 });

    private static (ClusteredDesign Weighted, ClusteredDesign Repeated, Family Family) Designs(string name)
    {
        Family family = Family.Parse(name);
        RandomData data = RandomData.Simulate(8, name == "gaussian" ? Family.Gaussian : Family.Poisson, 1, 30, 6);
        double[] times = [.. Enumerable.Range(0, data.Rows).Select(row => 1.0 + (row * 7 % 5 % 3))];
        int[] rows = [.. Enumerable.Range(0, data.Rows).SelectMany(row => Enumerable.Repeat(row, (int)times[row]))];
        return (data.Design().WithFrequencies(DesignColumn.FromValues("f", times)), data.Take(rows).Design(), family);
    }
}
