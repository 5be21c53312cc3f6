using CsCheck;
using Glmm.Sparse.Model;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ModelLayer;

/// <summary>Chunks and partitions, over cluster sizes of every kind.</summary>
[TestFixture]
internal sealed unsafe class PackedDesignTests
{
    // Empty, single, ordinary and huge clusters in any mixture, their number any.
    private static readonly Gen<int[]> Sizes = Gen.Frequency(
        (3, Gen.Int[0, 2]), (5, Gen.Int[3, 60]), (1, Gen.Int[1000, 3000])).Array[1, 150].Where(sizes => sizes.Sum() > 0);

    [Test]
    public void EveryChunkStartsAtAMultipleOfEightClusters() => Check(packed =>
        Chunks(packed).All(chunk => chunk.FirstCluster % 8 == 0));

    [Test]
    public void ChunksCoverEveryClusterOnceAndInOrder() => Check(packed =>
    {
        int next = 0;
        foreach (ClusterChunk chunk in Chunks(packed))
        {
            if (chunk.FirstCluster != next || chunk.ClusterCount <= 0) return false;
            next += chunk.ClusterCount;
        }

        return next == packed.ClusterCount;
    });

    [Test]
    public void ChunksCoverEveryRowOnceAndInOrder() => Check(packed =>
    {
        double next = 0;
        foreach (ClusterChunk chunk in Chunks(packed))
        {
            // The response is the row number.
            for (int r = 0; r < chunk.RowCount; r++)
            {
                if (chunk.Response[r] != next++) return false;
            }
        }

        return (int)next == packed.Rows;
    });

    [Test]
    public void OnlyTheLastChunkHoldsFewRows() =>
        Check(packed => Chunks(packed).SkipLast(1).All(chunk => chunk.RowCount >= 1024));

    [Test]
    public void PartitionsCoverEveryChunkOnce() => Check(packed =>
        packed.FirstChunk(0) == 0 && packed.FirstChunk(packed.PartitionCount) == packed.ChunkCount &&
        Enumerable.Range(0, packed.PartitionCount).All(p => packed.FirstChunk(p) < packed.FirstChunk(p + 1)));

    [Test]
    public void RowsFollowEachOtherWithoutGaps() => Check(packed =>
        packed.Layout.Width % 4 == 0 && packed.Layout.Width - packed.Layout.Stride < 4 &&
        Chunks(packed).Zip(Chunks(packed).Skip(1)).All(
            pair => pair.Second.Rows - pair.First.Rows == (long)pair.First.RowCount * packed.Layout.ColumnCount));

    [Test]
    public void AHugeClusterStaysInOneChunk()
    {
        int[] sizes = [3, 3, 3, 3, 3, 3, 3, 3, 3, 5000, 3, 3, 3];
        using PackedDesign packed = DesignPacker.Pack(Designs.OfSizes(sizes));
        ClusterChunk chunk = Chunks(packed).Single(c => c.FirstCluster <= 9 && 9 < c.FirstCluster + c.ClusterCount);
        Assert.That(
            chunk.ClusterStart[10 - chunk.FirstCluster] - chunk.ClusterStart[9 - chunk.FirstCluster], Is.EqualTo(5000));
    }

    [Test]
    public void ManyRowsMakeManyPartitionsButNeverMoreThan64()
    {
        using PackedDesign packed = DesignPacker.Pack(Designs.OfSizes([.. Enumerable.Repeat(10, 12_000)]));
        Assert.That(packed.PartitionCount, Is.InRange(32, 64));
    }

    [Test]
    public void PartitionsHoldAboutTheSameNumberOfRows()
    {
        using PackedDesign packed =
            DesignPacker.Pack(Designs.OfSizes([.. Enumerable.Range(0, 12_000).Select(i => 1 + (i % 19))]));
        double mean = packed.Rows / (double)packed.PartitionCount;
        for (int partition = 0; partition < packed.PartitionCount; partition++)
        {
            int rows = Enumerable.Range(packed.FirstChunk(partition), packed.FirstChunk(partition + 1) - packed.FirstChunk(partition))
                .Sum(chunk => packed.Chunk(chunk).RowCount);
            Assert.That(rows, Is.InRange(0.3 * mean, 1.7 * mean));
        }
    }

    [Test]
    public void KeptColumnsKeepTheirRows()
    {
        double[] x1 = [0.5, 2, 1, 4], x2 = [1, 0, 0, 1], ones = [1, 1, 1, 1];
        using PackedDesign all = DesignPacker.Pack(Designs.Of([1, 2, 3, 4], [ones, x1, x2], [ones], [0, 0, 1, 1]));
        PackedDesign some = all.KeepFixed([0, 2]);
        Assert.That(some.FixedNames, Is.EqualTo(new[] { "x0", "x2" }));
        Assert.That(some.DroppedNames, Is.EqualTo(new[] { "x1" }));
        Assert.That(
            some.Layout.FixedPosition, Is.EqualTo(new[] { all.Layout.FixedPosition[0], all.Layout.FixedPosition[2] }));
        Assert.That(some.Chunk(0).Rows == all.Chunk(0).Rows, "the memory is shared");
    }

    private static void Check(Func<PackedDesign, bool> fact) => Sizes.Sample(
        sizes =>
        {
            using PackedDesign packed = DesignPacker.Pack(Designs.OfSizes(sizes));
            return fact(packed);
        },
        iter: 40);

    private static ClusterChunk[] Chunks(PackedDesign packed)
    {
        var chunks = new ClusterChunk[packed.ChunkCount];
        for (int c = 0; c < chunks.Length; c++) chunks[c] = packed.Chunk(c);
        return chunks;
    }
}
