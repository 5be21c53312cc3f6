using Glmm.Sparse.Simulation;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Simulation;

public class DatasetSimulatorTests
{
    private static readonly SimulationOptions s_gaussian = new()
    {
        Family = "gaussian",
        Clusters = 2000,
        ClusterSize = 6,
        FixedEffects = [1, 0.5, -0.25, 2],
        RandomEffectDeviations = [1.5, 0.8],
        Correlation = -0.4,
        Dispersion = 0.5,
        Seed = 42,
    };

    [Test]
    public void ColumnsAreResponseCovariatesTimeAndCluster() => Assert.Multiple(() =>
    {
        Assert.That(new DatasetSimulator(s_gaussian).ColumnNames, Is.EqualTo(["y", "x1", "x2", "time", "id"]));
        Assert.That(
            new DatasetSimulator(s_gaussian with { FixedEffects = [1] }).ColumnNames, Is.EqualTo(["y", "time", "id"]));
        Assert.That(
            new DatasetSimulator(s_gaussian with { FixedEffects = [1, 2] }).ColumnNames, Is.EqualTo(["y", "time", "id"]));
    });

    [Test]
    public void TheSameSeedGivesTheSameClustersInAnyOrderAndNumber()
    {
        var few = new DatasetSimulator(s_gaussian with { Clusters = 3 });
        var many = new DatasetSimulator(s_gaussian);
        SimulatedCluster a = few.CreateCluster();
        SimulatedCluster b = many.CreateCluster();
        foreach (int i in new[] { 2, 0, 1 })
        {
            few.Draw(i, a);
            many.Draw(1000 + i, b);
            many.Draw(i, b);
            Assert.That(b.Response.ToArray(), Is.EqualTo(a.Response.ToArray()));
        }
    }

    [Test]
    public void AnotherSeedGivesOtherData()
    {
        SimulatedCluster[] a = DrawAll(s_gaussian with { Clusters = 1 });
        SimulatedCluster[] b = DrawAll(s_gaussian with { Clusters = 1, Seed = 43 });
        Assert.That(a[0].Response[0], Is.Not.EqualTo(b[0].Response[0]));
    }

    [Test]
    public void ClusterSizesArePoissonButAtLeastTwo()
    {
        int[] sizes = [.. DrawAll(s_gaussian with { Clusters = 20_000, ClusterSize = 3 }).Select(static c => c.Size)];
        double mean = Enumerable.Range(0, 60).Sum(static n => Math.Max(2, n) * Poisson.PMF(3, n));
        Assert.Multiple(() =>
        {
            Assert.That(sizes.Min(), Is.EqualTo(2));
            Assert.That(sizes.Average(), Is.EqualTo(mean).Within(0.05));
        });
    }

    [Test]
    public void FixedSizeGivesEveryClusterThatManyRows() => Assert.That(
        DrawAll(s_gaussian with { ClusterSize = 1, FixedSize = true }).Select(static c => c.Size), Is.All.EqualTo(1));

    [Test]
    public void TimeRunsInNinths() => Assert.That(
        DrawAll(s_gaussian with { Clusters = 1, FixedSize = true })[0].Time.ToArray(),
        Is.EqualTo([0, 1 / 9.0, 2 / 9.0, 3 / 9.0, 4 / 9.0, 5 / 9.0]));

    [Test]
    public void RandomEffectsHaveTheCovarianceAskedFor()
    {
        double[][] beta = [.. DrawAll(s_gaussian with { Clusters = 50_000, ClusterSize = 2 })
            .Select(static c => c.RandomEffects.ToArray())];
        Assert.Multiple(() =>
        {
            Assert.That(beta.Average(static b => b[0]), Is.Zero.Within(0.03));
            Assert.That(beta.Average(static b => b[1]), Is.Zero.Within(0.02));
            Assert.That(beta.Average(static b => b[0] * b[0]), Is.EqualTo(1.5 * 1.5).Within(0.06));
            Assert.That(beta.Average(static b => b[1] * b[1]), Is.EqualTo(0.8 * 0.8).Within(0.02));
            Assert.That(beta.Average(static b => b[0] * b[1]), Is.EqualTo(-0.4 * 1.5 * 0.8).Within(0.03));
        });
    }

    [Test]
    public void GaussianResidualsHaveTheDispersionAsVarianceAboutTheModel()
    {
        var residuals = new List<double>();
        foreach (SimulatedCluster c in DrawAll(s_gaussian with { Clusters = 20_000 }))
        {
            for (int j = 0; j < c.Size; j++)
            {
                double eta = 1 + 0.5 * c.Covariate(0)[j] - 0.25 * c.Covariate(1)[j] + 2 * c.Time[j]
                    + c.RandomEffects[0] + c.RandomEffects[1] * c.Time[j];
                residuals.Add(c.Response[j] - eta);
            }
        }

        Assert.That(
            Kolmogorov.Distance(residuals, static e => Normal.CDF(0, Math.Sqrt(0.5), e)),
            Is.LessThan(Kolmogorov.Bound(residuals.Count)));
    }

    [TestCase("binomial", "logit", -0.8, 0.31002551887238755)]
    [TestCase("binomial", "probit", -0.8, 0.21185539858339664)]
    [TestCase("binomial", "cloglog", -0.8, 0.36193500842284616)]
    [TestCase("binomial", "cauchit", -0.8, 0.28522327899640535)]
    [TestCase("binomial", "log", -0.8, 0.44932896411722156)]
    [TestCase("binomial", "identity", 0.3, 0.3)]
    [TestCase("poisson", "log", 1.1, 3.0041660239464334)]
    [TestCase("poisson", "sqrt", 1.5, 2.25)]
    [TestCase("poisson", "identity", 4.5, 4.5)]
    [TestCase("gaussian", "inverse", 0.5, 2)]
    [TestCase("gamma", "inverse", 0.5, 2)]
    [TestCase("gamma", "log", 0.7, 2.0137527074704766)]
    [TestCase("inverse-gaussian", "inverse-square", 0.25, 2)]
    [TestCase("negative-binomial", "log", 1.1, 3.0041660239464334)]
    public void TheMeanIsTheInverseLinkOfThePredictor(string family, string link, double eta, double mean)
    {
        double[] y = ResponsesAt(family, link, eta);
        double deviation = Math.Sqrt(Variance(y) / y.Length);
        Assert.That(y.Average(), Is.EqualTo(mean).Within(4 * deviation));
    }

    [TestCase("gaussian", "identity", 2.0, 0.5)]
    [TestCase("gamma", "identity", 2.0, 0.5 * 4)]
    [TestCase("inverse-gaussian", "identity", 2.0, 0.5 * 8)]
    [TestCase("poisson", "identity", 2.0, 2)]
    [TestCase("negative-binomial", "identity", 2.0, 2 + 4 / 1.7)]
    [TestCase("binomial", "identity", 0.2, 0.16)]
    public void TheVarianceIsThatOfTheFamily(string family, string link, double eta, double variance) =>
        Assert.That(Variance(ResponsesAt(family, link, eta)), Is.EqualTo(variance).Within(4).Percent);

    [TestCase("quasipoisson", null, "no distribution")]
    [TestCase("weibull", null, "weibull")]
    [TestCase("poisson", "logit", "logit")]
    public void AFamilyOrLinkThatCannotBeDrawnIsNamed(string family, string? link, string named) => Assert.That(
        () => new DatasetSimulator(s_gaussian with { Family = family, Link = link, Dispersion = null }),
        Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains(named));

    [Test]
    public void OptionsOutOfRangeAreNamed() => Assert.Multiple(() =>
    {
        AssertRefused(s_gaussian with { Clusters = 0 }, "clusters");
        AssertRefused(s_gaussian with { ClusterSize = 0 }, "cluster size");
        AssertRefused(s_gaussian with { FixedEffects = [] }, "fixed effect");
        AssertRefused(s_gaussian with { FixedEffects = [double.NaN] }, "fixed effects");
        AssertRefused(s_gaussian with { RandomEffectDeviations = [1, 1, 1] }, "standard deviation");
        AssertRefused(s_gaussian with { RandomEffectDeviations = [-1] }, "standard deviations");
        AssertRefused(s_gaussian with { Correlation = 1.1 }, "correlation");
        AssertRefused(s_gaussian with { RandomEffectDeviations = [1] }, "correlation");
        AssertRefused(s_gaussian with { Dispersion = 0 }, "dispersion");
        AssertRefused(s_gaussian with { Family = "poisson" }, "dispersion");
        AssertRefused(s_gaussian with { Theta = 1 }, "theta");
        AssertRefused(s_gaussian with { Family = "negative-binomial", Dispersion = null }, "theta");
    });

    [Test]
    public void APredictorWithoutAMeanNamesItsClusterAndRow()
    {
        var simulator = new DatasetSimulator(s_gaussian with
        {
            Family = "gamma",
            Link = "identity",
            FixedEffects = [-50],
            RandomEffectDeviations = [1],
            Correlation = 0,
        });
        Assert.That(
            () => simulator.Draw(6, simulator.CreateCluster()),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("cluster 7, row 1"));
    }

    private static void AssertRefused(SimulationOptions options, string named) => Assert.That(
        () => new DatasetSimulator(options),
        Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains(named));

    private static SimulatedCluster[] DrawAll(SimulationOptions options)
    {
        var simulator = new DatasetSimulator(options);
        var clusters = new SimulatedCluster[options.Clusters];
        for (int i = 0; i < clusters.Length; i++)
        {
            clusters[i] = simulator.CreateCluster();
            simulator.Draw(i, clusters[i]);
        }

        return clusters;
    }

    private static double[] ResponsesAt(string family, string link, double eta) =>
    [
        .. DrawAll(s_gaussian with
        {
            Family = family,
            Link = link,
            Clusters = 400,
            ClusterSize = 500,
            FixedSize = true,
            FixedEffects = [eta],
            RandomEffectDeviations = [0],
            Correlation = 0,
            Dispersion = family is "gaussian" or "gamma" or "inverse-gaussian" ? 0.5 : null,
            Theta = family == "negative-binomial" ? 1.7 : null,
        }).SelectMany(static c => c.Response.ToArray()),
    ];

    private static double Variance(double[] y)
    {
        double mean = y.Average();
        return y.Sum(v => (v - mean) * (v - mean)) / (y.Length - 1);
    }
}
