using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

[TestFixture]
internal sealed class CanonicalFormulaTests
{
    private static readonly ColumnTable Table = ColumnTable.FromColumns(
        TableColumn.Numeric("y", 1, 3, 2, 5, 4, 6), TableColumn.Numeric("x", 1, 2, 4, 3, 5, 7),
        TableColumn.Text("a", "p", "q", "p", "q", "p", "q"), TableColumn.Numeric("my z", 3, 1, 4, 1, 5, 9),
        TableColumn.Numeric("w", 1, 1, 2, 2, 1, 1), TableColumn.Text("id", "i", "i", "j", "j", "k", "k"));

    [TestCase("y~offset(log(e))+(t|id)+a*b", "y ~ a + b + a:b + offset(log(e)) + (1 + t | id)")]
    [TestCase("y ~ -1 + x:a + a + (0+x||id)", "y ~ 0 + x:a + a + (0 + x || id)")]
    [TestCase("y ~ (a + b + c)^2 - a:c + (1 | g:id)", "y ~ a + b + c + a:b + b:c + (1 | g:id)")]
    [TestCase("y ~ (1 | id)", "y ~ 1 + (1 | id)")]
    [TestCase("y ~ offset(e) + (a/b | id)", "y ~ offset(e) + (1 + a + a:b | id)")]
    [TestCase("y ~ ns( x,df=3 )%in%a + (1|id)", "y ~ ns(x, df = 3):a + (1 | id)")]
    [TestCase("y ~ b:a + a + (1 | id)", "y ~ b:a + a + (1 | id)")]
    public void TermsAreExpandedAndOrdered(string formula, string canonical)
    {
        var parsed = ModelFormula.Parse(formula);
        string actual = parsed.Canonical;
        Assert.That(actual, Is.EqualTo(canonical));
        Assert.That(ModelFormula.Parse(actual).Canonical, Is.EqualTo(actual));
        Assert.That(ModelFormula.Parse(actual).FixedTerms.Terms.Select(term => term.ToString()),
            Is.EqualTo(parsed.FixedTerms.Terms.Select(term => term.ToString())));
    }

    [Test]
    public void ADotIsReplacedByTheColumnsOfTheTable()
    {
        var formula = ModelFormula.Parse("y ~ . - a + (1 | id)");
        Assert.Multiple(() =>
        {
            Assert.That(formula.UsesAllColumns);
            Assert.That(formula.ToString(), Is.EqualTo("y ~ . - a + (1 | id)"));
            Assert.That(formula.Columns, Is.EqualTo(new[] { "y", "a", "id" }));
            Assert.That(new ModelFrameOptions().ColumnsUsed(formula), Is.Null);
        });
        ModelFrame frame = ModelFrame.Create(
            Table, formula, Family.Gaussian, new ModelFrameOptions { Weights = "w" });
        Assert.Multiple(() =>
        {
            Assert.That(frame.Formula, Is.EqualTo("y ~ x + a + `my z` - a + (1 | id)"));
            Assert.That(frame.XNames(), Is.EqualTo(new[] { "(Intercept)", "x", "`my z`" }));
            Assert.That(ModelFormula.Parse(frame.Formula).Canonical, Is.EqualTo("y ~ x + `my z` + (1 | id)"));
        });
    }

    [TestCase("y ~ .^2 + (1 | id)", "y ~ (x + a)^2 + (1 | id)")]
    [TestCase("y ~ x * . + (1 | id)", "y ~ x * (x + a) + (1 | id)")]
    [TestCase("log(y) ~ 0 + . + (1 | id)", "log(y) ~ 0 + x + a + (1 | id)")]
    [TestCase("y ~ x - (.) + (1 | id)", "y ~ x - (x + a) + (1 | id)")]
    public void ADotIsBracketedWhereItMustBe(string formula, string expanded) => Assert.That(
        ModelFormula.Parse(formula).Expand(["y", "x", "id", "a"]).ToString(), Is.EqualTo(expanded));

    [Test]
    public void ADotThatStandsForNothingSaysSo()
    {
        FormulaException error = Assert.Throws<FormulaException>(
            () => ModelFormula.Parse("y ~ . + (1 | id)").Expand(["id", "y", "w"], ["w"]))!;
        Assert.That(error.Message, Does.Contain("'.' stands for no column").And.Contain("Leave it out"));
        Assert.That(error.Position, Is.EqualTo(4));
    }
}
