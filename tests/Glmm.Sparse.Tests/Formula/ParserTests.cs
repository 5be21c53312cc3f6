using Glmm.Sparse.Formula;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

[TestFixture]
internal sealed class ParserTests
{
    [TestCase("y~x+(1|id)", "y ~ x + (1 | id)")]
    [TestCase("y~a*b+a:b+(1|id)", "y ~ a * b + a:b + (1 | id)")]
    [TestCase("y ~ (a+b)^2+(1+t||id)", "y ~ (a + b)^2 + (1 + t || id)")]
    [TestCase("y ~ I(week>2)+(1|center : id)", "y ~ I(week > 2) + (1 | center:id)")]
    [TestCase("cbind(s,n-s)~1+(1|g)", "cbind(s, n - s) ~ 1 + (1 | g)")]
    [TestCase("y == 'y' ~ 0+f+(1|g)", "y == \"y\" ~ 0 + f + (1 | g)")]
    [TestCase("r / n ~ -1 + x + (1|g)", "r/n ~ -1 + x + (1 | g)")]
    [TestCase("y ~ I(x ** 2) + I(x*2) + (1|g)", "y ~ I(x^2) + I(x * 2) + (1 | g)")]
    [TestCase("y ~ I(!(a&b|c)) + (1|g)", "y ~ I(!(a & b | c)) + (1 | g)")]
    [TestCase("y ~ I(x>100000) + I(x<0.00001) + (1|g)", "y ~ I(x > 1e+05) + I(x < 1e-05) + (1 | g)")]
    [TestCase("y ~ I(x!=2.50) + (1|g)", "y ~ I(x != 2.5) + (1 | g)")]
    [TestCase("y ~ I(x>123456) + I(x>2L) + I(-x^2) + (1|g)", "y ~ I(x > 123456) + I(x > 2L) + I(-x^2) + (1 | g)")]
    [TestCase("y ~ `body mass` + (1|`my id`)", "y ~ `body mass` + (1 | `my id`)")]
    [TestCase("y ~\n  x +\n\t(1 | id)", "y ~ x + (1 | id)")]
    [TestCase("größe ~ .x_1 + (1|id)", "größe ~ .x_1 + (1 | id)")]
    [TestCase("y ~ log(x, 2) + offset(log(e)) + (1|g)", "y ~ log(x, 2) + offset(log(e)) + (1 | g)")]
    [TestCase("y ~ f == \"it's \\\"\" + 1 + (1|g)", null)]
    public void CanonicalFormIsThatOfRAndParsesToItself(string formula, string? canonical)
    {
        if (canonical is null)
        {
            Assert.That(() => ModelFormula.Parse(formula), Throws.TypeOf<FormulaException>());
            return;
        }

        ModelFormula parsed = ModelFormula.Parse(formula);
        Assert.That(parsed.ToString(), Is.EqualTo(canonical));
        Assert.That(ModelFormula.Parse(canonical).ToString(), Is.EqualTo(canonical));
    }

    [TestCase("a + b", "a b")]
    [TestCase("a + b - a", "b")]
    [TestCase("a * b", "a b a:b")]
    [TestCase("b:a + a", "a b:a")]
    [TestCase("a:b + a*b", "a b a:b")]
    [TestCase("a * b * c", "a b c a:b a:c b:c a:b:c")]
    [TestCase("(a + b + c)^2", "a b c a:b a:c b:c")]
    [TestCase("(a + b)^3", "a b a:b")]
    [TestCase("(a * b + c)^2", "a b c a:b a:c b:c a:b:c")]
    [TestCase("(a + b:c + d)^2", "a d a:d b:c a:b:c b:c:d")]
    [TestCase("a * b - a:b", "a b")]
    [TestCase("a / b", "a a:b")]
    [TestCase("(a + b) / c", "a b a:b:c")]
    [TestCase("a / (b + c)", "a a:b a:c")]
    [TestCase("a:a + a", "a")]
    [TestCase("a:(b + c)", "a:b a:c")]
    [TestCase("log(a) * I(b^2)", "log(a) I(b^2) log(a):I(b^2)")]
    [TestCase("c + a:b + b", "c b a:b")]
    [TestCase("(a + (b + c)) - (b)", "a c")]
    public void TermsExpandAndOrderAsInR(string sum, string terms)
    {
        TermList list = ModelFormula.Parse($"y ~ {sum} + (1 | id)").FixedTerms;
        Assert.That(string.Join(" ", list.Terms), Is.EqualTo(terms));
        Assert.That(list.HasIntercept, Is.True);
    }

    [TestCase("0 + a", false)]
    [TestCase("a - 1", false)]
    [TestCase("-1 + a", false)]
    [TestCase("a + 0", false)]
    [TestCase("0 + a + 1", true)]
    [TestCase("a - 0", true)]
    [TestCase("(a - 1)", false)]
    [TestCase("1", true)]
    public void LastWordOnTheInterceptCounts(string sum, bool hasIntercept) =>
        Assert.That(ModelFormula.Parse($"y ~ {sum} + (1 | id)").FixedTerms.HasIntercept, Is.EqualTo(hasIntercept));

    [Test]
    public void FormulaOfRandomTermsAloneHasAnIntercept()
    {
        ModelFormula formula = ModelFormula.Parse("y ~ (1 + t | a:b)");
        Assert.That(formula.FixedTerms.HasIntercept, Is.True);
        Assert.That(formula.FixedTerms.Terms, Is.Empty);
        Assert.That(formula.Group, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(formula.RandomTerms[0].ToString(), Is.EqualTo("(1 + t | a:b)"));
        Assert.That(formula.RandomTerms[0].Uncorrelated, Is.False);
    }

    [Test]
    public void ColumnsAreAllThatTheFormulaNamesOnceEach() => Assert.That(
        ModelFormula.Parse("cbind(s, n - s) ~ log(x) * f + offset(log(e)) + I(x > 2) + (1 + `my t` || c:id)").Columns,
        Is.EqualTo(new[] { "s", "n", "x", "f", "e", "my t", "c", "id" }));

    [TestCase("y ~ x", 5, "no random-effect term")]
    [TestCase("", 0, "empty")]
    [TestCase("~ x + (1 | id)", 0, "no response")]
    [TestCase("y + x", 5, "no ~")]
    [TestCase("y ~ x ~ z", 6, "second ~")]
    [TestCase("y ~ x + ", 8, "ends where")]
    [TestCase("y ~ x + + (1 | id) z", 19, "'z' is not expected")]
    [TestCase("y ~ x) + (1 | id)", 5, "No '(' matches this ')'")]
    [TestCase("y ~ x + (1 | id))", 16, "No '(' matches this ')'")]
    [TestCase("y ~ body weight + (1 | id)", 9, "in backquotes: `body weight`")]
    [TestCase("y ~ (x + (1 | id)", 4, "never closed")]
    [TestCase("y ~ log(x + (1 | id)", 7, "parenthesis of log is never closed")]
    [TestCase("y ~ `x + (1 | id)", 4, "backquoted name is never closed")]
    [TestCase("y ~ I(f == 'a) + (1 | id)", 11, "string is never closed")]
    [TestCase("y ~ x = 2 + (1 | id)", 6, "compare with ==")]
    [TestCase("y ~ x %o% z + (1 | id)", 6, "%in%")]
    [TestCase("y ~ d$x + (1 | id)", 5, "directly")]
    [TestCase("y ~ 2x + (1 | id)", 4, "start with a digit")]
    [TestCase("y ~ I(x > 1e) + (1 | id)", 10, "exponent")]
    [TestCase("y ~ x > 2 + (1 | id)", 6, "I(x > 2")]
    [TestCase("y ~ x^2 + (1 | id)", 5, "I(x^2)")]
    [TestCase("y ~ (a + b)^b + (1 | id)", 11, "whole number")]
    [TestCase("y ~ 2 + (1 | id)", 4, "Only 0 and 1")]
    [TestCase("y ~ x + 1 | id", 10, "parentheses of its own")]
    [TestCase("y ~ x * (1 | id)", 11, "parentheses of its own")]
    [TestCase("y ~ x - (1 | id)", 8, "cannot be subtracted")]
    [TestCase("y ~ x + (1 | a/b)", 14, "only one grouping factor")]
    [TestCase("y ~ x + (1 | a) + (1 | b)", 18, "'a' and 'b'")]
    [TestCase("y ~ x + (1 | a | b)", 15, "one bar")]
    [TestCase("y ~ x + (1 | a + b)", 15, "interaction of columns")]
    [TestCase("y ~ x + (1 | 2)", 13, "interaction of columns")]
    [TestCase("y ~ x + (0 | id)", 8, "no effect")]
    [TestCase("y ~ x + (1 | id) + (t | id)", 19, "random intercept stands in two terms")]
    [TestCase("y ~ x + (1 + t | id) + (0 + t | id)", 23, "random effect of t stands in two terms")]
    [TestCase("y ~ x + polly(x) + (1 | id)", 8, "no function 'polly' here (did you mean 'poly'?)")]
    [TestCase("y ~ ns(x, dff = 3) + (1 | id)", 10, "no argument 'dff' (did you mean 'df'?)")]
    [TestCase("y ~ ns(x, df = 3, df = 4) + (1 | id)", 18, "given twice")]
    [TestCase("y ~ exp(x, 2) + (1 | id)", 4, "takes one argument; it has 2")]
    [TestCase("y ~ relevel(x) + (1 | id)", 4, "takes 2 arguments, x, ref")]
    [TestCase("y ~ f(x = x = 2) + (1 | id)", 12, "compare with ==")]
    [TestCase("y ~ log() + (1 | id)", 4, "takes one argument, or two")]
    [TestCase("y ~ scale(x, 1, 2, z) + (1 | id)", 4, "from 1 to 3 arguments: x, center, scale")]
    [TestCase("cbind(s) ~ x + (1 | id)", 0, "successes and failures")]
    [TestCase("log(cbind(s, f)) ~ x + (1 | id)", 4, "whole response")]
    [TestCase("1 ~ x + (1 | id)", 0, "names no column")]
    [TestCase("y ~ offset(x):z + (1 | id)", 4, "offset() can only be added")]
    [TestCase("y ~ log(.) + (1 | id)", 8, "name the columns")]
    [TestCase("y ~ x + (. | id)", 9, "name the columns")]
    [TestCase(". ~ x + (1 | id)", 0, "cannot stand in the response")]
    [TestCase("y ~ x:1 + (1 | id)", 6, "no term here")]
    [TestCase("y ~ I(a < b < c) + (1 | id)", 12, "do not chain")]
    [TestCase("y ~ factor(x + 1) + (1 | id)", 11, "name of a column")]
    [TestCase("y ~ x + (1 + offset(z) | id)", 9, "outside the random-effect")]
    [TestCase("y ~ `` + (1 | id)", 4, "empty")]
    [TestCase("y ~ x + x:y + (1 | id)", 10, "cannot explain itself")]
    [TestCase("log(y) ~ x + (log(y) | id)", 14, "cannot explain itself")]
    public void BadFormulaShowsWhereAndHowToMend(string formula, int position, string message)
    {
        FormulaException error = Assert.Throws<FormulaException>(() => ModelFormula.Parse(formula))!;
        Assert.That(error.Message, Does.Contain(message).IgnoreCase);
        Assert.That(error.Position, Is.EqualTo(position), error.Message);
        string[] lines = error.Message.Split('\n');
        Assert.That(lines[^1], Is.EqualTo(new string(' ', 2 + position) + "^"));
        Assert.That(lines[^2], Is.EqualTo("  " + formula));
    }

    [Test]
    public void HostileInputEndsWithAnError()
    {
        string deep = "y ~ " + new string('(', 100_000) + "x";
        string signs = "y ~ " + new string('-', 3_000) + "x + (1 | id)";
        string nested = "y ~ " + new string('(', 1_000) + "x";
        string wide = "y ~ " + string.Join(" * ", Enumerable.Range(0, 40).Select(i => $"x{i}")) + " + (1 | id)";
        string power = "y ~ (" + string.Join(" + ", Enumerable.Range(0, 60).Select(i => $"x{i}")) + ")^9 + (1 | id)";
        foreach (string formula in new[] { deep, signs, nested, wide, power })
            Assert.That(() => ModelFormula.Parse(formula), Throws.TypeOf<FormulaException>());
    }

    [Test]
    public void LongSumParses()
    {
        string sum = string.Join(" + ", Enumerable.Range(0, 1_500).Select(i => $"x{i}"));
        Assert.That(ModelFormula.Parse($"y ~ {sum} + (1 | id)").FixedTerms.Terms, Has.Count.EqualTo(1_500));
    }
}
