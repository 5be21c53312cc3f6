using Glmm.Sparse.Families;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Families;

public sealed class FamilyTests
{
    [TestCase("gaussian", "identity", true, true)]
    [TestCase("binomial", "logit", true, false)]
    [TestCase("poisson", "log", true, false)]
    [TestCase("gamma", "inverse", true, true)]
    [TestCase("inverse-gaussian", "inverse-square", true, true)]
    [TestCase("quasi", "identity", false, true)]
    [TestCase("quasibinomial", "logit", false, true)]
    [TestCase("quasipoisson", "log", false, true)]
    public void FamilyHasItsDefaultsOfR(string name, string link, bool likelihood, bool dispersion)
    {
        var family = Family.Parse(name);
        Assert.Multiple(() =>
        {
            Assert.That(family.Name, Is.EqualTo(name));
            Assert.That(family.DefaultLink.Name, Is.EqualTo(link));
            Assert.That(family.HasLikelihood, Is.EqualTo(likelihood));
            Assert.That(family.EstimatesDispersionByDefault, Is.EqualTo(dispersion));
            Assert.That(family.IsBinomial, Is.EqualTo(name.EndsWith("binomial", StringComparison.Ordinal)));
            Assert.That(family.Theta, Is.Null);
            Assert.That(family.Shape, Is.Null);
            Assert.That(family.NeedsFullLikelihood, Is.False);
            Assert.That(family.StartingFamily, Is.SameAs(family));
            Assert.That(() => family.WithShape(1), Throws.InvalidOperationException);
        });
    }

    [Test]
    public void NegativeBinomialCarriesItsSize()
    {
        var family = Family.Parse("negative-binomial", 2.5);
        Assert.Multiple(() =>
        {
            Assert.That(family.Theta, Is.EqualTo(2.5));
            Assert.That(family.DefaultLink, Is.SameAs(Link.Log));
            Assert.That(family.HasLikelihood, Is.True);
            Assert.That(family.EstimatesDispersionByDefault, Is.False);
            Assert.That(family.IsBinomial, Is.False);
            Assert.That(family.Variance(5), Is.EqualTo(15));
        });
    }

    [Test]
    public void UnknownFamilyIsNamedBesideTheKnownOnes() => Assert.That(
        () => Family.Parse("tweedie"),
        Throws.TypeOf<InvalidModelOptionException>()
            .With.Message.Contains("'tweedie'").And.Message.Contains("gaussian, binomial, poisson, gamma, "
                + "inverse-gaussian, negative-binomial, negative-binomial-1, beta, quasi, quasibinomial, "
                + "quasipoisson"));

    [Test]
    public void ThetaIsRefusedUnlessTheFamilyHasOne() => Assert.That(
        () => Family.Parse("poisson", 1),
        Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("theta"));

    [TestCase(0.0)]
    [TestCase(-1.0)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void NegativeBinomialNeedsAPositiveTheta(double theta) => Assert.That(
        () => Family.Parse("negative-binomial", theta),
        Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("theta"));

    [TestCase("gaussian", new[] { -1e300, 0, 2.5 }, new double[0])]
    [TestCase("quasi", new[] { -1e300, 0, 2.5 }, new double[0])]
    [TestCase("binomial", new[] { 0, 0.3, 1 }, new[] { -0.1, 1.1 })]
    [TestCase("quasibinomial", new[] { 0, 0.3, 1 }, new[] { -0.1, 1.1 })]
    [TestCase("poisson", new[] { 0.0, 1, 1e9 }, new[] { -1, 0.5 })]
    [TestCase("quasipoisson", new[] { 0.0, 0.5, 1e9 }, new[] { -0.5 })]
    [TestCase("negative-binomial", new[] { 0.0, 1, 1e9 }, new[] { -1, 0.5 })]
    [TestCase("negative-binomial-1", new[] { 0.0, 1, 1e9 }, new[] { -1, 0.5 })]
    [TestCase("beta", new[] { 1e-300, 0.5 }, new[] { 0.0, 1, -0.1, 1.1 })]
    [TestCase("gamma", new[] { 1e-300, 2 }, new[] { 0.0, -1 })]
    [TestCase("inverse-gaussian", new[] { 1e-300, 2 }, new[] { 0.0, -1 })]
    public void ResponsesAreValidWithinTheDomainOnly(string name, double[] valid, double[] invalid)
    {
        var family = Family.Parse(name);
        Assert.Multiple(() =>
        {
            Assert.That(valid.All(family.IsValidResponse), Is.True);
            Assert.That(
                invalid.Append(double.NaN).Append(double.PositiveInfinity).Append(double.NegativeInfinity)
                    .Any(family.IsValidResponse),
                Is.False);
            Assert.That(family.ResponseDomain, Is.Not.Empty);
        });
    }

    [Test]
    public void EdgesAreWhereSeparationCanHappen() => Assert.Multiple(() =>
    {
        Assert.That(Family.Binomial.ResponseEdge(0), Is.EqualTo(DomainEdge.Lower));
        Assert.That(Family.Binomial.ResponseEdge(1), Is.EqualTo(DomainEdge.Upper));
        Assert.That(Family.Binomial.ResponseEdge(0.5), Is.EqualTo(DomainEdge.Interior));
        Assert.That(Family.QuasiBinomial.ResponseEdge(1), Is.EqualTo(DomainEdge.Upper));
        Assert.That(Family.Poisson.ResponseEdge(0), Is.EqualTo(DomainEdge.Lower));
        Assert.That(Family.Poisson.ResponseEdge(1), Is.EqualTo(DomainEdge.Interior));
        Assert.That(Family.NegativeBinomial(1).ResponseEdge(0), Is.EqualTo(DomainEdge.Lower));
        Assert.That(Family.Gaussian.ResponseEdge(0), Is.EqualTo(DomainEdge.Interior));
    });

    [TestCase(MeanDomain.Real, true, new[] { -1.0, 0, 3 }, new[] { double.NaN })]
    [TestCase(MeanDomain.Positive, true, new[] { 0.0, 3 }, new[] { -1.0 })]
    [TestCase(MeanDomain.Positive, false, new[] { 0.1, 3 }, new[] { 0.0, -1 })]
    [TestCase(MeanDomain.UnitInterval, true, new[] { 0.0, 0.5, 1 }, new[] { -1.0, 2 })]
    [TestCase(MeanDomain.UnitInterval, false, new[] { 0.5 }, new[] { 0.0, 1 })]
    public void CustomFamilyChecksItsResponses(MeanDomain domain, bool edges, double[] valid, double[] invalid)
    {
        var family = Family.Custom("mine", mean => 1 + (mean * mean), Link.Log, domain, edges);
        Assert.Multiple(() =>
        {
            Assert.That(valid.All(family.IsValidResponse), Is.True);
            Assert.That(invalid.Any(family.IsValidResponse), Is.False);
            Assert.That(family.HasLikelihood, Is.False);
            Assert.That(family.EstimatesDispersionByDefault, Is.True);
            Assert.That(family.DefaultLink, Is.SameAs(Link.Log));
            Assert.That(family.Variance(2), Is.EqualTo(5));
        });
    }
}
