using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>What functions say when they are misused, and what they do that R does not.</summary>
[TestFixture]
internal sealed class FormulaFunctionTests
{
    private static readonly DateColumn Days = new(
        (NumericColumn)TableColumn.Numeric("day", 19782, 19783, 19784, 19785, 19790, 19800, 19801, 19802), DateUnit.Days);

    private static readonly ColumnTable Table = ColumnTable.FromColumns(
        TableColumn.Numeric("y", 1, 3, 2, 5, 4, 6, 8, 7), TableColumn.Numeric("x", 1, 2, 4, 3, 5, 7, 6, 9),
        TableColumn.Numeric("k", 1, 2, 3, 4, 1, 2, 3, 4), TableColumn.Numeric("zero", 0, 0, 0, 0, 0, 0, 1, 2),
        TableColumn.Numeric("same", 3, 3, 3, 3, 3, 3, 3, 3), TableColumn.Text("a", "p", "q", "p", "q", "r", "r", "p", "q"),
        TableColumn.Boolean("s", true, false, false, true, true, false, true, false), Days,
        TableColumn.Text("id", "i", "i", "j", "j", "k", "k", "l", "l"));

    [TestCase("poly(k, 5)", "poly(k, 5) needs more than 5 different values, and k has 4. Lower the degree to 3 or less.")]
    [TestCase("poly(same, 1)", "same has 1. Leave it out")]
    [TestCase("poly(x, 1.5)", "degree of poly() is a whole number")]
    [TestCase("poly(x, degree = 0)", "degree of poly() is a whole number of 1 or more, and is 0")]
    [TestCase("poly(a, 2)", "'a' is text")]
    [TestCase("log(poly(x, 2))", "poly() makes several columns")]
    [TestCase("ns(x, df = 0)", "df of ns() is at least 1 here, and is 0")]
    [TestCase("bs(x, df = 2)", "df of bs() is at least 3 here, and is 2")]
    [TestCase("bs(x, degree = 30)", "is at most 20")]
    [TestCase("ns(x, knots = c(2, 12))", "lists 12, and knots lie between the boundaries 1 and 9; take it out, or widen")]
    [TestCase("ns(zero, df = 3)", "would put a knot at 0, since many rows have that value")]
    [TestCase("ns(same, df = 2)", "same is the same in all rows")]
    [TestCase("ns(x, knots = 'a')", "knots of ns() takes numbers, such as c(1, 2.5), not \"a\"")]
    [TestCase("ns(x, df = k)", "k is no constant")]
    [TestCase("ns(x, df = 2, Boundary.knots = c(1, 1))", "takes two different numbers")]
    [TestCase("ns(x, df = 2, intercept = 1)", "intercept of ns() is TRUE or FALSE")]
    [TestCase("ns(log(zero), df = 2)", "log(zero) is -Inf in row 1, where zero = 0")]
    [TestCase("C(x, contr.sum)", "C() codes a factor, and x is numeric; write C(factor(x), contr.sum)")]
    [TestCase("C(a, contr.summ)", "(did you mean 'contr.sum'?)")]
    [TestCase("C(a, contr.sum(4))", "contr.sum(4) is for 4 levels, and a has 3")]
    [TestCase("C(a, contr.treatment, base = 4)", "base of C() is the number of a level, and a has 3")]
    [TestCase("C(a, contr.sum, base = 2)", "is for contr.treatment")]
    [TestCase("relevel(a, ref = 'Q')", "is 'Q', which is no level of a that occurs in the rows used (did you mean 'q'?)")]
    [TestCase("relevel(ordered(a), ref = 'q')", "is an ordered factor")]
    [TestCase("factor(a, levels = c('p', 'q'))", "leaves out 'r', which occurs in the rows used; list every level")]
    [TestCase("factor(a, levels = c('p', 'q', 'r', 'p'))", "lists 'p' twice")]
    [TestCase("factor(a, labels = c('A', 'B'))", "labels of factor() lists 2, and there are 3 levels")]
    [TestCase("I(factor(a))", "factor() makes a factor, which cannot stand where a number is needed")]
    [TestCase("cut(x, c(0, 3, 6))", "has no level for row 6, where x = 7; widen the breaks")]
    [TestCase("cut(x, 3)", "breaks of cut() takes two or more different numbers")]
    [TestCase("cut(x, c(0, 3, 10), labels = 'one')", "takes 2 different strings")]
    [TestCase("scale(x, scale = 0)", "is TRUE, FALSE or a number above 0")]
    [TestCase("I(a %in% c('p', 'Q'))", "'Q' occurs nowhere in column 'a'")]
    [TestCase("I(x %in% c('p'))", "x holds no text")]
    [TestCase("I(day > 'March')", "\"March\" is no date; write one as in \"2024-03-01\"")]
    [TestCase("c(1, 2)", "names no column")]
    [TestCase("contr.sum(3)", "names no column")]
    [TestCase("interaction(id, id, id, id, id, id, id, id, id)", "more than 100000 combinations")]
    public void AMisuseSaysHowToMendIt(string term, string message)
    {
        GlmmException error = Assert.Catch<GlmmException>(() => Frame(term))!;
        Assert.That(error.Message, Does.Contain(message));
    }

    [Test]
    public void DatesCompareWithStrings() => Assert.That(
        Frame("I(day >= '2024-03-05')").Design.FixedEffects[1].Values(),
        Is.EqualTo(new double[] { 0, 0, 0, 0, 1, 1, 1, 1 }));

    [Test]
    public void NewRowsKeepWhatNestedCallsTookFromTheData()
    {
        ModelSchema schema = Frame("ns(scale(x), df = 3) + cut(scale(k), c(-Inf, 0, Inf))").Schema;
        PredictionFrame all = schema.Apply(Table), some = schema.Apply(Table.Rows(2, 5));
        int p = all.FixedEffectCount;
        Assert.That(some.FixedEffects[..p].ToArray(), Is.EqualTo(all.FixedEffects.Slice(2 * p, p).ToArray()));
        Assert.That(some.FixedEffects.Slice(p, p).ToArray(), Is.EqualTo(all.FixedEffects.Slice(5 * p, p).ToArray()));
    }

    [Test]
    public void ALevelThatACallNeverMadeIsUnknown()
    {
        ModelSchema schema = Frame("cut(x, c(0, 3, 10, 20))").Schema;
        ColumnTable rows = ColumnTable.FromColumns(TableColumn.Numeric("x", 2, 15), TableColumn.Text("id", "i", "j"));
        Assert.That(
            () => schema.Apply(rows),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains(
                "cut(x, c(0, 3, 10, 20)) holds 'x = 15' in row 2, a level that the model does not know"));
        PredictionFrame average = schema.Apply(
            rows, new PredictionFrameOptions { UnseenLevels = UnseenLevels.Population });
        Assert.That(average.FixedEffects.ToArray(), Is.EqualTo(new[] { 1, 0, 1, 0.5 }));
    }

    [TestCase("factor(a)", "p")]
    [TestCase("relevel(a, ref = 'q')", "q")]
    [TestCase("factor(k > 2)", null)]
    [TestCase("interaction(s, s, sep = '')", null)]
    public void ABinomialResponseMayBeAFactorCall(string response, string? failure)
    {
        ModelFrame frame = ModelFrame.Create(Table, $"{response} ~ x + (1 | id)", Family.Binomial);
        double[] y = frame.Design.Response.Values();
        for (int row = 0; row < y.Length; row++)
        {
            double expected = failure is not null ? ((TextColumn)Table["a"]!).LabelAt(row) == failure ? 0 : 1
                : response.StartsWith("factor", StringComparison.Ordinal) ? ((NumericColumn)Table["k"]!)[row] > 2 ? 1 : 0
                : ((BooleanColumn)Table["s"]!)[row];
            Assert.That(y[row], Is.EqualTo(expected), $"row {row + 1}");
        }

        Assert.That(
            () => ModelFrame.Create(Table, $"{response} ~ x + (1 | id)", Family.Gaussian),
            Throws.TypeOf<FormulaException>().With.Message.Contains("only the binomial family takes"));
        PredictionFrame again = frame.Schema.Apply(Table, new PredictionFrameOptions { Response = true });
        Assert.That(again.Response.ToArray(), Is.EqualTo(y));
    }

    [Test]
    public void ConstantsDoNotDependOnTheOrderOfRows()
    {
        const string formula = "poly(x, 3) + ns(x, df = 4) + bs(day, df = 5)";
        DataConstant[] given = [.. Frame(formula).Schema.Constants];
        for (int seed = 0; seed < 5; seed++)
        {
            int[] order = [.. Enumerable.Range(0, 8)];
            new Random(seed).Shuffle(order);
            var shuffled = ColumnTable.FromColumns([.. Table.Columns.Select(column => column.Take(order))]);
            DataConstant[] actual =
                [.. ModelFrame.Create(shuffled, $"y ~ {formula} + (1 | id)", Family.Gaussian).Schema.Constants];
            Assert.That(actual.Select(Numbers), Is.EqualTo(given.Select(Numbers)));
        }
    }

    private static double[] Numbers(DataConstant constant) => constant switch
    {
        PolynomialConstant polynomial => [.. polynomial.Alpha, .. polynomial.SquaredNorms],
        SplineConstant spline => [.. spline.Knots, spline.Lower, spline.Upper],
        _ => throw new AssertionException($"{constant} is not expected."),
    };

    private static ModelFrame Frame(string term) =>
        ModelFrame.Create(Table, $"y ~ {term} + (1 | id)", Family.Gaussian);
}
