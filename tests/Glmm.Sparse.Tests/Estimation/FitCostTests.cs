using Glmm.Sparse.Core;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tests.Core;
using Glmm.Sparse.Tests.ModelLayer;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

[TestFixture]
internal sealed class FitCostTests
{
    [TestCase(1, 3)]
    [TestCase(2, 6)]
    [TestCase(4, 12)]
    public void TheEstimateCoversTilesAndStatisticsWithoutExaggerating(int q, int p)
    {
        int[] sizes = [.. Enumerable.Range(0, 20_000).Select(i => 5 + (i % 11))];
        ClusteredDesign design = new DenseRows(Family.Poisson, p, q, shared: true, sizes).Design();
        using var work = new FitWorkspace(design, Family.Poisson, Link.Log, 1, estimatesDispersion: false);
        long stored = 8 * (work.Packed.Map.SlotCount * 8 * (work.Packed.Layout.StoredCount + 3));
        long blocks = 64L * work.Blocks.BatchCount * work.Blocks.EntryCount;
        long estimate = FitCost.Estimate(design, Family.Poisson, 1).MemoryBytes;
        Assert.That(estimate, Is.GreaterThan(stored + blocks));
        Assert.That(estimate, Is.LessThan(2.2 * (stored + blocks)));
    }

    [Test]
    public void TwiceTheRowsTakeTwiceTheTimeAndTheMemory()
    {
        FitCost Of(int clusters) => FitCost.Estimate(
            Designs.OfSizes([.. Enumerable.Repeat(10, clusters)]), Family.Poisson, 1);
        FitCost small = Of(20_000), large = Of(40_000);
        Assert.That(large.Seconds / small.Seconds, Is.EqualTo(2).Within(0.01));
        Assert.That(large.MemoryBytes / (double)small.MemoryBytes, Is.InRange(1.7, 2.0));
    }

    [Test]
    public void WhatNoMachineCanHoldIsRefusedInWordsBeforeItIsAllocated()
    {
        // 32 random effects and 30,000 fixed ones in as many clusters: terabytes.
        const int Columns = 30_000, Rows = 60_000;
        DesignColumn[] x = [.. Enumerable.Range(0, Columns).Select(j => DesignColumn.Constant($"x{j}", 1, Rows))];
        ClusteredDesign design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", new double[Rows].Select((_, r) => (double)(r % 3)).ToArray()), x, x[..32],
            new ClusterIndex("g", Enumerable.Range(0, Rows).Select(r => r / 2).ToArray(), Rows / 2));
        Assert.That(
            () => Pql.Fit(design, Family.Poisson),
            Throws.TypeOf<InvalidModelDataException>().With.Message.StartsWith("A fit of 60,000 rows in 30,000 clusters"));
    }
}
