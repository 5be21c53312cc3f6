using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model;
using Glmm.Sparse.Threading;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Core;

/// <summary>Every statistic of a pass against plain loops over the rows with scalar formulas.</summary>
[TestFixture]
internal sealed unsafe class DataPassTests
{
    // Single rows, empty clusters, a cluster of several tiles of 1024 rows, and a number of clusters that is no multiple of 8.
    private static readonly int[] Sizes = [1, 0, 10, 3000, 1, 1, 0, 5, 0, 7, 10, 1, 0];

    private static IEnumerable<TestCaseData> Shapes()
    {
        for (int p = 1; p <= 9; p++)
        {
            for (int q = 1; q <= 3; q++)
            {
                yield return new TestCaseData(p, q, false, p % 2 == 0 ? "poisson" : "binomial");
                yield return new TestCaseData(p, q, true, p % 2 == 0 ? "binomial" : "poisson");
            }
        }
    }

    [TestCaseSource(nameof(Shapes))]
    public void GlobalStatisticsAreThoseOfTheRows(int p, int q, bool shared, string family)
    {
        using Setting setting = new(new DenseRows(Family.Parse(family), p, q, shared, Sizes), family);
        setting.Run(withBeta: true);
        setting.CheckGlobal(setting.Rows.Expected(setting.Packed, withBeta: true));
    }

    [TestCaseSource(nameof(Shapes))]
    public void ClusterStatisticsAreThoseOfTheRows(int p, int q, bool shared, string family)
    {
        using Setting setting = new(new DenseRows(Family.Parse(family), p, q, shared, Sizes), family);
        setting.Run(withBeta: true);
        setting.CheckClusters(setting.Rows.Expected(setting.Packed, withBeta: true));
    }

    [TestCase(3, 1, true, "poisson")]
    [TestCase(4, 2, false, "binomial")]
    public void WithoutRandomEffectsTheyCountAsZero(int p, int q, bool shared, string family)
    {
        using Setting setting = new(new DenseRows(Family.Parse(family), p, q, shared, Sizes), family);
        setting.Run(withBeta: false);
        DenseRows.Sums expected = setting.Rows.Expected(setting.Packed, withBeta: false);
        setting.CheckGlobal(expected);
        setting.CheckClusters(expected);
    }

    [TestCase(false, true)]
    [TestCase(true, false)]
    [TestCase(false, false)]
    public void WeightsAndOffsetMayBeLeftOut(bool weighted, bool offset)
    {
        using Setting setting = new(new DenseRows(Family.Binomial, 3, 2, true, Sizes, weighted, offset), "binomial");
        setting.Run(withBeta: true);
        DenseRows.Sums expected = setting.Rows.Expected(setting.Packed, withBeta: true);
        setting.CheckGlobal(expected);
        setting.CheckClusters(expected);
    }

    [TestCase("poisson", true)]
    [TestCase("binomial", true)]
    [TestCase("poisson", false)]
    public void FromTheResponseTheWorkingResponseIsTakenAboutTheOffset(string family, bool offset)
    {
        using Setting setting = new(new DenseRows(Family.Parse(family), 4, 2, true, Sizes, offset: offset), family);
        setting.Pass.Run(PassPoint.Response, setting.Rows.Alpha, null, setting.Statistics, setting.Blocks);
        DenseRows.Sums expected = setting.Rows.Expected(setting.Packed, withBeta: false, fromResponse: true);
        setting.CheckGlobal(expected);
        setting.CheckClusters(expected);
    }

    [Test]
    public void ManyChunksAndPartitionsAddUp([Values(1, 3)] int threads)
    {
        int[] sizes = [.. Enumerable.Range(0, 7003).Select(i => i % 15)];
        using Setting setting = new(new DenseRows(Family.Poisson, 5, 2, true, sizes), "poisson", threads);
        Assert.That(setting.Packed.Map.PartitionCount, Is.GreaterThan(20));
        setting.Run(withBeta: true);
        DenseRows.Sums expected = setting.Rows.Expected(setting.Packed, withBeta: true);
        setting.CheckGlobal(expected);
        setting.CheckClusters(expected);
    }

    [Test]
    public void HugeClustersAreSharedByPartitions([Values(1, 3)] int threads)
    {
        int[] sizes = [3, 20_000, 0, 1, 64, 65, 700, .. Enumerable.Repeat(2, 500), 9_000, 5];
        using Setting setting = new(new DenseRows(Family.Binomial, 3, 2, true, sizes), "binomial", threads);
        Assert.That(setting.Packed.Map.PartitionCount, Is.GreaterThan(20));
        for (int round = 0; round < 2; round++)
        {
            setting.Run(withBeta: true);
            DenseRows.Sums expected = setting.Rows.Expected(setting.Packed, withBeta: true);
            setting.CheckGlobal(expected);
            setting.CheckClusters(expected);
        }
    }

    [Test]
    public void TilesPutTogetherAtTheLeaseGiveTheSameBits()
    {
        int[] sizes = [.. Enumerable.Range(0, 900).Select(i => i % 23), 700, 65, 3];
        ClusteredDesign design = new DenseRows(Family.Poisson, 4, 2, true, sizes, sorted: true).Design();
        using var team = new WorkerTeam(2);
        using PackedDesign stored = DesignPacker.Pack(design, team, stores: true);
        using PackedDesign streamed = DesignPacker.Pack(design, team, stores: false);
        Assert.That(streamed.IsStored, Is.False);
        double[][] results = [.. new[] { stored, streamed }.Select(packed =>
        {
            using var pass = new DataPass(packed, WorkingKernel.Create(Family.Poisson, Link.Log), team);
            using var blocks = new ClusterBlocks(sizes.Length, 4, 2);
            var statistics = new PassStatistics(4);
            pass.Run(PassPoint.Coefficients, [0.1, -0.2, 0.05, 0.1], null, statistics, blocks);
            IEnumerable<double> entries = Enumerable.Range(0, blocks.Clusters).SelectMany(
                i => Enumerable.Range(0, blocks.EntryCount).Select(e => blocks.Cluster(i)[8 * e]));
            return (double[])[.. statistics.Cross, .. statistics.Gradient, statistics.Deviance, .. entries];
        })];
        Assert.That(results[1], Is.EqualTo(results[0]));
    }

    [Test]
    public void LogWeightsAreSummedWhereTheyAreAskedFor()
    {
        using Setting setting = new(new DenseRows(Family.Binomial, 3, 1, false, Sizes), "binomial");
        setting.Run(withBeta: true);
        Assert.That(setting.Statistics.LogWeights, Is.Zero);
        setting.Run(withBeta: true, logWeights: true);
        double expected = setting.Rows.Expected(setting.Packed, withBeta: true).LogWeights;
        Assert.That(setting.Statistics.LogWeights, Is.EqualTo(expected).Within(1e-11 * Math.Abs(expected)));
    }

    [Test]
    public void RepeatingAPassGivesTheSameBits()
    {
        using Setting setting = new(new DenseRows(Family.Poisson, 4, 2, true, Sizes), "poisson");
        setting.Run(withBeta: true);
        double[] cross = [.. setting.Statistics.Cross];
        double deviance = setting.Statistics.Deviance;
        setting.Run(withBeta: false);
        setting.Run(withBeta: true);
        Assert.That(setting.Statistics.Cross, Is.EqualTo(cross));
        Assert.That(setting.Statistics.Deviance, Is.EqualTo(deviance));
        Assert.That(setting.Pass.Count, Is.EqualTo(3));
    }

    [Test]
    public void PartsOfTheDataAddUpToTheWhole()
    {
        PassStatistics a = Filled(2), b = Filled(5), sum = Filled(2);
        sum.Add(b);
        Assert.That(sum.Cross, Is.EqualTo(a.Cross.Zip(b.Cross, (s, t) => s + t)));
        Assert.That(sum.Gradient, Is.EqualTo(a.Gradient.Zip(b.Gradient, (s, t) => s + t)));
        Assert.That(sum.WeightedSquares, Is.EqualTo(a.WeightedSquares + b.WeightedSquares));
        Assert.That(sum.Deviance, Is.EqualTo(a.Deviance + b.Deviance));
        Assert.That(sum.LogWeights, Is.EqualTo(a.LogWeights + b.LogWeights));
        Assert.That(sum.Invalid, Is.EqualTo(a.Invalid + b.Invalid));
    }

    [Test]
    public void ARowOutsideTheDomainMakesTheStatisticsUnusable()
    {
        // The inverse link of a positive mean has no room for η ≤ 0.
        double[] ones = [1, 1, 1, 1], x = [1, 2, -3, 4];
        using PackedDesign packed =
            ModelLayer.Designs.Pack(ModelLayer.Designs.Of([1, 2, 3, 4], [ones, x], [ones], [0, 0, 1, 1]));
        using var team = new WorkerTeam(1);
        using var pass = new DataPass(packed, WorkingKernel.Create(Family.Gamma, Link.Inverse), team);
        var statistics = new PassStatistics(2);
        double[] alpha = [0, 1];
        packed.FixedScale.ToInternal(alpha);
        pass.Run(PassPoint.Coefficients, alpha, null, statistics, null);
        Assert.That(statistics.Invalid, Is.EqualTo(1));
        Assert.That(statistics.IsUsable, Is.False);
    }

    [Test]
    public void APassAllocatesNothing()
    {
        using Setting setting = new(new DenseRows(Family.Poisson, 4, 2, true, Sizes), "poisson");
        Assert.That(Allocation.Of(() => setting.Run(withBeta: true, logWeights: true)), Is.Zero);
    }

    private static PassStatistics Filled(int seed)
    {
        var statistics = new PassStatistics(3)
        {
            WeightedSquares = seed + 0.5,
            Deviance = seed * 3,
            LogWeights = seed - 9.25,
            Invalid = seed,
        };
        for (int i = 0; i < 9; i++) statistics.Cross[i] = seed * i;
        for (int i = 0; i < 3; i++) statistics.Gradient[i] = seed - i;
        return statistics;
    }

    private sealed class Setting : IDisposable
    {
        private readonly WorkerTeam _team;
        private readonly AlignedBuffer _beta;

        internal Setting(DenseRows rows, string family, int threads = 1)
        {
            Rows = rows;
            _team = new WorkerTeam(threads);
            Packed = DesignPacker.Pack(rows.Design(), _team);
            _beta = rows.LaneBeta(Packed);
            Family f = Family.Parse(family);
            Pass = new DataPass(Packed, WorkingKernel.Create(f, f.DefaultLink), _team);
            Statistics = new PassStatistics(rows.FixedCount);
            Blocks = new ClusterBlocks(rows.Clusters, rows.FixedCount, rows.RandomCount);
        }

        internal DenseRows Rows { get; }

        internal PackedDesign Packed { get; }

        internal DataPass Pass { get; }

        internal PassStatistics Statistics { get; }

        internal ClusterBlocks Blocks { get; }

        public void Dispose()
        {
            Pass.Dispose();
            Blocks.Dispose();
            Packed.Dispose();
            _beta.Dispose();
            _team.Dispose();
        }

        internal void Run(bool withBeta, bool logWeights = false) => Pass.Run(
            PassPoint.Coefficients, Rows.Alpha, withBeta ? _beta : null, Statistics, Blocks, logWeights);

        internal void CheckGlobal(DenseRows.Sums expected)
        {
            int p = Rows.FixedCount;
            for (int i = 0; i < p; i++)
            {
                for (int j = 0; j < p; j++)
                {
                    // Cauchy and Schwarz bound what a sum of products can lose to cancellation.
                    double size = Math.Sqrt(expected.Cross[(i * p) + i] * expected.Cross[(j * p) + j]);
                    Assert.That(
                        Statistics.Cross[(i * p) + j], Is.EqualTo(expected.Cross[(i * p) + j]).Within(1e-12 * size),
                        $"XWX {i},{j}");
                }

                double gradient =
                    Math.Sqrt(expected.Cross[(i * p) + i] * expected.WeightedSquares) + Math.Abs(expected.Gradient[i]);
                Assert.That(
                    Statistics.Gradient[i], Is.EqualTo(expected.Gradient[i]).Within(1e-12 * gradient), $"XWr {i}");
            }

            Assert.That(
                Statistics.WeightedSquares,
                Is.EqualTo(expected.WeightedSquares).Within(1e-12 * expected.WeightedSquares));
            Assert.That(Statistics.Deviance, Is.EqualTo(expected.Deviance).Within(1e-12 * expected.Deviance));
            Assert.That(Statistics.IsUsable, Is.True);
        }

        internal void CheckClusters(DenseRows.Sums expected)
        {
            int q = Rows.RandomCount, packed = q * (q + 1) / 2;
            double size = Enumerable.Range(0, Rows.Clusters).Max(i => Enumerable.Range(0, packed).Max(e => Math.Abs(expected.Random[i, e])));
            for (int cluster = 0; cluster < Rows.Clusters; cluster++)
            {
                double* entry = Blocks.Cluster(cluster);
                int i = Packed.Order.Codes[cluster];
                for (int e = 0; e < packed; e++, entry += 8) Near(*entry, expected.Random[i, e], size, $"ZWZ of {i}");
                for (int l = 0; l < q; l++, entry += 8) Near(*entry, expected.Score[i, l], size, $"ZWr of {i}");
                for (int e = 0; e < Rows.FixedCount * q; e++, entry += 8)
                    Near(*entry, expected.Mixed[i, e], size, $"XWZ of {i}");
            }
        }

        // Relative to the element where it is large, to the cluster's rounding where terms cancel.
        private static void Near(double actual, double expected, double largest, string what)
        {
            double tolerance = 1e-12 * (Math.Abs(expected) + (0.01 * largest));
            if (!(Math.Abs(actual - expected) <= tolerance)) Assert.Fail($"{what}: {actual:R}, not {expected:R}");
        }
    }
}
