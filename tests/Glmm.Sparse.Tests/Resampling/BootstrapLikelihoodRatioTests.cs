using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Inference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Resampling;

[TestFixture]
internal sealed class BootstrapLikelihoodRatioTests
{
    private static readonly BootstrapLikelihoodRatioOptions Few = new() { Replicates = 99 };

    [Test]
    public void AFixedEffectHasTheChiSquareOfAsymptotics()
    {
        var rows = new SimulatedRows("poisson", 40, 5);
        ClusteredDesign larger = rows.Design(rows.Draw(0.5, 3, 1));
        ClusteredDesign smaller = Without(larger, 2);
        BootstrapLikelihoodRatioResult result = BootstrapLikelihoodRatio.Test(
            smaller, larger, Family.Poisson, bootstrap: Few with { Replicates = 199 });
        Assert.That(result.Failures, Is.Zero);
        Assert.That(result.ReplicateStatistics.Length, Is.EqualTo(199));
        Assert.That(
            result.PValue, Is.EqualTo(result.Asymptotic.PValue).Within(0.03 + (4 * result.MonteCarloError)));
        Assert.That(
            result.PValue,
            Is.EqualTo((1.0 + result.ReplicateStatistics.ToArray().Count(s => s >= result.Statistic)) / 200));

        // χ²₁: its mean is 1.
        Assert.That(result.ReplicateStatistics.ToArray().Average(), Is.EqualTo(1).Within(0.45));
        Assert.That(result.ToString(), Does.Contain("by 199 replicates"));
    }

    [Test]
    public void AVarianceAtZeroHasAboutHalfItsRatiosAtZero()
    {
        var rows = new SimulatedRows("poisson", 30, 4);
        ClusteredDesign design = rows.Design(rows.Draw(0.3, 3, 2));
        BootstrapLikelihoodRatioResult result = BootstrapLikelihoodRatio.TestVariance(
            design, Family.Poisson, bootstrap: Few with { Replicates = 199 });
        Assert.That(result.ReplicateStatistics.ToArray().Count(s => s < 1e-6), Is.InRange(80, 170));
        Assert.That(result.Asymptotic.Reference.ToString(), Is.EqualTo("0.5·χ²(0) + 0.5·χ²(1)"));
        Assert.That(result.PValue, Is.LessThan(result.Asymptotic.PValue + 0.05));
    }

    [Test]
    public void ThreadsDoNotMatter()
    {
        var rows = new SimulatedRows("binomial", 25, 5);
        ClusteredDesign design = rows.Design(rows.Draw(1, 3, 1));
        BootstrapLikelihoodRatioResult Run(int threads) => BootstrapLikelihoodRatio.Test(
            Without(design, 1), design, Family.Binomial, null, EstimationMethod.Aghq,
            new FitOptions { Threads = threads, Nodes = 5 }, Few with { Replicates = 19 });
        BootstrapLikelihoodRatioResult one = Run(1), two = Run(2);
        Assert.That(two.ReplicateStatistics.ToArray(), Is.EqualTo(one.ReplicateStatistics.ToArray()));
        Assert.That(two.PValue, Is.EqualTo(one.PValue));
    }

    [Test]
    public void WhatCannotBeComparedIsRefused()
    {
        var rows = new SimulatedRows("poisson", 20, 4);
        ClusteredDesign design = rows.Design(rows.Draw(0.5, 3, 1));
        Assert.That(
            () => BootstrapLikelihoodRatio.Test(
                Without(design, 1), design, Family.Poisson, method: EstimationMethod.Pql, bootstrap: Few),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("not PQL or MQL"));
        Assert.That(
            () => BootstrapLikelihoodRatio.Test(design, design, Family.Poisson, bootstrap: Few),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("nothing to compare"));
        Assert.That(
            () => BootstrapLikelihoodRatio.TestVariance(design, Family.Poisson, bootstrap: Few with { Replicates = 3 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("at least 19"));

        // Before anything is fitted.
        var cancelled = new FitOptions { CancellationToken = new CancellationToken(canceled: true) };
        Assert.That(
            () => BootstrapLikelihoodRatio.Test(
                Without(design, 1), design, Family.Poisson, null, EstimationMethod.Laplace, cancelled,
                Few with { Replicates = 3 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("at least 19"));
        Assert.That(
            () => BootstrapLikelihoodRatio.TestVariance(
                design, Family.Poisson, null, EstimationMethod.Laplace, cancelled, Few with { Replicates = 3 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("at least 19"));
    }

    private static ClusteredDesign Without(ClusteredDesign design, int column) => ClusteredDesign.Create(
        design.Response, [.. design.FixedEffects.Where((_, j) => j != column)], design.RandomEffects, design.Clusters);
}
