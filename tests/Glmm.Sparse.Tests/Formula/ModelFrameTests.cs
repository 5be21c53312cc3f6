using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

[TestFixture]
internal sealed class ModelFrameTests
{
    private static readonly double Na = TableColumn.MissingValue;

    private static TableColumn Numeric(string name, params double[] values) => TableColumn.Numeric(name, values);

    private static ColumnTable Table(params TableColumn[] columns) => ColumnTable.FromColumns(columns);

    private static TableColumn Id(int rows) =>
        TableColumn.Numeric("id", [.. Enumerable.Range(0, rows).Select(row => (double)(row / 2))]);

    [Test]
    public void RowsThatMissAnyUsedValueAreDroppedAndCounted()
    {
        ColumnTable table = Table(
            Numeric("y", 1, Na, 3, 4, 5, 6),
            Numeric("x", 1, 2, Na, 4, 5, 6),
            Numeric("unused", Na, Na, Na, Na, Na, Na),
            Numeric("w", 1, 1, 1, Na, 0, 2),
            TableColumn.Text("f", "a", "b", "c", "d", "a", "b"),
            TableColumn.Text("id", "p", "q", "r", "p", "s", "q"));

        ModelFrame frame = ModelFrame.Create(
            table, "y ~ x + f + (1 | id)", Family.Gaussian, new ModelFrameOptions { Weights = "w" });

        Assert.That(frame.RowsDroppedMissing, Is.EqualTo(3));
        Assert.That(frame.RowsDroppedZeroWeight, Is.EqualTo(1));
        Assert.That(frame.XNames(), Is.EqualTo(new[] { "(Intercept)", "x", "fb" }), "levels c and d are gone");
        Assert.That(frame.Design.Response.Values(), Is.EqualTo(new[] { 1.0, 6 }));
        Assert.That(frame.Design.PriorWeights!.Values(), Is.EqualTo(new[] { 1.0, 2 }));
        Assert.That(frame.X("fb"), Is.EqualTo(new[] { 0.0, 1 }));
        Assert.That(frame.Design.RowLabel(1), Is.EqualTo("row 6"));
        Assert.That(frame.Design.Clusters.LabelOf(1), Is.EqualTo("q"));
    }

    [Test]
    public void CountsBecomeProportionsWithTrialsAsWeights()
    {
        ColumnTable table = Table(
            Numeric("s", 1, 0, 3, 2), Numeric("n", 4, 0, 3, 8), Numeric("w", 2, 2, 2, 0.5), Id(4));

        ModelFrame frame = ModelFrame.Create(
            table, "cbind(s, n - s) ~ 1 + (1 | id)", Family.Binomial, new ModelFrameOptions { Weights = "w" });

        Assert.That(frame.RowsDroppedZeroWeight, Is.EqualTo(1));
        Assert.That(frame.Design.Response.Values(), Is.EqualTo(new[] { 0.25, 1, 0.25 }));
        Assert.That(frame.Design.PriorWeights!.Values(), Is.EqualTo(new[] { 8.0, 6, 4 }));
        Assert.That(frame.Design.Response.Name, Is.EqualTo("cbind(s, n - s)"));
        Assert.That(frame.Formula, Is.EqualTo("cbind(s, n - s) ~ 1 + (1 | id)"));
    }

    [Test]
    public void ProportionWithTrialsAsWeightsIsTheSameAsCounts()
    {
        ColumnTable table = Table(Numeric("r", 1, 0, 3, 2), Numeric("n", 4, 0, 3, 8), Id(4));
        ModelFrame frame = ModelFrame.Create(
            table, "r / n ~ 1 + (1 | id)", Family.Binomial, new ModelFrameOptions { Weights = "n" });

        Assert.That(frame.RowsDroppedZeroWeight, Is.EqualTo(1));
        Assert.That(frame.Design.Response.Values(), Is.EqualTo(new[] { 0.25, 1, 0.25 }));
        Assert.That(frame.Design.PriorWeights!.Values(), Is.EqualTo(new[] { 4.0, 3, 8 }));
        Assert.That(frame.Warnings, Is.Empty);
    }

    [Test]
    public void FirstLevelOfATextResponseIsFailure()
    {
        ColumnTable table = Table(TableColumn.Text("y", "no", "yes", "maybe", "no"), Id(4));
        ModelFrame sorted = ModelFrame.Create(table, "y ~ 1 + (1 | id)", Family.Binomial);
        Assert.That(sorted.Design.Response.Values(), Is.EqualTo(new[] { 1.0, 1, 0, 1 }));
        Assert.That(sorted.Warnings.Single(), Does.Contain("'maybe' counts as failure"));

        var options = new ModelFrameOptions { References = new Dictionary<string, string> { ["y"] = "yes" } };
        Assert.That(
            ModelFrame.Create(table, "y ~ 1 + (1 | id)", Family.Binomial, options).Design.Response.Values(),
            Is.EqualTo(new[] { 1.0, 0, 1, 1 }));
        Assert.That(
            ModelFrame.Create(table, "y == 'yes' ~ 1 + (1 | id)", Family.Binomial).Design.Response.Values(),
            Is.EqualTo(new[] { 0.0, 1, 0, 0 }));
        Assert.That(
            ModelFrame.Create(table, "y != 'yes' ~ 1 + (1 | id)", Family.Binomial).Design.Response.Values(),
            Is.EqualTo(new[] { 1.0, 0, 1, 1 }));
    }

    [Test]
    public void TrueIsSuccess()
    {
        ColumnTable table = Table(TableColumn.Boolean("y", true, false, null, true), Id(4));
        ModelFrame frame = ModelFrame.Create(table, "y ~ 1 + (1 | id)", Family.Binomial);
        Assert.That(frame.Design.Response.Values(), Is.EqualTo(new[] { 1.0, 0, 1 }));
        Assert.That(frame.RowsDroppedMissing, Is.EqualTo(1));
    }

    [Test]
    public void ListedLevelsMakeAFactorOfANumberInTheOrderGiven()
    {
        ColumnTable table = Table(Numeric("y", 1, 2, 3, 4), Numeric("dose", 10, 2, 10, 5), Id(4));
        var levels = new Dictionary<string, IReadOnlyList<string>> { ["dose"] = ["5", "10", "2.0", "99"] };
        ModelFrame frame = ModelFrame.Create(
            table, "y ~ dose + (1 | id)", Family.Gaussian, new ModelFrameOptions { Levels = levels });
        Assert.That(frame.XNames(), Is.EqualTo(new[] { "(Intercept)", "dose10", "dose2.0" }));
        Assert.That(frame.X("dose10"), Is.EqualTo(new[] { 1.0, 0, 1, 0 }));
        Assert.That(frame.Warnings.Single(), Does.Contain("'99' of 'dose'"));

        var reference = new ModelFrameOptions
        {
            Levels = levels,
            References = new Dictionary<string, string> { ["dose"] = "2.0" },
        };
        Assert.That(
            ModelFrame.Create(table, "y ~ dose + (1 | id)", Family.Gaussian, reference).XNames(),
            Is.EqualTo(new[] { "(Intercept)", "dose5", "dose10" }));
    }

    [Test]
    public void LevelsSortByCodePoint()
    {
        // U+10000 comes after U+FF5E, though its first UTF-16 unit does not; upper case comes before lower case.
        ColumnTable table = Table(
            Numeric("y", 1, 2, 3, 4, 5, 6),
            TableColumn.Text("f", "b", "\U00010000", "\uFF5E", "B", "a", "b"),
            Id(6));
        Assert.That(
            ModelFrame.Create(table, "y ~ f + (1 | id)", Family.Gaussian).XNames(),
            Is.EqualTo(new[] { "(Intercept)", "fa", "fb", "f\uFF5E", "f\U00010000" }));
    }

    [Test]
    public void OffsetsAddUp()
    {
        ColumnTable table = Table(Numeric("y", 1, 2), Numeric("e", 1, Math.E), Numeric("o", 10, 20), Id(2));
        ModelFrame frame = ModelFrame.Create(
            table, "y ~ offset(log(e)) + offset(2 * e) + (1 | id)", Family.Poisson,
            new ModelFrameOptions { Offset = "o" });
        Assert.That(frame.Design.Offset!.Values(), Is.EqualTo(new[] { 12, 21 + (2 * Math.E) }).Within(1e-14));
        Assert.That(frame.XNames(), Is.EqualTo(new[] { "(Intercept)" }));
    }

    [Test]
    public void InteractionOfColumnsGroupsRows()
    {
        ColumnTable table = Table(
            Numeric("y", 1, 2, 3, 4, 5), TableColumn.Text("center", "b", "a", "b", "b", "a"),
            Numeric("id", 1, 1, 2.5, 1, 1));
        ModelFrame frame = ModelFrame.Create(table, "y ~ 1 + (1 | center:id)", Family.Gaussian);
        Assert.That(frame.Design.Clusters.Codes.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 0, 1 }));
        Assert.That(
            Enumerable.Range(0, frame.Design.Clusters.Count).Select(frame.Design.Clusters.LabelOf),
            Is.EqualTo(new[] { "b:1", "a:1", "b:2.5" }));
        Assert.That(frame.Design.Clusters.Name, Is.EqualTo("center:id"));
    }

    [Test]
    public void NumbersLabelClustersWithoutDecimals()
    {
        ColumnTable table = Table(Numeric("y", 1, 2, 3), Numeric("id", 308, 123456789012345, -2));
        ModelFrame frame = ModelFrame.Create(table, "y ~ 1 + (1 | id)", Family.Gaussian);
        Assert.That(
            Enumerable.Range(0, 3).Select(frame.Design.Clusters.LabelOf),
            Is.EqualTo(new[] { "308", "123456789012345", "-2" }));
    }

    [Test]
    public void ScaleUsesEveryRowThatHasTheValueAsInR()
    {
        // R: d <- data.frame(y = c(1, 2, NA, 4, 5), x = c(1, 2, 3, NA, 8)); model.matrix(y ~ scale(x), d)
        ColumnTable table = Table(Numeric("y", 1, 2, Na, 4, 5), Numeric("x", 1, 2, 3, Na, 8), Id(5));
        ModelFrame frame = ModelFrame.Create(table, "y ~ scale(x) + (1 | id)", Family.Gaussian);
        double sd = Math.Sqrt(29.0 / 3);
        Assert.That(frame.X("scale(x)"), Is.EqualTo(new[] { -2.5 / sd, -1.5 / sd, 4.5 / sd }).Within(1e-15));
    }

    [Test]
    public void ScaleKeepsItsDigitsFarFromZero()
    {
        ColumnTable table = Table(Numeric("y", 1, 2, 3), Numeric("x", 1e9 + 1, 1e9 + 2, 1e9 + 3), Id(3));
        ModelFrame frame = ModelFrame.Create(table, "y ~ scale(x) + (1 | id)", Family.Gaussian);
        Assert.That(frame.X("scale(x)"), Is.EqualTo(new[] { -1.0, 0, 1 }).Within(1e-15));
    }

    [Test]
    public void ScaleOfAnExpressionIgnoresWhereItIsNoNumber()
    {
        ColumnTable table = Table(Numeric("y", 1, 2, 3, Na), Numeric("x", 1, Math.E, Math.E * Math.E, -1), Id(4));
        ModelFrame frame = ModelFrame.Create(table, "y ~ scale(log(x)) + (1 | id)", Family.Gaussian);
        Assert.That(frame.X("scale(log(x))"), Is.EqualTo(new[] { -1.0, 0, 1 }).Within(1e-14));
    }

    [Test]
    public void FactorsAndBlocksOfRandomEffectsAreOnRecord()
    {
        ColumnTable table = Table(
            Numeric("y", 1, 2, 3, 4, 5, 6, 7), TableColumn.Text("f", "a", "b", "a", "b", "a", "b", null),
            TableColumn.Boolean("g", true, false, true, false, true, false, true), Numeric("t", 1, 2, 1, 2, 3, 1, 0),
            Id(7));
        ModelFrame frame = ModelFrame.Create(
            table, "y ~ f + g + I(t > 1) + (t || id)", Family.Gaussian,
            new ModelFrameOptions
            {
                References = new Dictionary<string, string> { ["f"] = "b", ["g"] = "true" },
            });
        Assert.That(frame.Factors.Select(factor => factor.Name), Is.EqualTo(new[] { "f", "g" }));
        Assert.That(frame.Factors[0].Levels, Is.EqualTo(new[] { "b", "a" }));
        Assert.That(frame.Factors[1].Levels, Is.EqualTo(new[] { "TRUE", "FALSE" }), "any spelling of a truth value");
        Assert.That(
            frame.RandomBlocks.Select(block => string.Join(" ", block.Effects)),
            Is.EqualTo(new[] { "(Intercept)", "t" }));

        frame = ModelFrame.Create(
            table, "y ~ 1 + (t || id)", Family.Gaussian,
            new ModelFrameOptions { Covariance = CovarianceKind.Identity });
        Assert.That(frame.RandomBlocks.Single().Structure, Is.EqualTo(CovarianceKind.Identity));
        Assert.That(frame.RandomBlocks.Single().Effects, Is.EqualTo(new[] { "(Intercept)", "t" }));
    }

    [Test]
    public void RowsOfTheDesignKnowTheirRowsOfTheTable()
    {
        ColumnTable table = Table(Numeric("y", 1, Na, 3, 4), Numeric("w", 1, 1, 0, 2), Id(4));
        ModelFrame frame = ModelFrame.Create(
            table, "y ~ 1 + (1 | id)", Family.Gaussian, new ModelFrameOptions { Weights = "w" });
        Assert.That(new[] { frame.SourceRow(0), frame.SourceRow(1) }, Is.EqualTo(new[] { 0, 3 }));
    }

    [TestCase(CovarianceKind.Unstructured, "(x | id)", "unstructured")]
    [TestCase(CovarianceKind.Diagonal, "(x | id)", "diagonal")]
    [TestCase(CovarianceKind.Identity, "(x | id)", "identity")]
    [TestCase(CovarianceKind.CompoundSymmetry, "(x | id)", "compound symmetry")]
    [TestCase(CovarianceKind.Identity, "(x || id)", "identity")]
    [TestCase(CovarianceKind.Diagonal, "(f || id)", "diagonal")]
    [TestCase(CovarianceKind.Unstructured, "(f || id)", "unstructured + unstructured")]
    [TestCase(CovarianceKind.Diagonal, "(1 | id) + (0 + f | id)", "diagonal + diagonal")]
    public void EachTermGetsTheStructureChosen(CovarianceKind kind, string term, string structure)
    {
        ColumnTable table = Table(
            Numeric("y", 1, 2, 3, 4), Numeric("x", 1, 2, 3, 4), TableColumn.Text("f", "a", "b", "a", "b"), Id(4));
        ModelFrame frame = ModelFrame.Create(
            table, $"y ~ 1 + {term}", Family.Gaussian, new ModelFrameOptions { Covariance = kind });
        Assert.That(frame.Design.Covariance.Name.Replace('-', ' '), Is.EqualTo(structure));
    }

    [Test]
    public void ValuesDoNotDependOnWhichRowsAreAskedFor()
    {
        var random = new Random(1);
        double[] x = [.. Enumerable.Range(0, 70_000).Select(_ => random.NextDouble() + 0.1)];
        x[66_000] = TableColumn.MissingValue;
        ColumnTable table = Table(
            TableColumn.Numeric("x", x), TableColumn.Numeric("y", [.. x.Select(_ => random.NextDouble())]),
            TableColumn.Text("f", [.. x.Select(_ => "abc".Substring(random.Next(3), 1))]),
            Id(70_000));
        ModelFrame frame = ModelFrame.Create(table, "y ~ log(x) * f + scale(exp(x)) + (1 | id)", Family.Gaussian);
        foreach (Model.DesignColumn column in frame.Design.FixedEffects)
        {
            double[] all = column.Values();
            double[] one = new double[1];
            foreach (int row in new[] { 0, 255, 256, 65_535, 65_536, 66_000, 69_998 })
            {
                column.Gather([row], one);
                Assert.That(one[0], Is.EqualTo(all[row]), $"{column.Name} {row}");
            }
        }

        Assert.That(frame.X("log(x)")[66_000], Is.EqualTo(Math.Log(x[66_001])));
    }
}
