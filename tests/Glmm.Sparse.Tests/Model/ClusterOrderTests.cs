using CsCheck;
using Glmm.Sparse.Model;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ModelLayer;

[TestFixture]
internal sealed class ClusterOrderTests
{
    [Test]
    public void RowsAreSortedByClusterAndKeepTheirOrderWithin() => Gen.Int[0, 9].Array[0, 200].Sample(codes =>
    {
        ClusterOrder order = ClusterOrder.Create(new ClusterIndex("g", codes, 10));
        int[] expected = [.. Enumerable.Range(0, codes.Length).OrderBy(row => codes[row])];
        return Enumerable.Range(0, codes.Length).Select(order.Row).SequenceEqual(expected);
    });

    [Test]
    public void EveryClusterHasItsRowsInConsecutivePositions() => Gen.Int[0, 9].Array[0, 200].Sample(codes =>
    {
        ClusterOrder order = ClusterOrder.Create(new ClusterIndex("g", codes, 12));
        return Enumerable.Range(0, 12).All(cluster =>
        {
            int code = order.Codes[cluster], first = order.FirstPosition(cluster), size = order.Size(cluster);
            return size == codes.Count(c => c == code) &&
                Enumerable.Range(first, size).All(position => codes[order.Row(position)] == code);
        });
    });

    [Test]
    public void NeighboursHaveLikeSizesAndLongClustersLead()
    {
        var random = new Random(3);
        int[] sizes = [.. Enumerable.Range(0, 250).Select(_ => random.Next(120))];
        int[] codes = [.. sizes.SelectMany((size, i) => Enumerable.Repeat(i, size))];
        ClusterOrder order = ClusterOrder.Create(new ClusterIndex("g", codes, 250));
        int[] ordered = [.. Enumerable.Range(0, 250).Select(order.Size)];
        int longOnes = sizes.Count(size => size > ClusterOrder.LongestShort);
        Assert.That(ordered.Take(longOnes), Is.All.GreaterThan(ClusterOrder.LongestShort));
        Assert.That(ordered.Skip(longOnes), Is.Ordered.Descending);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void SomeRowsAreThoseOneByOne(bool sorted)
    {
        int[] codes = sorted ? [0, 0, 1, 3, 3, 3, 4] : [3, 0, 1, 4, 3, 0, 3];
        ClusterOrder order = ClusterOrder.Create(new ClusterIndex("g", codes, 5));
        var rows = new int[4];
        order.RowsInto(2, rows);
        Assert.That(rows, Is.EqualTo(new[] { order.Row(2), order.Row(3), order.Row(4), order.Row(5) }));
    }

    [Test]
    public void EmptyClustersHaveNoRows()
    {
        ClusterOrder order = ClusterOrder.Create(new ClusterIndex("g", new[] { 3, 1, 3 }, 6));
        Assert.That(order.Codes.ToArray(), Is.EqualTo(new[] { 3, 1, 0, 2, 4, 5 }));
        Assert.That(Enumerable.Range(0, 6).Select(order.Size), Is.EqualTo(new[] { 2, 1, 0, 0, 0, 0 }));
        Assert.That(order.UsedClusters, Is.EqualTo(2));
    }

    [TestCase(4)]
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public void ACodeOutsideIsNamedWithItsRow(int code) => Assert.That(
        () => ClusterOrder.Create(new ClusterIndex("subject", new[] { 0, 1, code, 2 }, 4)),
        Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
            $"Row 3 belongs to cluster {code} of 'subject', but codes go from 0 to 3."));
}
