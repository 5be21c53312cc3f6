using Glmm.Sparse.Core;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tests.ModelLayer;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Core;

/// <summary>
/// What R's pivoted QR drops (lm's tolerance, 1e-7 of a column's length) is dropped, and nothing else.
/// </summary>
[TestFixture]
internal sealed class CollinearityScreenTests
{
    private const int Rows = 3000;

    private static readonly double[] Ones = [.. Enumerable.Repeat(1.0, Rows)];
    private static readonly double[] A = Designs.Normal(new Random(1), Rows);
    private static readonly double[] B = Designs.Normal(new Random(2), Rows);

    [Test]
    public void IndependentColumnsAreAllKept() => Kept([0, 1, 2], Ones, A, B);

    [Test]
    public void AnExactCopyIsDroppedAndTheFirstIsKept() => Kept([0, 1, 3], Ones, A, [.. A], B);

    [Test]
    public void ALinearCombinationIsDropped() =>
        Kept([0, 1, 2], Ones, A, B, [.. A.Zip(B, (a, b) => 5 - (1000 * a) + (0.01 * b))]);

    [Test]
    public void OfAnInterceptAndAllLevelsTheLastLevelIsDropped()
    {
        double[] Level(int level) => [.. Enumerable.Range(0, Rows).Select(r => r % 3 == level ? 1.0 : 0)];
        Kept([0, 1, 2], Ones, Level(0), Level(1), Level(2));
    }

    [Test]
    public void AnInterceptAfterAllLevelsIsDropped()
    {
        double[] Level(int level) => [.. Enumerable.Range(0, Rows).Select(r => r % 3 == level ? 1.0 : 0)];
        Kept([0, 1, 2], Level(0), Level(1), Level(2), Ones);
    }

    [Test]
    public void AColumnOfZerosIsDropped() => Kept([0, 2], Ones, new double[Rows], A);

    [Test]
    public void ASecondConstantIsDropped() => Kept([0, 1], Ones, A, [.. Ones.Select(_ => -7.5)]);

    [TestCase(1e-3, true)]
    [TestCase(1e-5, true)]
    [TestCase(3e-7, true)]
    [TestCase(3e-8, false)]
    [TestCase(1e-9, false)]
    [TestCase(1e-12, false)]
    public void TheToleranceIsThatOfR(double distance, bool kept)
    {
        double[] near = [.. A.Zip(B, (a, b) => a + (distance * b))];
        Kept(kept ? [0, 1, 2] : [0, 1], Ones, A, near);
    }

    [Test]
    public void ScaleDoesNotMatter([Values(1e-12, 1e12)] double scale) =>
        Kept([0, 1], Ones, [.. A.Select(a => scale * a)], [.. A.Select(a => a / scale)]);

    [Test]
    public void AYearFarFromZeroIsKept() => Kept([0, 1, 2], Ones, [.. A.Select(a => 2000 + a)], B);

    [Test]
    public void ColumnsOnlyXHasAreScreenedAgainstThoseSharedWithZ()
    {
        using PackedDesign packed =
            Designs.Pack(Designs.Of(B, [Ones, A, [.. A.Select(a => 3 * a)]], [Ones, A], Clusters()));
        Assert.That(CollinearityScreen.ColumnsToKeep(packed, Designs.Team), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void PolynomialsOfTheSixthDegreeAreAllKept()
    {
        double[] t = [.. Enumerable.Range(0, Rows).Select(r => r / (double)Rows)];
        Kept([0, 1, 2, 3, 4, 5, 6], [.. Enumerable.Range(0, 7).Select(d => t.Select(v => Math.Pow(v, d)).ToArray())]);
    }

    private static void Kept(int[] expected, params double[][] x)
    {
        using PackedDesign packed = Designs.Pack(Designs.Of(B, x, [Ones], Clusters()));
        Assert.That(CollinearityScreen.ColumnsToKeep(packed, Designs.Team), Is.EqualTo(expected));
    }

    private static int[] Clusters() => [.. Enumerable.Range(0, Rows).Select(r => r % 100)];
}
