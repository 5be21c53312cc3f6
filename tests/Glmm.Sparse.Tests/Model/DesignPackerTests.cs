using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ModelLayer;

[TestFixture]
internal sealed unsafe class DesignPackerTests
{
    private const int Rows = 9000;

    [Test]
    public void EqualColumnsOfXAndZAreStoredOnce()
    {
        double[] time = Designs.Normal(new Random(1), Rows), other = Designs.Normal(new Random(2), Rows);
        using PackedDesign packed = Pack([Ones(), other, [.. time]], [Ones(), time]);
        Assert.That(packed.Layout.ColumnCount, Is.EqualTo(3));
        Assert.That(packed.Layout.LeadingCount, Is.EqualTo(2));
        Assert.That(packed.Layout.FixedPosition, Is.EqualTo(new[] { 0, 2, 1 }));
        Assert.That(packed.Layout.RandomPosition, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void ColumnsThatDifferInOneValueAreNotShared()
    {
        double[] time = Designs.Normal(new Random(1), Rows), almost = [.. time];
        almost[Rows - 1] = Math.BitIncrement(almost[Rows - 1]);
        using PackedDesign packed = Pack([Ones(), almost], [Ones(), time]);
        Assert.That(packed.Layout.ColumnCount, Is.EqualTo(3));
    }

    [Test]
    public void PackedRowsAreTheUsersShiftedAndScaled()
    {
        var random = new Random(5);
        double[] year = Designs.Normal(random, Rows, 2000, 7), small = Designs.Normal(random, Rows, 0, 1e-6);
        double[][] x = [Ones(), year, small, Designs.Normal(random, Rows, -4, 2)], z = [Ones(), year];
        using PackedDesign packed = Pack(x, z);
        Assert.That(packed.FixedScale.ShiftOf(1), Is.Not.Zero, "the year is centred");
        ForEachRow(packed, (row, values) =>
        {
            for (int j = 0; j < x.Length; j++)
            {
                double expected = (x[j][row] - packed.FixedScale.ShiftOf(j)) / packed.FixedScale.ScaleOf(j);
                Assert.That(values[packed.Layout.FixedPosition[j]], Is.EqualTo(expected), $"row {row}, x{j}");
            }

            for (int l = 0; l < z.Length; l++)
            {
                double expected = (z[l][row] - packed.RandomScale.ShiftOf(l)) / packed.RandomScale.ScaleOf(l);
                Assert.That(values[packed.Layout.RandomPosition[l]], Is.EqualTo(expected), $"row {row}, z{l}");
            }
        });
    }

    [Test]
    public void ResponseWeightsAndOffsetFollowTheOrderOfTheClusters()
    {
        var random = new Random(6);
        double[] y = Designs.Normal(random, Rows);
        double[] w = Designs.Normal(random, Rows, 9);
        double[] o = Designs.Normal(random, Rows);
        using PackedDesign packed = Designs.Pack(Designs.Of(y, [Ones()], [Ones()], Clusters(), w, o));
        int rows = 0;
        using var buffer = new TileBuffer(packed.Layout);
        Tiles.ForEachRow(packed, (tile, row, at) =>
        {
            ClusterTile lease = packed.Lease(tile, buffer);
            Assert.That(lease.Response[at], Is.EqualTo(y[row]));
            Assert.That(lease.PriorWeights[at], Is.EqualTo(w[row]));
            Assert.That(lease.Offset[at], Is.EqualTo(o[row]));
            rows++;
        });
        Assert.That(rows, Is.EqualTo(Rows));
    }

    [TestCase(7.5, false)]
    [TestCase(8.5, true)]
    [TestCase(-8.5, true)]
    [TestCase(2000, true)]
    public void AColumnIsCentredOnlyWhereItsMeanExceedsEightSpreads(double mean, bool centred)
    {
        // Mean and spread exactly as asked.
        double[] column = [.. Enumerable.Range(0, Rows).Select(r => mean + (r % 2 == 0 ? 1 : -1))];
        using PackedDesign packed = Pack([Ones(), column], [Ones()]);
        Assert.That(packed.FixedScale.ShiftOf(1), Is.EqualTo(centred ? mean : 0).Within(1e-12 * Math.Abs(mean)));
    }

    [Test]
    public void WithoutAConstantColumnNothingIsShifted()
    {
        double[] year = Designs.Normal(new Random(3), Rows, 2000, 7);
        using PackedDesign packed = Pack([year], [year]);
        Assert.That(packed.FixedScale.ShiftOf(0), Is.Zero);
        Assert.That(packed.RandomScale.ShiftOf(0), Is.Zero);
    }

    [Test]
    public void ScalesArePowersOfTwoThatBringColumnsToUnitSize()
    {
        var random = new Random(8);
        double[][] x = [Ones(), Designs.Normal(random, Rows, 0, 1e-9), Designs.Normal(random, Rows, 0, 3e7), Designs.Normal(random, Rows, 1e6, 3)];
        using PackedDesign packed = Pack(x, [Ones()]);
        for (int j = 0; j < x.Length; j++)
        {
            double scale = packed.FixedScale.ScaleOf(j);
            Assert.That(double.ScaleB(1, double.ILogB(scale)), Is.EqualTo(scale));
        }

        var squares = new double[x.Length];
        ForEachRow(packed, (_, values) =>
        {
            for (int j = 0; j < x.Length; j++)
                squares[j] += values[packed.Layout.FixedPosition[j]] * values[packed.Layout.FixedPosition[j]];
        });
        Assert.That(squares.Select(s => Math.Sqrt(s / Rows)), Is.All.InRange(0.99, 2.01));
    }

    [Test]
    public void OnlyAnUnstructuredCovarianceLetsRandomSlopesBeCentred()
    {
        double[] year = Designs.Normal(new Random(3), Rows, 2000, 7);
        using PackedDesign mixed = Pack([Ones()], [Ones(), year]);
        using PackedDesign diagonal = Pack([Ones()], [Ones(), year], CovarianceStructure.Diagonal(2));
        Assert.That(mixed.RandomScale.ShiftOf(1), Is.Not.Zero);
        Assert.That(diagonal.RandomScale.ShiftOf(1), Is.Zero);
    }

    [Test]
    public void ColumnsThatShareAVarianceShareAScale()
    {
        double[] large = Designs.Normal(new Random(3), Rows, 0, 1000);
        using PackedDesign packed = Pack([Ones()], [Ones(), large], CovarianceStructure.Identity(2));
        Assert.That(packed.RandomScale.ScaleOf(0), Is.EqualTo(packed.RandomScale.ScaleOf(1)));
    }

    [TestCase("x1", double.NaN, "NaN")]
    [TestCase("z0", double.PositiveInfinity, "Infinity")]
    [TestCase("y", double.NegativeInfinity, "-Infinity")]
    [TestCase("w", double.NaN, "NaN")]
    [TestCase("o", double.PositiveInfinity, "Infinity")]
    public void ANumberThatIsNotFiniteIsNamedWithColumnAndRow(string column, double value, string shown)
    {
        const int Bad = 5000;
        double[] Values(string name)
        {
            double[] values = Designs.Normal(new Random(name[0]), Rows, 20);
            if (name == column) values[Bad] = value;
            return values;
        }

        ClusteredDesign design = Designs.Of(
            Values("y"), [Ones(), Values("x1")], [Values("z0")], Clusters(), Values("w"), Values("o"),
            rowLabel: row => $"line {row + 2}");
        Assert.That(() => Designs.Pack(design), Throws.TypeOf<InvalidModelDataException>().With.Message.StartsWith(
            $"Column '{column}' holds {shown} in line {Bad + 2};"));
    }

    [Test]
    public void ARandomEffectColumnOfZerosIsRefused() => Assert.That(
        () => Pack([Ones()], [Ones(), new double[Rows]]),
        Throws.TypeOf<InvalidModelDataException>().With.Message.StartsWith("The random-effect column 'z1' is 0 in every row"));

    [Test]
    public void TheInterceptIsAConstantColumnThatIsNotZero()
    {
        using PackedDesign packed = Pack([new double[Rows], Designs.Normal(new Random(1), Rows), Ones()], [Ones()]);
        Assert.That(packed.InterceptIndex, Is.EqualTo(2));
    }

    private delegate void RowAction(int row, ReadOnlySpan<double> values);

    private static void ForEachRow(PackedDesign packed, RowAction action)
    {
        using var buffer = new TileBuffer(packed.Layout);
        var values = new double[packed.Layout.ColumnCount];
        Tiles.ForEachRow(packed, (tile, row, at) =>
        {
            ClusterTile lease = packed.Lease(tile, buffer);
            for (int j = 0; j < values.Length; j++) values[j] = lease.Columns[j][at];
            action(row, values);
        });
    }

    private static double[] Ones() => [.. Enumerable.Repeat(1.0, Rows)];

    private static int[] Clusters() => [.. Enumerable.Range(0, Rows).Select(r => r * 7 % 500)];

    private static PackedDesign Pack(double[][] x, double[][] z, CovarianceStructure? structure = null) =>
        Designs.Pack(Designs.Of(Designs.Normal(new Random(4), Rows), x, z, Clusters(), structure: structure));
}
