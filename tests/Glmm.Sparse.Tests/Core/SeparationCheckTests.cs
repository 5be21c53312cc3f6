using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tests.ModelLayer;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Core;

/// <summary>Directions of recession in the sense of Albert and Anderson (1984), by small examples.</summary>
[TestFixture]
internal sealed class SeparationCheckTests
{
    private static readonly double[] Ones = [1, 1, 1, 1, 1, 1];
    private static readonly double[] X = [-3, -2, -1, 1, 2, 3];

    [TestCase(1, true)]
    [TestCase(-1, false)]
    public void CompleteSeparationIsARecessionOnlyTowardsTheEdges(double sign, bool recession) =>
        Check(Family.Binomial, [0, 0, 0, 1, 1, 1], [0, sign], recession);

    [Test]
    public void QuasiCompleteSeparationIsARecession() =>
        Check(Family.Binomial, [0, 0, 0, 1, 0, 1], [0, 1], true, x: [0, 0, 0, 1, 0, 1]);

    [Test]
    public void OverlapIsNone() => Check(Family.Binomial, [0, 1, 0, 1, 0, 1], [0, 1], false);

    [Test]
    public void AProportionStrictlyInsideForbidsMovement() => Check(
        Family.Binomial, [0, 0, 0.5, 1, 1, 1], [0, 1], false, weight: [2, 2, 2, 2, 2, 2]);

    [Test]
    public void CountsOfZeroRunOffDownwards() =>
        Check(Family.Poisson, [2, 0, 0, 3, 0, 1], [0, -1], true, x: [0, 1, 1, 0, 1, 0]);

    [Test]
    public void CountsOfZeroNeverRunOffUpwards() =>
        Check(Family.Poisson, [2, 0, 0, 3, 0, 1], [0, 1], false, x: [0, 1, 1, 0, 1, 0]);

    [Test]
    public void AGaussianResponseNeverSeparates() => Check(Family.Gaussian, [0, 0, 0, 1, 1, 1], [0, 1], false);

    [Test]
    public void NoStepIsNoDirection() => Check(Family.Binomial, [0, 0, 0, 1, 1, 1], [0, 0], false);

    [Test]
    public void TheInterceptMaySeparateTogetherWithASlope() =>
        Check(Family.Binomial, [0, 0, 0, 0, 1, 1], [-1.5, 1], true);

    private static void Check(Family family, double[] y, double[] step, bool recession, double[]? x = null, double[]? weight = null)
    {
        using PackedDesign packed =
            Designs.Pack(Designs.Of(y, [Ones, x ?? X], [Ones], [0, 0, 0, 1, 1, 1], weight));
        double[] inner = [.. step];
        packed.FixedScale.ToInternal(inner);
        Assert.That(SeparationCheck.IsRecession(packed, family, inner), Is.EqualTo(recession));
    }
}
