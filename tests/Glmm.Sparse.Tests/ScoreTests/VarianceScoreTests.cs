using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.ScoreTests;
using Glmm.Sparse.Tests.Inference;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ScoreTests;

[TestFixture]
internal sealed class VarianceScoreTests
{
    // The size of the test at 5 %: within three binomial standard errors, and a quarter of a per cent for what the
    // reference distributions leave (bench/README.md has ten thousand replicates).
    [Test]
    public void TheSizeIsFivePerCent(
        [Values("poisson", "binomial", "gaussian")] string family, [Values(3, 10)] int size, [Values(20, 200)] int clusters)
    {
        int replicates = clusters == 20 ? 5_000 : 2_000;
        var rows = new SimulatedRows(family, clusters, size);
        using var plan = VarianceScorePlan.Create(rows.Design(rows.Draw(0, 1, 0)), rows.Family);
        VarianceScoreResult[] results = plan.TestMany(replicates, (index, y) => rows.Fill(0, 11, index, y));
        Assert.That(results.All(r => r.Converged), Is.True);
        double share = results.Count(r => r.Overall.PValue <= 0.05) / (double)replicates;
        Assert.That(share, Is.EqualTo(0.05).Within((3 * Math.Sqrt(0.05 * 0.95 / replicates)) + 0.0025));
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gaussian")]
    [TestCase("gamma")]
    public void PowerGrowsWithTheVariance(string family)
    {
        var rows = new SimulatedRows(family, 40, 6, family == "gamma" ? "log" : null);
        using var plan = VarianceScorePlan.Create(rows.Design(rows.Draw(0, 1, 0)), rows.Family, rows.Link);
        double[] power = [.. new[] { 0, 0.4, 1.2 }.Select(deviation => plan
            .TestMany(300, (index, y) => rows.Fill(deviation, 12, index, y)).Count(r => r.Overall.PValue <= 0.05) / 300.0)];
        Assert.That(power[0], Is.LessThan(0.1));
        Assert.That(power[1], Is.GreaterThan(power[0] + 0.1));
        Assert.That(power[2], Is.GreaterThan(0.95));
    }

    [Test]
    public void ABalancedGaussianInterceptIsAnalysisOfVariance()
    {
        const int Clusters = 12, Size = 4;
        var rows = new SimulatedRows("gaussian", Clusters, Size);
        double[] y = rows.Draw(0.5, 3, 1);
        DesignColumn ones = DesignColumn.Constant("1", 1, y.Length);
        var design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [ones], [ones], new ClusterIndex("id", rows.Codes.ToArray(), Clusters));
        double mean = y.Average(), between = 0, within = 0;
        foreach (var cluster in y.Select((value, r) => (value, r)).GroupBy(e => e.r / Size, e => e.value))
        {
            double own = cluster.Average();
            between += Size * (own - mean) * (own - mean);
            within += cluster.Sum(value => (value - own) * (value - own));
        }

        double f = between / (Clusters - 1) / (within / (Clusters * (Size - 1)));
        VarianceScoreResult result = VarianceScoreTest.Test(design, Family.Gaussian);
        Assert.That(result.Reference, Is.EqualTo(VarianceScoreReference.RatioOfQuadraticForms));
        double exact = 1 - FisherSnedecor.CDF(Clusters - 1, Clusters * (Size - 1), f);
        Assert.That(result.Overall.PValue, Is.EqualTo(exact).Within(0.005 * exact));

        // With φ known it is a chi-square.
        VarianceScoreResult held = VarianceScoreTest.Test(
            design, Family.Gaussian, null, new FitOptions { Dispersion = DispersionOption.Fixed(0.8) });
        Assert.That(held.Reference, Is.EqualTo(VarianceScoreReference.QuadraticForm));
        double tail = 1 - ChiSquared.CDF(Clusters - 1, between / 0.8);
        Assert.That(held.Overall.PValue, Is.EqualTo(tail).Within(0.005 * tail));
        Assert.That(
            held.Overall.Score, Is.EqualTo(0.5 * Size * ((between / 0.64) - ((Clusters - 1) / 0.8))).Within(1e-9));
        Assert.That(held.Overall.Information, Is.EqualTo(0.5 * Size * Size * (Clusters - 1) / 0.64).Within(1e-9));
    }

    // More clusters than eigenvalues are computed for: the three cumulants must say the same.
    [Test]
    public void ThreeCumulantsDoForManyGaussianClusters()
    {
        var rows = new SimulatedRows("gaussian", 401, 3);
        double[] y = rows.Draw(0.25, 3, 1);
        VarianceScoreResult many = VarianceScoreTest.Test(rows.Design(y), Family.Gaussian);
        Assert.That(many.Reference, Is.EqualTo(VarianceScoreReference.ThreeCumulants));
        double z = many.Overall.Z;
        var fewer = new SimulatedRows("gaussian", 400, 3);
        VarianceScoreResult exact = VarianceScoreTest.Test(fewer.Design(fewer.Draw(0.25, 3, 1)), Family.Gaussian);
        Assert.That(exact.Reference, Is.EqualTo(VarianceScoreReference.RatioOfQuadraticForms));
        Assert.That(SkewedTail.At(exact.Overall.Z, 0), Is.EqualTo(exact.Overall.PValue).Within(0.15 * exact.Overall.PValue));
        Assert.That(SkewedTail.At(z, 0), Is.EqualTo(many.Overall.PValue).Within(0.15 * many.Overall.PValue));
    }

    [Test]
    public void ManyResponsesGiveTheSameBitsOnAnyThreads([Values("poisson", "gaussian", "gamma")] string family)
    {
        var rows = new SimulatedRows(family, 20, 4, family == "gamma" ? "log" : null);
        using var plan = VarianceScorePlan.Create(rows.Design(rows.Draw(0, 1, 0), q: 2), rows.Family, rows.Link);
        VarianceScoreResult[] one = plan.TestMany(40, (index, y) => rows.Fill(0.4, 9, index, y), 1);
        VarianceScoreResult[] three = plan.TestMany(40, (index, y) => rows.Fill(0.4, 9, index, y), 3);
        for (int i = 0; i < 40; i++)
        {
            Assert.That(three[i].Overall, Is.EqualTo(one[i].Overall));
            Assert.That(three[i].Components, Is.EqualTo(one[i].Components));
            VarianceScoreResult single = plan.Test(rows.Draw(0.4, 9, i));
            Assert.That(single.Overall, Is.EqualTo(one[i].Overall));
        }
    }

    [Test]
    public void APlanAgreesWithASingleTest([Values("poisson", "binomial", "gaussian", "gamma")] string family)
    {
        var rows = new SimulatedRows(family, 15, 4, family == "gamma" ? "log" : null, shuffle: 2);
        var options = new FitOptions { Tolerance = 1e-12 };
        double[] y = rows.Draw(0.5, 9, 1);
        using var plan = VarianceScorePlan.Create(rows.Design(rows.Draw(0, 1, 0), q: 2), rows.Family, rows.Link, options);
        VarianceScoreResult one = plan.Test(y);
        VarianceScoreResult other = VarianceScoreTest.Test(rows.Design(y, q: 2), rows.Family, rows.Link, options);
        Assert.That(one.Overall.PValue, Is.EqualTo(other.Overall.PValue).Within(1e-9));
        Assert.That(one.Components[1].Z, Is.EqualTo(other.Components[1].Z).Within(1e-8));
        Assert.That(plan.ComponentNames, Is.EqualTo(new[] { "u0", "u1" }));
        Assert.That(one.Dispersion, Is.EqualTo(other.Dispersion).Within(1e-10));
    }

    [Test]
    public void TheScaleOfARandomSlopeDoesNotMatter()
    {
        var rows = new SimulatedRows("poisson", 30, 5);
        double[] y = rows.Draw(0.5, 9, 1);
        CovarianceStructure diagonal = CovarianceStructure.Diagonal(2);
        VarianceScoreResult one = VarianceScoreTest.Test(rows.Design(y, 2, diagonal), Family.Poisson);
        VarianceScoreResult other = VarianceScoreTest.Test(rows.Design(y, 2, diagonal, scale: 1000), Family.Poisson);
        VarianceScoreResult full = VarianceScoreTest.Test(rows.Design(y, 2), Family.Poisson);
        Assert.That(other.Overall.PValue, Is.EqualTo(one.Overall.PValue).Within(1e-10));
        Assert.That(other.Components[1].PValue, Is.EqualTo(one.Components[1].PValue).Within(1e-10));
        Assert.That(
            other.Components[1].OneStepVariance, Is.EqualTo(one.Components[1].OneStepVariance / 1e6).Within(1e-12));
        Assert.That(full.Overall, Is.EqualTo(one.Overall));
        Assert.That(one.Components.Select(c => c.Name), Is.EqualTo(new[] { "u0", "u1" }));
    }

    [Test]
    public void OneComponentIsTheOverallTest()
    {
        var rows = new SimulatedRows("poisson", 30, 5);
        double[] y = rows.Draw(0.5, 9, 1);
        VarianceScoreResult identity = VarianceScoreTest.Test(
            rows.Design(y, 2, CovarianceStructure.Identity(2)), Family.Poisson);
        Assert.That(identity.Components, Has.Count.EqualTo(1));
        Assert.That(identity.Components[0].Name, Is.EqualTo("identity component 1"));
        Assert.That(identity.Overall.PValue, Is.EqualTo(identity.Components[0].PValue));
        Assert.That(identity.ToString(), Does.StartWith("Score test of no variance between clusters: standardised score "));
        Assert.That(identity.Overall.ToString(), Does.StartWith("overall: U = "));
    }

    // One scoring step from 0 is a fair guess of a small variance.
    [Test]
    public void TheOneStepVarianceIsNearTheTruth()
    {
        var rows = new SimulatedRows("poisson", 2_000, 5);
        VarianceScoreResult result = VarianceScoreTest.Test(rows.Design(rows.Draw(0.3, 4, 1)), Family.Poisson);
        Assert.That(result.Overall.OneStepVariance, Is.EqualTo(0.09).Within(0.03));
        Assert.That(result.Overall.PValue, Is.LessThan(1e-10).And.GreaterThan(0));
    }

    [Test]
    public void WhatCannotBeTestedSaysWhy()
    {
        var rows = new SimulatedRows("poisson", 20, 4);
        double[] y = rows.Draw(0, 1, 0);
        using var plan = VarianceScorePlan.Create(rows.Design(y), rows.Family);
        VarianceScoreResult[] results = plan.TestMany(3, (index, response) =>
        {
            if (index == 0) response.Clear();
            if (index == 1) y.CopyTo(response);
        });
        Assert.That(results[0].Converged, Is.False);
        Assert.That(results[0].Message, Does.Contain("is 0 in every row"));
        Assert.That(results[0].ToString(), Is.EqualTo(results[0].Message));
        Assert.That(results[1].Converged, Is.True);
        Assert.That(results[2].Message, Does.Contain("NaN"));
        Assert.That(results[2].Overall.PValue, Is.NaN);
        Assert.That(
            () => VarianceScoreTest.Test(rows.Design(y), Family.NegativeBinomial()),
            Throws.TypeOf<InvalidModelOptionException>());
        NullModel model = NullModel.Fit(rows.Design(y), rows.Family);
        Assert.That(
            () => VarianceScoreTest.Test(model, rows.Design(rows.Draw(0, 1, 1))),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("not the one"));
        Assert.That(() => plan.Test(y.AsSpan(1)), Throws.TypeOf<InvalidModelDataException>());
    }

    [Test]
    public void FrequenciesStandForRepeatedRows([Values("poisson", "gaussian")] string family)
    {
        var rows = new SimulatedRows(family, 15, 3);
        ClusteredDesign design = rows.Design(rows.Draw(0.6, 3, 1));
        double[] frequencies = [.. Enumerable.Range(0, rows.Rows).Select(r => 1.0 + (r % 3))];
        int[] repeated = [.. Enumerable.Range(0, rows.Rows).SelectMany(r => Enumerable.Repeat(r, (int)frequencies[r]))];
        DesignColumn Repeat(DesignColumn column)
        {
            var values = new double[repeated.Length];
            column.Gather(repeated, values);
            return DesignColumn.FromValues(column.Name, values);
        }

        int[] codes = rows.Codes.ToArray();
        var longer = ClusteredDesign.Create(
            Repeat(design.Response), [.. design.FixedEffects.Select(Repeat)], [.. design.RandomEffects.Select(Repeat)],
            new ClusterIndex("id", repeated.Select(r => codes[r]).ToArray(), 15));
        ClusteredDesign shorter = design.WithFrequencies(DesignColumn.FromValues("f", frequencies));
        var options = new FitOptions { Tolerance = 1e-12 };
        VarianceScoreResult one = VarianceScoreTest.Test(longer, rows.Family, null, options);
        VarianceScoreResult other = VarianceScoreTest.Test(shorter, rows.Family, null, options);
        Assert.That(other.Reference, Is.EqualTo(one.Reference));
        Assert.That(other.Overall.Score, Is.EqualTo(one.Overall.Score).Within(1e-8 * Math.Abs(one.Overall.Score)));
        Assert.That(other.Overall.PValue, Is.EqualTo(one.Overall.PValue).Within(1e-8));
        using var plan = VarianceScorePlan.Create(shorter, rows.Family, null, options);
        Assert.That(
            plan.Test(design.Response.ToArray()).Overall.PValue, Is.EqualTo(one.Overall.PValue).Within(1e-8));

        double[] candidate = [.. Enumerable.Range(0, rows.Rows).Select(r => Math.Sin(r))];
        ScoreScanResult scanned = ScoreScan
            .Create(Pql.Fit(shorter, rows.Family, null, options), shorter).Test(candidate);
        ScoreScanResult expected = ScoreScan
            .Create(Pql.Fit(longer, rows.Family, null, options), longer).Test([.. repeated.Select(r => candidate[r])]);
        Assert.That(scanned.Z, Is.EqualTo(expected.Z).Within(1e-6));
    }

    [Test]
    public void WeightsThatAreNoRowsAreRefused()
    {
        var rows = new SimulatedRows("gamma", 15, 3, "log");
        ClusteredDesign design = rows.Design(rows.Draw(0.6, 3, 1));
        DesignColumn twos = DesignColumn.Constant("two", 2, rows.Rows);
        Assert.That(
            () => VarianceScoreTest.Test(design.WithFrequencies(twos), rows.Family, rows.Link),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("repeat the rows"));
        Assert.That(
            () => VarianceScoreTest.Test(design.WithSamplingWeights(twos), rows.Family, rows.Link),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("sampling weights"));
    }

    [Test]
    public void SeparatedResponsesAreToldApartFromATest()
    {
        var rows = new SimulatedRows("binomial", 20, 4);
        ClusteredDesign design = rows.Design(rows.Draw(0, 1, 0));
        double[] group = design.FixedEffects[2].ToArray();
        VarianceScoreResult result = VarianceScoreTest.Test(rows.Design(group), Family.Binomial);
        Assert.That(result.Overall.PValue, Is.NaN.Or.GreaterThan(0.5));
        if (!result.Converged) Assert.That(result.Message, Does.StartWith("There is no test"));
    }

    [Test]
    public void CancellingStopsTheScreenAndProgressIsTold()
    {
        var rows = new SimulatedRows("poisson", 20, 4);
        using var source = new CancellationTokenSource();
        using var plan = VarianceScorePlan.Create(
            rows.Design(rows.Draw(0, 1, 0)), rows.Family, null, new FitOptions { CancellationToken = source.Token });
        var heard = new Listener();
        plan.TestMany(200, (index, y) => rows.Fill(0, 11, index, y), 1, heard);
        Assert.That(heard.Last, Is.EqualTo(200));
        Assert.That(
            () => plan.TestMany(200, (index, y) =>
            {
                rows.Fill(0, 11, index, y);
                if (index == 5) source.Cancel();
            }),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Listener : IProgress<int>
    {
        internal int Last { get; private set; }

        public void Report(int value) => Last = Math.Max(Last, value);
    }
}
