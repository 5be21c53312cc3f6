using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>What holds of every profile.</summary>
[TestFixture]
internal sealed class ProfilePropertyTests
{
    private const double Critical = 1.959963984540054;

    [Test]
    public void EveryBoundIsWhereTheSignedRootSaysSo(
        [Values("poisson", "binomial", "gaussian")] string family, [Values(1, 2)] int effects, [Range(1, 4)] int seed)
    {
        RandomData data = RandomData.Simulate(seed, Family.Parse(family), effects, 24, 8);
        ClusteredDesign design = data.Design();
        LikelihoodFit fit = Laplace.Fit(design, data.Family);
        if (!fit.Converged) return;
        foreach (ProfileInterval interval in ProfileLikelihood.Intervals(design, fit))
        {
            Assert.That(interval.LowerBound, Is.Not.EqualTo(ProfileBound.NotFound), interval.ToString());
            Assert.That(interval.UpperBound, Is.Not.EqualTo(ProfileBound.NotFound), interval.ToString());
            if (double.IsNaN(interval.Estimate)) continue;
            Assert.That(interval.Lower, Is.LessThanOrEqualTo(interval.Estimate), interval.ToString());
            Assert.That(interval.Upper, Is.GreaterThanOrEqualTo(interval.Estimate), interval.ToString());
            double[] ends =
                ProfileLikelihood.Zeta(design, fit, interval.Parameter, [interval.Lower, interval.Upper]);
            Check(ends[0], -Critical, interval.LowerBound, interval);
            Check(ends[1], Critical, interval.UpperBound, interval);
        }
    }

    [Test]
    public void IntervalsFollowACovariatesUnit([Range(1, 6)] int seed)
    {
        RandomData data = RandomData.Simulate(seed, Family.Poisson, 2, 20, 6);
        RandomData other = data with
        {
            X = [data.X[0], [.. data.X[1].Select(x => (40 * x) + 3)], data.X[2]],
            Z = [data.Z[0], [.. data.Z[1].Select(z => 0.02 * z)]],
        };
        (ClusteredDesign first, ClusteredDesign second) = (data.Design(), other.Design());
        LikelihoodFit fit = Laplace.Fit(first, data.Family), again = Laplace.Fit(second, data.Family);
        if (!fit.Converged) return;
        ProfileInterval slope = ProfileLikelihood.Interval(first, fit, ProfileParameter.FixedEffect(fit, "x1"));
        ProfileInterval slopeAgain = ProfileLikelihood.Interval(second, again, ProfileParameter.FixedEffect(again, "x1"));
        AreAlike(slope, slopeAgain, 40);
        ProfileInterval sd = ProfileLikelihood.Interval(first, fit, ProfileParameter.StandardDeviation(fit, "z1"));
        ProfileInterval sdAgain =
            ProfileLikelihood.Interval(second, again, ProfileParameter.StandardDeviation(again, "z1"));
        AreAlike(sd, sdAgain, 0.02);
        AreAlike(
            ProfileLikelihood.Interval(first, fit, ProfileParameter.Correlation(fit, "z0", "z1")),
            ProfileLikelihood.Interval(second, again, ProfileParameter.Correlation(again, "z0", "z1")), 1);
    }

    [Test]
    public void AVarianceThatIsZeroHasItsLowerBoundThere()
    {
        ClusteredDesign design = ReferenceDesign.Read("dyestuff2_ri", "unstructured");
        LikelihoodFit fit = Laplace.Fit(design, Family.Gaussian);
        ProfileInterval interval =
            ProfileLikelihood.Interval(design, fit, ProfileParameter.StandardDeviation(fit, "(Intercept)"));
        Assert.That(fit.Singular, Is.True);
        Assert.That(interval.Lower, Is.Zero);
        Assert.That(interval.LowerBound, Is.EqualTo(ProfileBound.ParameterLimit));
        Assert.That(interval.UpperBound, Is.EqualTo(ProfileBound.Crossing));
    }

    [Test]
    public void ADispersionWithoutEvidenceOfAnyHasNoBound()
    {
        // Poisson counts: the negative binomial's θ may be infinite.
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 60, 8);
        ClusteredDesign design = data.Design();
        LikelihoodFit fit = Laplace.Fit(design, Family.NegativeBinomial());
        Assume.That(fit.Converged, Is.True);
        ProfileInterval interval = ProfileLikelihood.Interval(design, fit, ProfileParameter.Shape(fit));
        Assert.That(interval.UpperBound, Is.EqualTo(ProfileBound.Unbounded).Or.EqualTo(ProfileBound.Crossing));
        Assert.That(interval.Lower, Is.GreaterThan(0).And.LessThan(interval.Estimate));
        if (interval.UpperBound == ProfileBound.Unbounded) Assert.That(interval.Upper, Is.EqualTo(double.PositiveInfinity));
    }

    [TestCase("diagonal")]
    [TestCase("identity")]
    [TestCase("compound-symmetry")]
    [TestCase("linear")]
    public void EveryStructureHasProfiles(string name)
    {
        RandomData data = RandomData.Simulate(5, Family.Poisson, 2, 40, 8);
        CovarianceStructure structure = name switch
        {
            "diagonal" => CovarianceStructure.Diagonal(2),
            "identity" => CovarianceStructure.Identity(2),
            "compound-symmetry" => CovarianceStructure.CompoundSymmetry(2),
            _ => CovarianceStructure.Linear([new double[,] { { 1, 0.5 }, { 0.5, 1 } }, new double[,] { { 0, 0 }, { 0, 1 } }]),
        };
        ClusteredDesign design = data.Design(structure);
        LikelihoodFit fit = AdaptiveQuadrature.Fit(design, data.Family, null, new FitOptions { Nodes = 3 });
        Assert.That(fit.Converged, Is.True);
        foreach (ProfileInterval interval in ProfileLikelihood.Intervals(design, fit, 0.8))
        {
            double[] ends = ProfileLikelihood.Zeta(design, fit, interval.Parameter, [interval.Lower, interval.Upper]);
            Check(ends[0], -1.2815515655446004, interval.LowerBound, interval);
            Check(ends[1], 1.2815515655446004, interval.UpperBound, interval);
        }
    }

    [Test]
    public void WrongQuestionsAreRefusedWithTheMend()
    {
        RandomData data = RandomData.Simulate(5, Family.Poisson, 1, 20, 8);
        ClusteredDesign design = data.Design();
        LikelihoodFit fit = Laplace.Fit(design, data.Family);
        ClusteredDesign other = RandomData.Simulate(6, Family.Poisson, 1, 20, 8).Design();
        ProfileParameter x1 = ProfileParameter.FixedEffect(fit, "x1");
        Refuses(() => ProfileLikelihood.Interval(other, fit, x1), "not of this design");
        Refuses(() => ProfileLikelihood.Interval(design, fit, x1, 1.5), "between 0 and 1");
        Refuses(() => ProfileParameter.FixedEffect(fit, "age"), "'x1'");
        Refuses(() => ProfileParameter.StandardDeviation(fit, "x1"), "'z0'");
        Refuses(() => ProfileParameter.Correlation(fit, "z0", "z0"), "two different");
        Refuses(() => ProfileParameter.Dispersion(fit), "held");
        Refuses(() => ProfileParameter.Shape(fit), "shape");
        Refuses(
            () => ProfileLikelihood.Zeta(design, fit, ProfileParameter.StandardDeviation(fit, "z0"), [-1]), "at least 0");
        LikelihoodFit stopped = Laplace.Fit(design, data.Family, null, new FitOptions { MaxIterations = 1 });
        Refuses(() => ProfileLikelihood.Intervals(design, stopped), "did not converge");
    }

    private static void Check(double zeta, double critical, ProfileBound kind, ProfileInterval interval)
    {
        if (kind == ProfileBound.Crossing) Assert.That(zeta, Is.EqualTo(critical).Within(2e-5), interval.ToString());
        if (kind == ProfileBound.ParameterLimit)
            Assert.That(Math.Abs(zeta), Is.LessThanOrEqualTo(Math.Abs(critical)), interval.ToString());
    }

    private static void AreAlike(ProfileInterval one, ProfileInterval scaled, double unit)
    {
        double tolerance = 1e-4 * (one.Upper - one.Lower);
        Assert.That(scaled.LowerBound, Is.EqualTo(one.LowerBound));
        Assert.That(scaled.UpperBound, Is.EqualTo(one.UpperBound));
        double factor = one.Parameter.Kind switch
        {
            ProfileKind.FixedEffect => unit,
            ProfileKind.StandardDeviation => unit,
            _ => 1,
        };
        Assert.That(scaled.Lower * factor, Is.EqualTo(one.Lower).Within(tolerance), one.ToString());
        Assert.That(scaled.Upper * factor, Is.EqualTo(one.Upper).Within(tolerance), one.ToString());
    }

    private static void Refuses(Action act, string because) => Assert.That(
        act, Throws.InstanceOf<InvalidModelOptionException>().With.Message.Contains(because));
}
