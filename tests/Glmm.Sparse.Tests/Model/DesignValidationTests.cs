using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.ModelLayer;

/// <summary>What is refused and what gets a warning, word for word where a user has to act on it.</summary>
[TestFixture]
internal sealed class DesignValidationTests
{
    private static readonly double[] Ones = [1, 1, 1, 1, 1, 1];
    private static readonly int[] Pairs = [0, 0, 0, 1, 1, 1];

    [Test]
    public void NoRowsAreRefused() => Refuses(
        Designs.Of([], [[]], [[]], [], clusters: 3), Family.Poisson, "The design has no rows; nothing can be fitted.");

    [TestCase("poisson", 2.5, "whole numbers of 0 or more")]
    [TestCase("poisson", -1, "whole numbers of 0 or more")]
    [TestCase("gamma", 0, "numbers above 0")]
    [TestCase("binomial", 1.5, "proportions from 0 to 1")]
    [TestCase("gaussian", double.NaN, "finite numbers")]
    public void AResponseOutsideTheDomainIsNamedWithRowFamilyAndDomain(string family, double value, string domain)
    {
        Family f = Family.Parse(family);
        string shown = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Refuses(
            Designs.Of([1, 1, 1, 1, value, 1], [Ones], [Ones], Pairs), f,
            $"The response 'y' is {shown} in row 5; the {family} family needs {domain}. " +
            "Mend the value or choose another family.");
    }

    [Test]
    public void RowsAreCalledAsTheDesignCallsThem()
    {
        ClusteredDesign design =
            Designs.Of([1, -1, 1, 1, 1, 1], [Ones], [Ones], Pairs, rowLabel: row => $"patient {row * 100}");
        Assert.That(
            () => DesignValidation.Check(design, Family.Poisson, estimatesDispersion: true, Designs.Team, []),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("in patient 100;"));
    }

    [TestCase(0)]
    [TestCase(-2)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void AWeightThatIsNotPositiveIsNamed(double weight)
    {
        string shown = weight.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Refuses(
            Designs.Of([1, 2, 3, 4, 5, 6], [Ones], [Ones], Pairs, [1, 1, weight, 1, 1, 1]), Family.Poisson,
            $"The weight 'w' is {shown} in row 3; weights must be finite and above 0 (leave a row out rather than weighting it 0).");
    }

    [Test]
    public void AProportionNeedsItsTrials() => Refuses(
        Designs.Of([0, 1, 0.5, 1, 0, 1], [Ones], [Ones], Pairs), Family.Binomial,
        "The response 'y' is 0.5 in row 3, a proportion without its number of trials; give the trials as weights, or write " +
        "the response as cbind(successes, failures).");

    [Test]
    public void QuasibinomialProportionsNeedNoTrials() =>
        Accepts(Designs.Of([0, 1, 0.5, 1, 0, 1], [Ones], [Ones], Pairs), Family.QuasiBinomial);

    [TestCase("binomial", 0)]
    [TestCase("binomial", 1)]
    [TestCase("poisson", 0)]
    [TestCase("gaussian", 3.5)]
    [TestCase("gamma", 2)]
    public void AResponseWithoutInformationIsRefused(string family, double value)
    {
        double[] y = [.. Ones.Select(_ => value)];
        string shown = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Refuses(
            Designs.Of(y, [Ones], [Ones], Pairs), Family.Parse(family),
            $"The response 'y' is {shown} in every row, which leaves nothing to estimate; check that it is the right column.");
    }

    [Test]
    public void AConstantCountAboveZeroIsNoError() =>
        Accepts(Designs.Of([2, 2, 2, 2, 2, 2], [Ones], [Ones], Pairs), Family.Poisson);

    [Test]
    public void OneClusterIsRefused() => Refuses(
        Designs.Of([1, 2, 3, 4, 5, 6], [Ones], [Ones], [2, 2, 2, 2, 2, 2], clusters: 4), Family.Poisson,
        "The grouping factor 'g' has 1 level in the rows used; a random effect needs at least 2. Group by another column, or " +
        "fit a model without random effects.");

    [Test]
    public void GaussianClustersOfOneRowAreRefused() => Refuses(
        Designs.Of([1, 2, 3, 4, 5, 6], [Ones], [Ones], [0, 1, 2, 3, 4, 5]), Family.Gaussian,
        "Every cluster of 'g' has at most 1 row for 1 random effect, so the random effects cannot be told from the " +
        "residual error; use fewer random effects or a coarser grouping factor.");

    [Test]
    public void AsManyFixedEffectsAsRowsAreRefused()
    {
        double[][] x =
            [.. Enumerable.Range(0, 6).Select(j => Enumerable.Range(0, 6).Select(r => r == j ? 1.0 : 0).ToArray())];
        Refuses(
            Designs.Of([1, 2, 3, 4, 5, 6], x, [Ones], Pairs), Family.Poisson,
            "There are 6 fixed effects for 6 rows; take fixed effects out or add rows.");
    }

    [Test]
    public void ClustersOfOneRowGetAWarning() => Assert.That(
        Accepts(Designs.Of([1, 2, 3, 4, 5, 6], [Ones], [Ones], [0, 1, 2, 3, 4, 5]), Family.Poisson).Single(),
        Does.StartWith("Every cluster of 'g' has one row: the random effects act as overdispersion"));

    [Test]
    public void ProportionsInSmallClustersGetNoWarning() => Assert.That(
        Accepts(Designs.Of([0, 1, 0.5, 1, 0, 1], [Ones], [Ones], Pairs, [4, 4, 4, 4, 4, 4]), Family.Binomial), Is.Empty);

    [Test]
    public void EmptyClustersDoNotCount() => Accepts(
        Designs.Of([1, 2, 3, 4, 5, 6], [Ones], [Ones], [1, 1, 1, 7, 7, 7], clusters: 50), Family.Poisson);

    [Test]
    public void ColumnsOfOtherLengthsAreNamed() => Assert.That(
        () => Designs.Of([1, 2, 3], [[1, 1, 1], [1, 2]], [[1, 1, 1]], [0, 1, 1]),
        Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo("Column 'x1' has 2 rows, the response has 3."));

    [Test]
    public void AGroupingFactorOfAnotherLengthIsNamed() => Assert.That(
        () => Designs.Of([1, 2, 3], [[1, 1, 1]], [[1, 1, 1]], [0, 1]),
        Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
            "The grouping factor 'g' has 2 rows, the response has 3."));

    [Test]
    public void XAndZNeedAColumn()
    {
        Assert.That(
            () => Designs.Of([1], [], [[1]], [0]),
            Throws.TypeOf<InvalidModelDataException>().With.Message.StartsWith("The model has no fixed effect"));
        Assert.That(
            () => Designs.Of([1], [[1]], [], [0]),
            Throws.TypeOf<InvalidModelDataException>().With.Message.StartsWith("The model has no random effect"));
    }

    [Test]
    public void AStructureOfAnotherOrderIsRefused() => Assert.That(
        () => Designs.Of([1, 2], [[1, 1]], [[1, 1]], [0, 1], structure: CovarianceStructure.Diagonal(2)),
        Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
            "The covariance structure is for 2 random effects, Z has 1 columns."));

    [Test]
    public void MoreRandomEffectsThanTheDerivativesHaveRoomForAreRefused()
    {
        double[] ones = [.. Enumerable.Repeat(1.0, 8)];
        ClusteredDesign design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", ones), [DesignColumn.FromValues("x", ones)],
            [.. Enumerable.Range(0, 33).Select(l => DesignColumn.FromValues("z" + l, ones))],
            new ClusterIndex("g", new[] { 0, 0, 0, 0, 1, 1, 1, 1 }, 2));
        Refuses(
            design, Family.Poisson,
            "There are 33 random effects per cluster of 'g'; at most 32 are supported. A factor with many levels belongs in " +
            "the grouping, as in (1 | factor).");
    }

    private static void Refuses(ClusteredDesign design, Family family, string message) => Assert.That(
        () => DesignValidation.Check(design, family, estimatesDispersion: true, Designs.Team, []),
        Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(message));

    private static List<string> Accepts(ClusteredDesign design, Family family)
    {
        List<string> warnings = [];
        DesignValidation.Check(design, family, estimatesDispersion: true, Designs.Team, warnings);
        return warnings;
    }
}
