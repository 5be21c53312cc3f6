using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Formula;

/// <summary>Tests of terms and marginal means are about the model, however its factors are coded.</summary>
[TestFixture]
internal sealed class ContrastCodingTests
{
    private const double Near = 1e-6;
    private const string Treatment =
        "log(y + 1) ~ trt * factor(period) + poly(lage, 2) * trt + ns(lbase, df = 3) + (1 | subject)";

    private static readonly ColumnTable Table = CsvTable.Read(Repository.Data("epil.csv"));

    [TestCase("C(trt, contr.sum)", "C(factor(period), contr.sum)")]
    [TestCase("C(trt, contr.helmert)", "ordered(period)")]
    [TestCase("relevel(trt, ref = 'progabide')", "C(factor(period), contr.treatment, base = 3)")]
    [TestCase("trt", "C(ordered(period), contr.helmert)")]
    public void TypeIIAndTypeIIITestsDoNotDependOnTheCoding(string trt, string period)
    {
        FixedEffectInference treated = Fit(Treatment, out ModelSchema treatment);
        FixedEffectInference coded = Fit(Coded(trt, period), out ModelSchema coding);
        AssertSame(TermTests.TypeIII(coding, coded), TermTests.TypeIII(treatment, treated));
        AssertSame(TermTests.TypeII(coding, coded), TermTests.TypeII(treatment, treated));
    }

    [Test]
    public void UnderSumsToZeroTypeIIITestsTheColumnsAsTheyAre()
    {
        // As R's car::Anova(type = 3) does.
        FixedEffectInference sums = Fit(Coded("C(trt, contr.sum)", "C(factor(period), contr.sum)"), out ModelSchema schema);
        foreach (JointTest test in TermTests.TypeIII(schema, sums).Tests)
        {
            SchemaTerm term = schema.Terms.Single(term => term.Name == test.Name);
            JointTest columns = sums.Joint([.. term.Columns.Select(column => column.Name)]);
            Assert.That(test.NumeratorDegreesOfFreedom, Is.EqualTo(term.Columns.Count));
            Assert.That(test.Statistic, Is.EqualTo(columns.Statistic).Within(Near).Percent, test.Name);
        }
    }

    [TestCase("C(trt, contr.sum)", "C(factor(period), contr.helmert)")]
    [TestCase("relevel(trt, ref = 'progabide')", "ordered(period)")]
    public void MarginalMeansDoNotDependOnTheCoding(string trt, string period)
    {
        FixedEffectInference treated = Fit(Treatment, out ModelSchema treatment);
        FixedEffectInference coded = Fit(Coded(trt, period), out ModelSchema coding);
        MarginalMeans expected = MarginalMeans.Over(treatment, treated, ["trt"], ["period"]);
        MarginalMeans actual = MarginalMeans.Over(coding, coded, ["trt"], ["period"]);
        Assert.That(actual.Rows, Has.Count.EqualTo(8));
        for (int row = 0; row < 8; row++)
        {
            MarginalMean of = expected.Rows[row];
            Assert.That(actual.Rows[row].Levels, Is.EqualTo(of.Levels));
            Assert.That(actual.Rows[row].Link.Estimate, Is.EqualTo(of.Link.Estimate).Within(Near));
            Assert.That(actual.Rows[row].Link.StandardError, Is.EqualTo(of.Link.StandardError).Within(Near));
        }
    }

    [TestCase(2)]
    [TestCase(5)]
    [TestCase(12)]
    public void TrendsAreOrthonormalAndSumToZero(int levels)
    {
        string[] labels = [.. Enumerable.Range(1, levels).Select(level => $"l{level}")];
        double[][] columns = [.. ContrastCoding.Polynomial.Columns(labels).Select(column => column.Values)];
        Assert.That(columns, Has.Length.EqualTo(levels - 1));
        for (int a = 0; a < columns.Length; a++)
        {
            Assert.That(columns[a].Sum(), Is.EqualTo(0).Within(1e-12));
            for (int b = 0; b <= a; b++)
            {
                double product = columns[a].Zip(columns[b], (x, y) => x * y).Sum();
                Assert.That(product, Is.EqualTo(a == b ? 1 : 0).Within(1e-11));
            }
        }
    }

    private static string Coded(string trt, string period) => Treatment
        .Replace("trt", trt, StringComparison.Ordinal).Replace("factor(period)", period, StringComparison.Ordinal);

    private static void AssertSame(TermTestTable actual, TermTestTable expected)
    {
        Assert.That(actual.Tests, Has.Count.EqualTo(expected.Tests.Count));
        foreach ((JointTest test, JointTest of) in actual.Tests.Zip(expected.Tests))
        {
            Assert.That(test.NumeratorDegreesOfFreedom, Is.EqualTo(of.NumeratorDegreesOfFreedom), of.Name);
            Assert.That(test.Statistic, Is.EqualTo(of.Statistic).Within(1e-4).Percent, of.Name);
        }
    }

    private static FixedEffectInference Fit(string formula, out ModelSchema schema)
    {
        ModelFrame frame = ModelFrame.Create(Table, formula, Family.Gaussian);
        GlmmFit fit = Pql.Fit(frame.Design, Family.Gaussian, options: new FitOptions { Tolerance = 1e-10 });
        schema = frame.Schema;
        return FixedEffectInference.Create(fit, frame.Design, DegreesOfFreedomMethod.Infinite);
    }
}
