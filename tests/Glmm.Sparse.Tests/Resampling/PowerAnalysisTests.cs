using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Resampling;
using Glmm.Sparse.Results;
using Glmm.Sparse.Simulation;
using Glmm.Sparse.Tests.Inference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Resampling;

[TestFixture]
internal sealed class PowerAnalysisTests
{
    private static readonly SimulationOptions Gaussian = new()
    {
        Family = "gaussian",
        Clusters = 1,
        ClusterSize = 1,
        FixedSize = true,
        FixedEffects = [1, 0.25, 0],
        RandomEffectDeviations = [0.8],
        Seed = 0,
    };

    // xᵀV⁻¹x of independent standard normal x has mean tr V⁻¹ = k(m/φ)(1 − τ²/(φ + mτ²)).
    [Test]
    public void GaussianPowerIsThatOfTheory()
    {
        var options = new PowerOptions { Effect = "x1", Replicates = 800, Seed = 4 };
        IReadOnlyList<PowerResult> results = PowerAnalysis.Run(Gaussian, [20, 40], [4, 8], options);
        Assert.That(results.Select(r => (r.Clusters, r.ClusterSize)), Is.EqualTo(new[] { (20, 4.0), (20, 8), (40, 4), (40, 8) }));
        foreach (PowerResult result in results)
        {
            double m = result.ClusterSize, information = result.Clusters * m * (1 - (0.64 / (1 + (m * 0.64))));
            double expected = NormalDistribution.Cdf((0.25 * Math.Sqrt(information)) - 1.96);
            Assert.That(result.Power, Is.EqualTo(expected).Within(0.05), result.ToString());
            Assert.That(result.Power, Is.InRange(result.Lower, result.Upper));
            Assert.That(result.MeanEstimate, Is.EqualTo(0.25).Within(0.02));
            Assert.That(result.Failures, Is.Zero);
        }
    }

    [Test]
    public void AnEffectOfZeroIsRejectedAtTheLevel()
    {
        PowerResult result = PowerAnalysis.Run(
            Gaussian, [40], [6], new PowerOptions { Effect = "time", Replicates = 800, Alpha = 0.1 })[0];
        Assert.That(result.Power, Is.EqualTo(0.1).Within(0.035));
        double half = 1.96 * Math.Sqrt(result.Power * (1 - result.Power) / 800);
        Assert.That(result.Upper - result.Lower, Is.EqualTo(2 * half).Within(0.002));
    }

    [Test]
    public void ThreadsDoNotMatterAndSeedsDo([Values] PowerTest test)
    {
        SimulationOptions model = Gaussian with { Family = "poisson", FixedSize = false };
        PowerResult Run(int threads, ulong seed) => PowerAnalysis.Run(model, [15], [4], new PowerOptions
        {
            Test = test,
            Effect = "x1",
            Replicates = 60,
            Seed = seed,
            Fit = new FitOptions { Threads = threads },
        })[0];
        Assert.That(Run(2, 1), Is.EqualTo(Run(1, 1)));
        Assert.That(Run(1, 2), Is.Not.EqualTo(Run(1, 1)));
    }

    [Test]
    public void TheScoreTestFindsTheVarianceMoreOftenInMoreClusters()
    {
        IReadOnlyList<PowerResult> results = PowerAnalysis.Run(
            Gaussian with { RandomEffectDeviations = [0.5] }, [10, 60], [4],
            new PowerOptions { Test = PowerTest.VarianceScore, Replicates = 200 });
        Assert.That(results[1].Power, Is.GreaterThan(results[0].Power + 0.2));
        Assert.That(results[1].MeanEstimate, Is.EqualTo(0.25).Within(0.06));
    }

    [Test]
    public void ADesignOfOnesOwnKeepsItsCovariates()
    {
        var rows = new SimulatedRows("binomial", 40, 10);
        var options = new PowerOptions { Effect = "x", Replicates = 100 };
        PowerResult strong = PowerAnalysis.Run(
            rows.Design(new double[rows.Rows]), Family.Binomial, null, [0, 0.6, 0], new[,] { { 0.5 } }, 1, options);
        PowerResult none = PowerAnalysis.Run(
            rows.Design(new double[rows.Rows]), Family.Binomial, null, [0, 0, 0], new[,] { { 0.5 } }, 1, options);
        Assert.That(strong.Power, Is.GreaterThan(0.95));
        Assert.That(none.Power, Is.LessThan(0.15));
        Assert.That(strong.Clusters, Is.EqualTo(40));
        Assert.That(strong.ClusterSize, Is.EqualTo(10));
    }

    [Test]
    public void DataThatCannotBeFittedCountAsNotRejected()
    {
        PowerResult result = PowerAnalysis.Run(
            Gaussian with { Family = "binomial", FixedEffects = [-4, 0.5, 0] }, [5], [3],
            new PowerOptions { Effect = "x1", Replicates = 60 })[0];
        Assert.That(result.Failures, Is.GreaterThan(20));
        Assert.That(result.Rejections, Is.LessThanOrEqualTo(60 - result.Failures));
        Assert.That(result.Lower, Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void WrongOptionsAreRefused()
    {
        void Refused(PowerOptions options, string what) => Assert.That(
            () => PowerAnalysis.Run(Gaussian, [5], [3], options),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains(what));
        Refused(new PowerOptions(), "needs the name of a fixed effect");
        Refused(new PowerOptions { Effect = "z" }, "no fixed effect 'z'; it has (Intercept), x1, time");
        Refused(new PowerOptions { Effect = "x1", Replicates = 2 }, "at least 20");
        Refused(new PowerOptions { Effect = "x1", Alpha = 0 }, "level of the test");
        Refused(new PowerOptions { Effect = "x1", Level = 1 }, "coverage of the limits");
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(
            () => PowerAnalysis.Run(
                Gaussian, [5], [3],
                new PowerOptions { Effect = "x1", Fit = new FitOptions { CancellationToken = source.Token } }),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
