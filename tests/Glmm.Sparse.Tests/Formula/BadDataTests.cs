using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Every wrong request ends with one message that names the culprit and the mend.</summary>
[TestFixture]
internal sealed class BadDataTests
{
    private static ColumnTable Table { get; } = ColumnTable.FromColumns(
        TableColumn.Numeric("y", 1, 0, 1, 0, 1, 0),
        TableColumn.Numeric("count", 0, 1, 2, 3, 4, 5),
        TableColumn.Numeric("part", 0, 1, 0.5, 0.25, 1, 0),
        TableColumn.Numeric("negative", 1, 2, 3, -4, 5, 6),
        TableColumn.Numeric("zero", 0, 0, 0, 0, 0, 0),
        TableColumn.Numeric("inf", 1, 2, double.PositiveInfinity, 4, 5, 6),
        TableColumn.Numeric("nan", 1, 2, 3, 4, double.NaN, 6),
        TableColumn.Numeric("gone", [.. Enumerable.Repeat(TableColumn.MissingValue, 6)]),
        TableColumn.Text("sex", "f", "m", "f", "m", null, "f"),
        TableColumn.Text("one", "a", "a", "a", "a", "a", "a"),
        TableColumn.Boolean("smoker", true, false, true, false, true, false),
        TableColumn.Numeric("age", 10, 20, 30, 40, 50, 60),
        TableColumn.Numeric("id", 1, 1, 2, 2, 3, 3));

    [TestCase("y ~ agee + (1 | id)", "no column 'agee'", "did you mean 'age'?", "y, count")]
    [TestCase("y ~ AGE + (1 | id)", "no column 'AGE'", "did you mean 'age'?")]
    [TestCase("y ~ age + (1 | subject)", "no column 'subject'", "the columns are")]
    [TestCase("y ~ inf + (1 | id)", "'inf' is Infinity in row 3", "NA")]
    [TestCase("y ~ age + (1 | nan)", "'nan' is NaN in row 5")]
    [TestCase("y ~ gone + (1 | id)", "No row is left", "'gone' (6 of 6 rows)")]
    [TestCase("y ~ one + (1 | id)", "'one' has one level", "'a'", "Leave it out")]
    [TestCase("y ~ I(age > 5) + (1 | id)", "'I(age > 5)' has one level", "'TRUE'")]
    [TestCase("y ~ log(count) + (1 | id)", "log(count) is -Inf in row 1", "count = 0")]
    [TestCase("y ~ sqrt(negative) + (1 | id)", "sqrt(negative) is NaN in row 4", "negative = -4")]
    [TestCase("y ~ offset(log(count)) + (1 | id)", "log(count) is -Inf in row 1")]
    [TestCase("y ~ log(sex) + (1 | id)", "'sex' is text ('f' in row 1)", "sex == 'f'")]
    [TestCase("y ~ I(sex == 'x') + (1 | id)", "'x' occurs nowhere in column 'sex'", "it holds f, m")]
    [TestCase("y ~ scale(zero) + (1 | id)", "scale(zero) is not defined", "same in all 6 rows")]
    [TestCase("y ~ I('a') + (1 | id)", "names no column", "same in every row")]
    [TestCase("part ~ age + (1 | id)", "proportion 0.5 in row 3", "--weights", "cbind")]
    [TestCase("count ~ age + (1 | id)", "count is 2 in row 3", "0 or 1")]
    [TestCase("negative ~ age + (1 | id)", "negative is 2 in row 2")]
    [TestCase("one ~ age + (1 | id)", "'a' in every row")]
    [TestCase("cbind(part, count) ~ age + (1 | id)", "number of successes, part, is 0.5 in row 3", "whole number")]
    [TestCase("cbind(count, y - count) ~ age + (1 | id)", "number of failures, y - count, is -1 in row 2")]
    [TestCase("cbind(zero, zero) ~ age + (1 | id)", "No row is left", "number of trials")]
    public void WrongColumnOrValueIsNamed(string formula, params string[] messages) =>
        AssertMessage<InvalidModelDataException>(formula, Family.Binomial, new ModelFrameOptions(), messages);

    [TestCase("sex ~ age + (1 | id)", "'sex' is text ('f' in row 1)", "gaussian")]
    [TestCase("log(y) ~ age + (1 | id)", "log(y) is -Inf in row 2", "y = 0")]
    public void WrongGaussianResponseIsNamed(string formula, params string[] messages) =>
        AssertMessage<InvalidModelDataException>(formula, Family.Gaussian, new ModelFrameOptions(), messages);

    [TestCase("cbind(y, count) ~ age + (1 | id)", "cbind(successes, failures) is for the binomial family")]
    [TestCase("y ~ 0 + (1 | id)", "no fixed effect")]
    [TestCase("y ~ I(age + 'a') + (1 | id)", "string can only be compared")]
    [TestCase("y ~ I(age:count) + (1 | id)", "':' has no meaning for numbers")]
    [TestCase("y ~ I(cbind(y, y)) + (1 | id)", "cbind() cannot stand inside")]
    public void WrongFormulaIsShown(string formula, string message) =>
        AssertMessage<FormulaException>(formula, Family.Gaussian, new ModelFrameOptions(), message);

    [TestCase("negative", "'negative' is -4 in row 4", "0 or more")]
    [TestCase("zero", "No row is left", "'zero' is 0")]
    [TestCase("sex", "--weights names, is text", "numeric")]
    [TestCase("smoker", "is boolean", "numeric")]
    [TestCase("agee", "no column 'agee', which --weights names", "did you mean 'age'?")]
    public void WrongWeightsAreNamed(string weights, params string[] messages) =>
        AssertMessage<InvalidModelDataException>(
            "y ~ age + (1 | id)", Family.Gaussian, new ModelFrameOptions { Weights = weights }, messages);

    [TestCase("smoker", "--offset names, is boolean")]
    [TestCase("none", "no column 'none', which --offset names")]
    public void WrongOffsetIsNamed(string offset, string message) => AssertMessage<InvalidModelDataException>(
        "y ~ age + (1 | id)", Family.Gaussian, new ModelFrameOptions { Offset = offset }, message);

    [TestCase("sex", "x", "'x' is no level of 'sex'", "its levels are f, m")]
    [TestCase("age", "10", "'age' is numeric", "--levels age=")]
    [TestCase("sexx", "f", "no column 'sexx', which --reference names", "did you mean 'sex'?")]
    public void WrongReferenceIsNamed(string column, string level, params string[] messages) =>
        AssertMessage<InvalidModelDataException>(
            "y ~ age + sex + (1 | id)", Family.Gaussian,
            new ModelFrameOptions { References = new Dictionary<string, string> { [column] = level } }, messages);

    [TestCase("sex", "f", "'sex' holds 'm' in row 2", "listed for it, f")]
    [TestCase("age", "10,20,30", "'age' holds '40' in row 4")]
    [TestCase("age", "ten,20", "'ten' listed for 'age' cannot occur", "numbers")]
    [TestCase("age", "10,10.0", "'10.0' listed for 'age' cannot occur", "same number")]
    [TestCase("smoker", "TRUE", "'smoker' holds 'FALSE' in row 2")]
    [TestCase("smoker", "yes,no", "'yes' listed for 'smoker' cannot occur", "boolean")]
    [TestCase("sex", "f,m,f", "'f' of 'sex' is listed twice")]
    [TestCase("id", "1,2", "'id' holds '3' in row 5")]
    [TestCase("other", "1,2", "no column 'other', which --levels names")]
    public void WrongLevelsAreNamed(string column, string levels, params string[] messages) =>
        AssertMessage<InvalidModelDataException>(
            "y ~ age + sex + smoker + (1 | id)", Family.Gaussian,
            new ModelFrameOptions
            {
                Levels = new Dictionary<string, IReadOnlyList<string>> { [column] = levels.Split(',') },
            },
            messages);

    [Test]
    public void CompoundSymmetryContradictsTheDoubleBar() => AssertMessage<FormulaException>(
        "y ~ age + (age || id)", Family.Gaussian,
        new ModelFrameOptions { Covariance = CovarianceKind.CompoundSymmetry },
        "|| asks for uncorrelated");

    [Test]
    public void ColumnOfNumbersWithABadCellIsRefusedExceptAsGroupOrFactor()
    {
        string[] cells = [.. Enumerable.Range(0, 60).Select(i => $"{i % 30}")];
        cells[41] = "1O";
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Text("x", cells),
            TableColumn.Numeric("y", [.. cells.Select((_, i) => (double)i)]),
            TableColumn.Numeric("id", [.. cells.Select((_, i) => (double)(i / 4))]));
        string[] formulas = ["y ~ x + (1 | id)", "y ~ log(x) + (1 | id)", "y ~ (x | id)", "x ~ y + (1 | id)"];
        foreach (string formula in formulas)
        {
            InvalidModelDataException error = Assert.Throws<InvalidModelDataException>(
                () => ModelFrame.Create(table, formula, Family.Gaussian))!;
            Assert.That(error.Message, Does.Contain("'x' looks numeric, but row 42 holds '1O'").And.Contain("levels"));
        }

        Assert.That(
            () => ModelFrame.Create(
                table, "y ~ 1 + (1 | id)", Family.Gaussian, new ModelFrameOptions { Weights = "x" }),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("row 42"));
        Assert.That(
            ModelFrame.Create(table, "y ~ 1 + (1 | x)", Family.Gaussian).Design.Clusters.Count, Is.EqualTo(31));
        var levels = new Dictionary<string, IReadOnlyList<string>> { ["x"] = [.. cells.Distinct()] };
        Assert.That(
            ModelFrame.Create(table, "y ~ x + (1 | id)", Family.Gaussian, new ModelFrameOptions { Levels = levels })
                .Design.FixedEffects,
            Has.Count.EqualTo(31));
    }

    [Test]
    public void ColumnsThatWereNotReadAreListedAndTheirLevelsDoNoHarm()
    {
        TableColumn[] read = [Table["y"]!, Table["id"]!];
        ColumnTable table = ColumnTable.FromSource(read, ["y", "age", "sex", "id"], 6);
        Assert.That(
            () => ModelFrame.Create(table, "y ~ agee + (1 | id)", Family.Gaussian),
            Throws.TypeOf<InvalidModelDataException>()
                .With.Message.Contains("did you mean 'age'?").And.Message.Contains("y, age, sex, id"));
        Assert.That(
            () => ModelFrame.Create(table, "y ~ age + (1 | id)", Family.Gaussian),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("left out when the table was read"));
        var options = new ModelFrameOptions
        {
            Levels = new Dictionary<string, IReadOnlyList<string>> { ["sex"] = ["m", "f"] },
            References = new Dictionary<string, string> { ["age"] = "10" },
        };
        Assert.That(
            ModelFrame.Create(table, "y ~ 1 + (1 | id)", Family.Gaussian, options).Design.Observations,
            Is.EqualTo(6));
        Assert.That(
            () => ModelFrame.Create(ColumnTable.FromColumns(), "y ~ 1 + (1 | id)", Family.Gaussian),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("no column 'y'"));
    }

    [Test]
    public void FactorWithThousandsOfLevelsIsNoFixedEffect()
    {
        int[] rows = [.. Enumerable.Range(0, 12_000)];
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Text("subject", [.. rows.Select(row => $"s{row / 2}")]),
            TableColumn.Numeric("y", [.. rows.Select(row => (double)row)]));
        Assert.That(
            () => ModelFrame.Create(table, "y ~ subject + (1 | subject)", Family.Gaussian),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("5999 columns").And.Message
                .Contains("(1 | subject)"));
    }

    [Test]
    public void FactorWithALevelForEachRowIsRefusedAndOneWithNearlyAsManyWarns()
    {
        ModelFrame Create(params string[] cells) => ModelFrame.Create(
            ColumnTable.FromColumns(
                TableColumn.Text("x", cells),
                TableColumn.Numeric("y", [.. cells.Select((_, i) => (double)i)]),
                TableColumn.Numeric("id", [.. cells.Select((_, i) => (double)(i / 2))])),
            "y ~ x + (1 | id)", Family.Gaussian);
        Assert.That(
            () => Create("2", "abc", "3", "4", "5"),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'x' has a level of its own in each of")
                .And.Message.Contains("row 2 holds 'abc'"));
        Assert.That(
            () => Create("p", "q", "r", "s"),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("'x'").And.Message.Contains("(1 | x)"));
        Assert.That(
            Create("2", "abc", "3", "4", "2").Warnings.Single(),
            Does.Contain("'x' has 4 levels in 5 rows").And.Contain("row 2 holds 'abc'"));
        Assert.That(Create("a", "b", "a", "b").Warnings, Is.Empty);
    }

    [Test]
    public void TheCellThatIsNoNumberIsNamedAndNotOneThatIs()
    {
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Text("x", "2", "abc", "3", "4", "5"), TableColumn.Numeric("y", 1, 2, 3, 4, 5),
            TableColumn.Numeric("id", 1, 1, 2, 2, 3));
        (string Formula, ModelFrameOptions Options)[] uses =
        [
            ("y ~ log(x) + (1 | id)", new ModelFrameOptions()),
            ("x ~ y + (1 | id)", new ModelFrameOptions()),
            ("y ~ 1 + (1 | id)", new ModelFrameOptions { Weights = "x" }),
            ("y ~ 1 + (1 | id)", new ModelFrameOptions { Offset = "x" }),
        ];
        foreach ((string formula, ModelFrameOptions options) in uses)
        {
            Assert.That(
                () => ModelFrame.Create(table, formula, Family.Gaussian, options),
                Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("text ('abc' in row 2)"));
        }
    }

    [Test]
    public void DecimalCommasAreNamed()
    {
        ColumnTable table = ColumnTable.FromColumns(
            TableColumn.Text("x", "2", "2,5", "3", "3,5"), TableColumn.Numeric("y", 1, 2, 3, 4),
            TableColumn.Numeric("id", 1, 1, 2, 2));
        Assert.That(
            () => ModelFrame.Create(table, "y ~ x + (1 | id)", Family.Gaussian),
            Throws.TypeOf<InvalidModelDataException>()
                .With.Message.Contains("row 2 holds '2,5', which has a decimal comma. Write decimal points"));
    }

    [Test]
    public void QuasibinomialTakesProportionsWithoutTrials() => Assert.That(
        ModelFrame.Create(Table, "part ~ age + (1 | id)", Family.QuasiBinomial).Design.Response.Values(),
        Is.EqualTo(new[] { 0, 1, 0.5, 0.25, 1, 0 }));

    [Test]
    public void FractionalSuccessesWarn()
    {
        ModelFrame frame = ModelFrame.Create(
            Table, "part ~ age + (1 | id)", Family.Binomial, new ModelFrameOptions { Weights = "age" });
        Assert.That(frame.Warnings, Is.Empty);
        frame = ModelFrame.Create(
            Table, "part ~ age + (1 | id)", Family.Binomial, new ModelFrameOptions { Weights = "id" });
        Assert.That(frame.Warnings.Single(), Does.Contain("is 0.5 in row 4"));
    }

    private static void AssertMessage<TError>(
        string formula, Family family, ModelFrameOptions options, params string[] messages)
        where TError : GlmmException
    {
        TError error = Assert.Throws<TError>(() => ModelFrame.Create(Table, formula, family, options))!;
        foreach (string message in messages) Assert.That(error.Message, Does.Contain(message));
    }
}
