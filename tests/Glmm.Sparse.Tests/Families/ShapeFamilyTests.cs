using Glmm.Sparse.Families;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Families;

public sealed class ShapeFamilyTests
{
    private static readonly TestCaseData[] s_families =
    [
        new("negative-binomial", Family.NegativeBinomial(), Family.NegativeBinomial(2.5), "theta", "log"),
        new("negative-binomial-1", Family.NegativeBinomial1(), Family.NegativeBinomial1(2.5), "phi", "log"),
        new("beta", Family.Beta(), Family.Beta(2.5), "precision", "logit"),
    ];

    [TestCaseSource(nameof(s_families))]
    public void ShapeIsEstimatedUnlessItIsGiven(string name, Family open, Family held, string shape, string link) =>
        Assert.Multiple(() =>
        {
            Assert.That(held.Shape, Is.EqualTo(new ShapeParameter(shape, 2.5, IsEstimated: false)));
            Assert.That(open.Shape, Is.EqualTo(new ShapeParameter(shape, 1, IsEstimated: true)));
            Assert.That(Family.Parse(name).Shape, Is.EqualTo(open.Shape));
            foreach (Family family in new[] { open, held })
            {
                Assert.That(family.Name, Is.EqualTo(name));
                Assert.That(family.DefaultLink.Name, Is.EqualTo(link));
                Assert.That(family.HasLikelihood, Is.True);
                Assert.That(family.EstimatesDispersionByDefault, Is.False);
                Assert.That(family.IsBinomial, Is.False);
                Assert.That(family.Theta, Is.EqualTo(shape == "theta" ? family.Shape!.Value.Value : null));
            }
        });

    [TestCaseSource(nameof(s_families))]
    public void AnotherValueLeavesTheRestOfTheFamily(
        string name, Family open, Family held, string shape, string link) =>
        Assert.Multiple(() =>
        {
            Assert.That(open.WithShape(7).Shape, Is.EqualTo(new ShapeParameter(shape, 7, IsEstimated: true)));
            Assert.That(held.WithShape(7).Shape, Is.EqualTo(new ShapeParameter(shape, 7, IsEstimated: false)));
            Assert.That(open.WithShape(7).Name, Is.EqualTo(name));
            Assert.That(open.WithShape(7).DefaultLink.Name, Is.EqualTo(link));
            Assert.That(open.WithShape(2.5).Variance(0.25), Is.EqualTo(held.Variance(0.25)));
        });

    [TestCaseSource(nameof(s_families))]
    public void ShapesAreFiniteNumbersAboveZero(string name, Family open, Family held, string shape, string link)
    {
        foreach (double value in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.That(
                () => held.WithShape(value),
                Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains(shape)
                    .And.Message.Contains($"family {name}").And.Message.Contains("finite number above 0"));
        }
    }

    [Test]
    public void VarianceIsThatOfTheDistribution() => Assert.Multiple(() =>
    {
        Assert.That(Family.NegativeBinomial(2).Variance(3), Is.EqualTo(3 + (9 / 2.0)));
        Assert.That(Family.NegativeBinomial1(0.5).Variance(3), Is.EqualTo(4.5));

        // Beta(a, b) has variance ab/((a + b)²(a + b + 1)); here a = 1.5 and b = 4.5.
        Assert.That(Family.Beta(6).Variance(0.25), Is.EqualTo(1.5 * 4.5 / (36 * 7)).Within(1e-16));
    });

    [Test]
    public void QuasiLikelihoodFitsOnlyWhatAMeanAndAVarianceTell() => Assert.Multiple(() =>
    {
        Assert.That(Family.NegativeBinomial(2).NeedsFullLikelihood, Is.False);
        Assert.That(() => Family.NegativeBinomial(2).RequireQuasiLikelihood("PQL"), Throws.Nothing);
        Assert.That(() => Family.Poisson.RequireQuasiLikelihood("PQL"), Throws.Nothing);
        Assert.That(
            () => Family.NegativeBinomial().RequireQuasiLikelihood("PQL"),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.StartsWith(
                "Family negative-binomial needs its size theta for PQL").And.Message.Contains("Laplace"));
        foreach (Family family in new[]
            { Family.NegativeBinomial1(), Family.NegativeBinomial1(1), Family.Beta(), Family.Beta(1) })
        {
            Assert.That(family.NeedsFullLikelihood, Is.True);
            Assert.That(
                () => family.RequireQuasiLikelihood("MQL"),
                Throws.TypeOf<InvalidModelOptionException>().With.Message.StartsWith(
                    $"MQL cannot fit family {family.Name},").And.Message.Contains(family.StartingFamily.Name));
        }
    });

    [Test]
    public void EstimationStartsFromTheQuasiFamilyOfTheSameMeans() => Assert.Multiple(() =>
    {
        Family held = Family.NegativeBinomial(2);
        Assert.That(held.StartingFamily, Is.SameAs(held));
        Assert.That(Family.NegativeBinomial().StartingFamily, Is.SameAs(Family.QuasiPoisson));
        Assert.That(Family.NegativeBinomial1().StartingFamily, Is.SameAs(Family.QuasiPoisson));
        Assert.That(Family.Beta().StartingFamily, Is.SameAs(Family.QuasiBinomial));
    });

    [TestCaseSource(nameof(s_families))]
    public void TheStartingShapeHasTheVarianceOfTheQuasiFit(
        string name, Family open, Family held, string shape, string link)
    {
        const double Mean = 0.375;
        double phi = held.Variance(Mean) / held.StartingFamily.Variance(Mean);
        if (shape == "theta") phi = 1 + (Mean / 2.5);
        Assert.That(open.ShapeFromDispersion(phi, Mean), Is.EqualTo(2.5).Within(1e-14));
    }

    [TestCaseSource(nameof(s_families))]
    public void TheStartingShapeIsAlwaysUsable(string name, Family open, Family held, string shape, string link)
    {
        foreach (double phi in new[] { 0, 1e-12, 0.5, 1, 1 + 1e-15, 3, 1e300, double.PositiveInfinity, double.NaN })
        {
            double start = open.ShapeFromDispersion(phi, 2);
            Assert.That(start, Is.InRange(1e-3, 1e6));
            Assert.That(open.WithShape(start).Shape!.Value.Value, Is.EqualTo(start));
        }
    }
}
