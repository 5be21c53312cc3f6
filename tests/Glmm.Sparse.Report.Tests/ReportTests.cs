using System.Globalization;
using System.Text.RegularExpressions;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Report.Tests;

/// <summary>What a report says, without a browser.</summary>
[TestFixture]
internal sealed partial class ReportTests
{
    [TestCase("epil")]
    [TestCase("toenail")]
    [TestCase("sleepstudy")]
    public void NumbersAreThoseOfTheFit(string name)
    {
        var sample = Sample.Named(name);
        string html = Reports.Of(name);
        var inference = FixedEffectInference.Create(sample.Fit, sample.Frame.Design);
        List<double[]> rows = Rows(html, "fixed-effects");
        Assert.That(rows, Has.Count.EqualTo(inference.Coefficients.Count));
        for (int j = 0; j < rows.Count; j++)
        {
            FixedEffectEstimate effect = inference.Coefficients[j];
            double[] expected = double.IsInfinity(effect.DegreesOfFreedom)
                ? [effect.Estimate, effect.StandardError, effect.Statistic, effect.PValue]
                : [effect.Estimate, effect.StandardError, effect.Statistic, effect.DegreesOfFreedom, effect.PValue];
            Assert.That(rows[j][..expected.Length], Is.EqualTo(expected).Within(1e-9).Percent, effect.Name);
            if (sample.Fit.Link.Name is "log" or "logit")
                Assert.That(rows[j][^1], Is.EqualTo(Math.Exp(effect.Estimate)).Within(1e-9).Percent);
        }

        double deviation = Math.Sqrt(sample.Fit.Covariance[0, 0]);
        Assert.That(Rows(html, "random-effects")[0][0], Is.EqualTo(deviation).Within(1e-9).Percent);
        double icc = VarianceDecomposition.Of(sample.Fit, sample.Frame.Design).AdjustedIcc;
        Assert.That(Number(Icc().Match(html).Groups[1].Value), Is.EqualTo(icc).Within(1e-9).Percent);
        Assert.That(html, Does.Contain(sample.Frame.Formula));
    }

    [Test]
    public void TheSameDataGiveTheModelsOwnEstimates()
    {
        foreach (string name in new[] { "epil", "toenail", "sleepstudy" })
        {
            var sample = Sample.Named(name);
            var report = ModelReport.Create(sample.Model, sample.Table);
            Assert.That(report.IsOfTheModel, name);
            Assert.That(report.Warnings, Is.Empty);
            Assert.That(
                report.Fit.FixedEffects.Select(e => e.Estimate),
                Is.EqualTo(sample.Fit.FixedEffects.Select(e => e.Estimate)));
        }
    }

    [Test]
    public void OtherDataAreTold()
    {
        var sample = Sample.Sleepstudy();
        var reaction = (NumericColumn)sample.Table["Reaction"]!;
        double[] moved = [.. Enumerable.Range(0, sample.Table.RowCount).Select(i => reaction[i] + (i == 7 ? 1 : 0))];
        var other = ColumnTable.FromColumns(
            TableColumn.Numeric("Reaction", moved), sample.Table["Days"]!, sample.Table["Subject"]!);
        var report = ModelReport.Create(sample.Model, other);
        Assert.That(report.IsOfTheModel, Is.False);
        Assert.That(report.Warnings.Single(), Does.StartWith("The data are not those that the model was fitted to"));
        using var page = new MemoryStream();
        report.WriteHtml(page);
        Assert.That(System.Text.Encoding.UTF8.GetString(page.ToArray()), Does.Contain("Other data."));
    }

    [Test]
    public void FewerRowsAreTold()
    {
        var sample = Sample.Sleepstudy();
        TableColumn[] columns =
        [
            .. new[] { "Reaction", "Days", "Subject" }.Select(name =>
            {
                var column = (NumericColumn)sample.Table[name]!;
                return TableColumn.Numeric(name, [.. Enumerable.Range(0, 100).Select(i => column[i])]);
            }),
        ];
        var report = ModelReport.Create(sample.Model, ColumnTable.FromColumns(columns));
        Assert.That(report.Warnings[0], Does.Contain("100 observations of 10 clusters").And.Contain("180 of 18"));
    }

    [Test]
    public void AModelWithoutClustersReportsAsWell()
    {
        var sample = Sample.Epil();
        var report = ModelReport.Create(sample.Model.WithoutClusters(), sample.Table);
        Assert.That(report.IsOfTheModel);
        Assert.That(report.Plots.Available, Does.Contain(ReportPlot.Caterpillar));
    }

    [Test]
    public void AMethodWithoutRandomEffectsSaysWhatItHasNot()
    {
        var sample = Sample.Of(
            Sample.Read("epil"), "y ~ lbase + (1 | subject)", Family.Poisson, EstimationMethod.Mql);
        string html = sample.Html();
        Assert.That(html, Does.Contain("data-missing=\"caterpillar\"").And.Contain("predicts no random effects"));
        Assert.That(html, Does.Contain("id=\"plot-residuals\""));
    }

    [Test]
    public void TheReportIsTheSameForAnyNumberOfThreads()
    {
        var sample = Sample.Sleepstudy();
        Assert.That(
            sample.Html(new ReportOptions { Threads = 2 }), Is.EqualTo(sample.Html(new ReportOptions { Threads = 1 })));
    }

    [Test]
    public void AHundredThousandClustersFitIntoASmallFile()
    {
        const int Clusters = 100_000, N = 2 * Clusters;
        var random = new Random(11);
        double[] x = new double[N], y = new double[N];
        double[] group = [.. Enumerable.Range(0, N).Select(i => (double)(i / 2))];
        double level = 0;
        for (int i = 0; i < N; i++)
        {
            if (i % 2 == 0) level = Normal();
            x[i] = Normal();
            y[i] = 1 + (0.5 * x[i]) + level + Normal();
        }

        var table = ColumnTable.FromColumns(
            TableColumn.Numeric("y", y), TableColumn.Numeric("x", x), TableColumn.Numeric("id", group));
        string html = Sample.Of(table, "y ~ x + (1 | id)", Family.Gaussian, EstimationMethod.Pql).Html();
        Assert.That(html, Has.Length.LessThan(1_000_000));
        Assert.That(html, Does.Contain("counted in hexagons").And.Contain("id=\"plot-influence\""));

        double Normal() => Kernels.NormalDistribution.Quantile((random.NextDouble() * 0.9998) + 0.0001);
    }

    [Test]
    public void OptionsOutOfRangeAreRefused()
    {
        var sample = Sample.Sleepstudy();
        Assert.That(
            () => ModelReport.Create(sample.Model, sample.Table, new ReportOptions { Clusters = 0 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("--clusters"));
        Assert.That(
            () => ModelReport.Create(sample.Model, sample.Table, new ReportOptions { Level = 1 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("--level"));
    }

    // The numbers in full of the rows of a table.
    private static List<double[]> Rows(string html, string id)
    {
        string table = html[html.IndexOf($"<table id=\"{id}\"", StringComparison.Ordinal)..];
        table = table[table.IndexOf("<tbody>", StringComparison.Ordinal)..table.IndexOf("</tbody>", StringComparison.Ordinal)];
        return
        [
            .. table.Split("<tr>").Skip(1)
                .Select(static row => Value().Matches(row).Select(m => Number(m.Groups[1].Value)).ToArray()),
        ];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("data-value=\"([^\"]*)\"")]
    private static partial Regex Value();

    [GeneratedRegex("id=\"icc\" data-value=\"([^\"]*)\"")]
    private static partial Regex Icc();
}
