using CsCheck;
using Glmm.Sparse.Model;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ModelLayer;

/// <summary>Tiles and partitions, over cluster sizes of every kind.</summary>
[TestFixture]
internal sealed unsafe class PackedDesignTests
{
    // Empty, single, ordinary and huge clusters in any mixture, their number any.
    private static readonly Gen<int[]> Sizes = Gen.Frequency(
        (3, Gen.Int[0, 2]), (5, Gen.Int[3, 60]), (2, Gen.Int[61, 130]), (1, Gen.Int[1000, 3000])).Array[1, 150]
        .Where(sizes => sizes.Sum() > 0);

    [Test]
    public void TilesHoldEveryRowOnce() => Check(packed =>
    {
        var seen = new int[packed.Rows];
        Tiles.ForEachRow(packed, (_, row, _) => seen[row]++);
        return seen.All(count => count == 1);
    });

    [Test]
    public void EveryRowLiesInTheLaneOfItsCluster() => Check(packed =>
    {
        bool all = true;
        ReadOnlySpan<int> codes = packed.Source.Clusters.Codes.Span;
        int[] wanted = codes.ToArray();
        int[] order = packed.Order.Codes.ToArray();
        Tiles.ForEachRow(packed, (tile, row, at) =>
        {
            TileInfo info = packed.Map[tile];
            int lane = info.JointLane < 0 ? at % 8 : info.JointLane;
            all &= order[(info.Batch * 8) + lane] == wanted[row];
        });
        return all;
    });

    [Test]
    public void TheEnginesOrderHoldsEveryClusterOnce() => Check(packed =>
        packed.Order.Codes.ToArray().Order().SequenceEqual(Enumerable.Range(0, packed.Map.ClusterCount)));

    [Test]
    public void ALeaseShowsTheRowsOfItsTile() => Check(packed =>
    {
        // The response is the row number.
        bool all = true;
        using var buffer = new TileBuffer(packed.Layout);
        Tiles.ForEachRow(packed, (tile, row, at) => all &= packed.Lease(tile, buffer).Response[at] == row);
        return all;
    });

    [Test]
    public void FullRowsHaveNoPadding() => Check(packed =>
        AllTiles(packed).All(t => t.FullRows == Enumerable.Range(0, 8).Min(t.Length)
            && t.Rows == Enumerable.Range(0, 8).Max(t.Length)));

    [Test]
    public void TilesOfABatchFollowEachOtherAndTheFirstSaysSo() => Check(packed =>
    {
        TileInfo[] tiles = AllTiles(packed);
        return tiles.Select((t, i) => t.IsFirstOfBatch == (i == 0 || tiles[i - 1].Batch != t.Batch)).All(same => same)
            && tiles.Zip(tiles.Skip(1)).All(pair => pair.First.Batch <= pair.Second.Batch);
    });

    [Test]
    public void PartitionsCoverEveryTileOnce() => Check(packed =>
        packed.Map.FirstTile(0) == 0 && packed.Map.FirstTile(packed.Map.PartitionCount) == packed.Map.TileCount &&
        Enumerable.Range(0, packed.Map.PartitionCount).All(
            p => packed.Map.FirstTile(p) < packed.Map.FirstTile(p + 1)));

    [Test]
    public void ManyRowsMakeManyPartitionsButNeverMoreThan64()
    {
        using PackedDesign packed = Designs.Pack(Designs.OfSizes([.. Enumerable.Repeat(10, 12_000)]));
        Assert.That(packed.Map.PartitionCount, Is.InRange(32, 64));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void PartitionsHoldAboutTheSameNumberOfRows(bool huge)
    {
        int[] sizes = [.. Enumerable.Range(0, 12_000).Select(i => huge && i == 77 ? 100_000 : 1 + (i % 19))];
        using PackedDesign packed = Designs.Pack(Designs.OfSizes(sizes));
        double mean = packed.Rows / (double)packed.Map.PartitionCount;
        for (int partition = 0; partition < packed.Map.PartitionCount; partition++)
        {
            int first = packed.Map.FirstTile(partition), count = packed.Map.FirstTile(partition + 1) - first;
            int rows = AllTiles(packed).Skip(first).Take(count).Sum(t => Enumerable.Range(0, 8).Sum(t.Length));
            Assert.That(rows, Is.InRange(0.7 * mean, 1.3 * mean));
        }
    }

    [Test]
    public void LittleIsPaddingWhereClustersAreOrdinary()
    {
        var random = new Random(1);
        int[] sizes = [.. Enumerable.Range(0, 20_000).Select(_ => 2 + random.Next(17))];
        using PackedDesign packed = Designs.Pack(Designs.OfSizes(sizes));
        Assert.That(packed.Map.SlotCount * 8, Is.LessThan(1.03 * packed.Rows));
    }

    [Test]
    public void KeptColumnsKeepTheirRows()
    {
        double[] x1 = [0.5, 2, 1, 4], x2 = [1, 0, 0, 1], ones = [1, 1, 1, 1];
        using PackedDesign all = Designs.Pack(Designs.Of([1, 2, 3, 4], [ones, x1, x2], [ones], [0, 0, 1, 1]));
        PackedDesign some = all.KeepFixed([0, 2]);
        Assert.That(some.FixedNames, Is.EqualTo(new[] { "x0", "x2" }));
        Assert.That(some.DroppedNames, Is.EqualTo(new[] { "x1" }));
        Assert.That(
            some.Layout.FixedPosition, Is.EqualTo(new[] { all.Layout.FixedPosition[0], all.Layout.FixedPosition[2] }));
        using var buffer = new TileBuffer(all.Layout);
        Assert.That(some.Lease(0, buffer).Response == all.Lease(0, buffer).Response, "the memory is shared");
    }

    private static void Check(Func<PackedDesign, bool> fact) => Sizes.Sample(
        sizes =>
        {
            using PackedDesign packed = Designs.Pack(Designs.OfSizes(sizes));
            return fact(packed);
        },
        iter: 40);

    private static TileInfo[] AllTiles(PackedDesign packed)
    {
        var tiles = new TileInfo[packed.Map.TileCount];
        for (int t = 0; t < tiles.Length; t++) tiles[t] = packed.Map[t];
        return tiles;
    }
}
