using System.Globalization;
using System.Text.RegularExpressions;
using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Diagnostics;

/// <summary>What the report finds, in the words that it uses.</summary>
[TestFixture]
internal sealed partial class ConvergenceReportTests
{
    [Test]
    public void OfASoundFitNothingSpeaksAgainstIt()
    {
        ClusteredDesign design = ReferenceDesign.Read("grouseticks_brood", "unstructured");
        LaplaceReport(design, Family.Poisson, out ConvergenceReport report);
        Assert.That(report.Severity, Is.EqualTo(ConvergenceSeverity.Note));
        Assert.That(report.ToString(), Does.StartWith("This fit converged, and nothing is wrong with how. Whether the model fits is for ModelDiagnostics.\n  NOTE     convergence: Converged in "));
        Assert.That(Text(report, "clusters"), Does.StartWith("118 clusters of 'cluster' with 1 to 10 rows (median 3), "));
        Assert.That(report.FixedEffectCondition, Is.InRange(1, 30));
    }

    [Test]
    public void AVarianceOfZeroIsNamed()
    {
        ClusteredDesign design = ReferenceDesign.Read("dyestuff2_ri", "unstructured");
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        ConvergenceReport report = ConvergenceReport.Of(fit, design);
        Assert.That(report.Severity, Is.EqualTo(ConvergenceSeverity.Warning));
        Assert.That(
            Text(report, "boundary"), Does.StartWith(
                "The standard deviation of the random effect '(Intercept)' is 0: the data show no variation"));
        Assert.That(Text(report, "clusters"), Does.StartWith("6 clusters are few"));
    }

    [Test]
    public void TheNullDirectionOfDIsSpelledOut()
    {
        RandomData data = RandomData.Simulate(23, Family.Gaussian, 2, 15, 7);
        PqlFit fit = Pql.Fit(data.Design(), Family.Gaussian);
        Assert.That(fit.Singular, Is.True);
        string text = Text(ConvergenceReport.Of(fit, data.Design()), "boundary");
        Match parts = NullDirection().Match(text);
        Assert.That(parts.Success, Is.True, text);
        double first = double.Parse(parts.Groups[1].Value, CultureInfo.InvariantCulture);
        double second = double.Parse(parts.Groups[2].Value, CultureInfo.InvariantCulture);
        double[,] d = fit.Covariance;
        double variance = (first * first * d[0, 0]) + (2 * first * second * d[0, 1]) + (second * second * d[1, 1]);
        Assert.That(variance, Is.LessThan(1e-3 * d[1, 1]), "four digits of a direction that does not vary");
        Assert.That(Math.Max(Math.Abs(first), Math.Abs(second)), Is.EqualTo(1));
        Assert.That(text, Does.Contain($"(their correlation is {Math.Sign(d[0, 1])})"));
    }

    [Test]
    public void ColumnsHardlyToldApartAreNamedAndThoseLeftOutToo()
    {
        RandomData data = RandomData.Simulate(6, Family.Gaussian, 1, 40, 8);
        double[] nearly = [.. data.X[1].Select((x, r) => x + (1e-3 * Math.Sin(r)))];
        double[] copy = [.. data.X[0].Select((_, r) => data.X[1][r] - (3 * data.X[2][r]))];
        data = data with { X = [.. data.X, nearly, copy] };
        ConvergenceReport report = ConvergenceReport.Of(Pql.Fit(data.Design(), Family.Gaussian), data.Design());
        Assert.That(report.FixedEffectCondition, Is.GreaterThan(1000));
        Assert.That(
            Text(report, "fixed effects"), Does.StartWith("'x4' is a combination of other columns and was left out"));
        Assert.That(Text(report, "fixed effects", 1), Does.StartWith(
            "The data hardly tell apart the fixed effects 'x1', 'x3' (condition "));
    }

    [Test]
    public void SeparationIsAProblem()
    {
        RandomData data = RandomData.Simulate(6, Family.Binomial, 1, 30, 8);
        data = data with
        {
            Weight = [.. data.Y.Select(_ => 1.0)],
            Y = [.. Enumerable.Range(0, data.Rows).Select(r => data.X[1][r] > 0 ? 1.0 : 0)],
        };
        PqlFit fit = Pql.Fit(data.Design(), Family.Binomial);
        ConvergenceReport report = ConvergenceReport.Of(fit, data.Design());
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(report.Severity, Is.EqualTo(ConvergenceSeverity.Problem));
        Assert.That(report.Findings[0].Subject, Is.EqualTo("separation"));
        Assert.That(report.Findings[0].Text, Does.StartWith("Not converged: the response is separated. "));
        Assert.That(report.ToString(), Does.StartWith("This fit should not be used.\n"));
        Assert.That(
            report.Findings.Count(f => f.Text.Contains(fit.Message!, StringComparison.Ordinal)), Is.EqualTo(1), "said once");
    }

    [Test]
    public void ClustersOfAllFailuresOrSuccessesAreCounted()
    {
        RandomData data = RandomData.Simulate(31, Family.Binomial, 1, 60, 4);
        data = data with { Weight = [.. data.Y.Select(_ => 1.0)], Y = [.. data.Y.Select(y => y > 0.5 ? 1.0 : 0)] };
        ConvergenceReport report = ConvergenceReport.Of(Pql.Fit(data.Design(), Family.Binomial), data.Design());
        int Count(double value) => Enumerable.Range(0, 60).Count(c =>
            Enumerable.Range(0, data.Rows).Where(r => data.Cluster[r] == c).All(r => data.Y[r] == value));
        Assert.That(Text(report, "separation"), Does.StartWith($"{Count(0)} clusters have failures only and {Count(1)} successes only"));
        Assert.That(Text(report, "approximation"), Does.StartWith("Approximation risk: "));
        Assert.That(
            ConvergenceReport.Of(Pql.Fit(data.Design(), Family.Binomial), data.Design(), approximationRisk: false).Findings
                .Any(f => f.Subject == "approximation"), Is.False);
    }

    [Test]
    public void ARunOutOfIterationsIsAProblem()
    {
        RandomData data = RandomData.Simulate(31, Family.Poisson, 2, 30, 8);
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson, null, new FitOptions { MaxIterations = 1 });
        ConvergenceReport report = ConvergenceReport.Of(fit, data.Design());
        Assert.That(report.Findings[0].Severity, Is.EqualTo(ConvergenceSeverity.Problem));
        Assert.That(report.Findings[0].Text, Does.StartWith("Not converged: the iterations made no progress. After 1 iteration"));
    }

    [Test]
    public void SmallClustersSinglesAndSlopesWithoutMeanAreTold()
    {
        int[] cluster = [.. Enumerable.Range(0, 40), 0, 1, 2, 0];
        var random = new Random(4);
        double[] y = [.. cluster.Select(_ => random.NextDouble())], ones = [.. cluster.Select(_ => 1.0)];
        double[] time = [.. cluster.Select((_, r) => (double)(r % 7))];
        ClusteredDesign Design(CovarianceStructure structure, params DesignColumn[] z) => ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [DesignColumn.FromValues("(Intercept)", ones)], z,
            new ClusterIndex("g", cluster, 40), covariance: structure);
        ClusteredDesign single = Design(CovarianceStructure.Unstructured(1), DesignColumn.FromValues("(Intercept)", ones));
        ConvergenceReport report = ConvergenceReport.Of(
            Pql.Fit(single, Family.Gaussian), single);
        Assert.That(Text(report, "clusters"), Does.StartWith("More than half of the clusters have a single row"));
        Assert.That(report.Findings.Select(f => f.Text), Has.Some.Contains("with 1 to 3 rows (median 1), 37 with a single row"));
        ClusteredDesign slopes = Design(
            CovarianceStructure.Diagonal(2), DesignColumn.FromValues("(Intercept)", ones), DesignColumn.FromValues("t", time));
        report = ConvergenceReport.Of(Pql.Fit(slopes, Family.Gaussian, null, new FitOptions { MaxIterations = 5 }), slopes);
        Assert.That(Text(report, "random effects"), Does.StartWith("'t' has a random effect but no fixed one of that name"));
        Assert.That(Text(report, "dispersion"), Does.StartWith("There are 80 random effects for 44 rows"));
    }

    [Test]
    public void ClustersSmallerThanTheirRandomEffectsAreTold()
    {
        RandomData data = RandomData.Simulate(31, Family.Poisson, 2, 60, 4);
        data = data.Take([.. Enumerable.Range(0, data.Rows).Where(r => r == 0 || data.Cluster[r] != data.Cluster[r - 1])]);
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson, null, new FitOptions { MaxIterations = 5 });
        Assert.That(
            ConvergenceReport.Of(fit, data.Design(), approximationRisk: false).Findings.Select(f => f.Text),
            Has.Some.StartsWith("No cluster has more rows than random effects (2)"));
    }

    [Test]
    public void FindingsComeGravestFirst()
    {
        ClusteredDesign design = ReferenceDesign.Read("dyestuff2_ri", "unstructured");
        ConvergenceReport report = ConvergenceReport.Of(Pql.Fit(design, Family.Gaussian), design);
        Assert.That(report.Findings.Select(f => f.Severity), Is.Ordered.Descending);
    }

    private static void LaplaceReport(ClusteredDesign design, Family family, out ConvergenceReport report) =>
        report = ConvergenceReport.Of(AdaptiveQuadrature.Fit(design, family), design);

    private static string Text(ConvergenceReport report, string subject, int index = 0) =>
        report.Findings.Where(f => f.Subject == subject).ElementAt(index).Text;

    [GeneratedRegex(@"^The combination (\S+)·'z0' \+ (\S+)·'z1' of the random effects does not vary")]
    private static partial Regex NullDirection();
}
