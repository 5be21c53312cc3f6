using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.ModelLayer;
using Glmm.Sparse.Threading;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>How fits end that cannot end well, and that those which can are not accused.</summary>
[TestFixture]
internal sealed class VerdictTests
{
    private const int Clusters = 30;
    private const int Size = 8;
    private const int Rows = Clusters * Size;

    private static readonly double[] Ones = [.. Enumerable.Repeat(1.0, Rows)];
    private static readonly int[] Cluster = [.. Enumerable.Range(0, Rows).Select(r => r / Size)];

    // One of four levels per row, crossed with the clusters.
    private static readonly int[] Level = [.. Enumerable.Range(0, Rows).Select(r => r % 4)];

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ALevelWithoutSuccessesSeparatesAndIsNamed(EstimationMethod method)
    {
        double[] y = Binary((r, uniform) => Level[r] != 2 && uniform < 0.5);
        GlmmFit fit = GlmmEstimator.Fit(method, Design(y, Indicator(1), Indicator(2), Indicator(3)), Family.Binomial);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(fit.Message, Does.StartWith("The fixed effects 'x2' separate the response 'y'"));
    }

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ALevelWithoutFailuresSeparatesAndIsNamed(EstimationMethod method)
    {
        double[] y = Binary((r, uniform) => Level[r] == 3 || uniform < 0.5);
        GlmmFit fit = GlmmEstimator.Fit(method, Design(y, Indicator(1), Indicator(2), Indicator(3)), Family.Binomial);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(fit.Message, Does.StartWith("The fixed effects 'x3' separate"));
    }

    [TestCase("logit")]
    [TestCase("probit")]
    [TestCase("cloglog")]
    public void ACovariateThatOrdersTheResponseSeparatesCompletely(string link)
    {
        var random = new Random(4);
        double[] x = Designs.Normal(random, Rows), y = [.. x.Select(v => v > 0.1 ? 1.0 : 0)];
        PqlFit fit = Pql.Fit(Design(y, x), Family.Binomial, Link.Parse(link));
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(fit.Message, Does.Contain("'x1'"));
    }

    [Test]
    public void TiesAtTheBorderSeparateQuasiCompletely()
    {
        double[] x = [.. Enumerable.Range(0, Rows).Select(r => (double)((r % 5) - 2))];
        double[] y = Binary((r, uniform) => x[r] > 0 || (x[r] == 0 && uniform < 0.5));
        PqlFit fit = Pql.Fit(Design(y, x), Family.Binomial);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(fit.Message, Does.Contain("'x1'"));
    }

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ALevelOfZeroCountsSeparatesAndIsNamed(EstimationMethod method)
    {
        var random = new Random(9);
        double[] y = [.. Level.Select(level => level == 1 ? 0.0 : random.Next(5))];
        GlmmFit fit = GlmmEstimator.Fit(method, Design(y, Indicator(1), Indicator(2), Indicator(3)), Family.Poisson);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(fit.Message, Does.StartWith("The fixed effects 'x1' separate"));
    }

    [Test]
    public void TheMessageOfASeparationIsAWarningToo()
    {
        double[] y = Binary((r, uniform) => Level[r] != 2 && uniform < 0.5);
        PqlFit fit = Pql.Fit(Design(y, Indicator(2)), Family.Binomial);
        Assert.That(fit.Warnings, Has.Member(fit.Message));
        Assert.That(fit.Converged, Is.False);
    }

    [TestCase(EstimationMethod.Pql, 1)]
    [TestCase(EstimationMethod.Pql, 2)]
    [TestCase(EstimationMethod.Mql, 1)]
    [TestCase(EstimationMethod.Mql, 3)]
    public void ALevelWithFewSuccessesIsNotAccused(EstimationMethod method, int successes)
    {
        double[] y = Binary((r, uniform) => Level[r] != 2 && uniform < 0.5);
        for (int i = 0; i < successes; i++) y[2 + (4 * 7 * i)] = 1;
        GlmmFit fit = GlmmEstimator.Fit(method, Design(y, Indicator(1), Indicator(2), Indicator(3)), Family.Binomial);
        Assert.That(fit.Converged, Is.True, fit.Message);
    }

    [Test]
    public void OneEventAmongAllRowsIsNotAccused()
    {
        double[] y = new double[Rows];
        y[17] = 1;
        GlmmFit fit = Mql.Fit(Design(y), Family.Binomial);
        Assert.That(fit.Verdict, Is.Not.EqualTo(Verdict.Separated), fit.Message);
    }

    [Test]
    public void OneCountInALevelIsNotAccused()
    {
        var random = new Random(9);
        double[] y = [.. Level.Select(level => level == 1 ? 0.0 : random.Next(5))];
        y[1] = 1;
        PqlFit fit = Pql.Fit(Design(y, Indicator(1), Indicator(2), Indicator(3)), Family.Poisson);
        Assert.That(fit.Converged, Is.True, fit.Message);
    }

    [Test]
    public void AlmostOrderedIsNotAccused()
    {
        var random = new Random(4);
        double[] x = Designs.Normal(random, Rows), y = [.. x.Select(v => v > 0.1 ? 1.0 : 0)];
        int lowest = Array.IndexOf(x, x.Min()), highest = Array.IndexOf(x, x.Max());
        (y[lowest], y[highest]) = (1, 0);
        GlmmFit fit = Mql.Fit(Design(y, x), Family.Binomial);
        Assert.That(fit.Verdict, Is.Not.EqualTo(Verdict.Separated), fit.Message);
    }

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void TooFewIterationsStall(EstimationMethod method)
    {
        GlmmFit fit = GlmmEstimator.Fit(method, Counts(), Family.Poisson, null, new FitOptions { MaxIterations = 1 });
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Stalled));
        Assert.That(fit.Converged, Is.False);
        Assert.That(fit.Iterations, Is.EqualTo(1));
        Assert.That(fit.Message, Does.Match(
            @"^After 1 iteration the next step is still [0-9.E-]+ standard errors long, the tolerance being 1E-08\. Allow more "
              + @"iterations, or use fewer random effects\.$"));
    }

    [TestCase(EstimationMethod.Pql, 1)]
    [TestCase(EstimationMethod.Pql, 2)]
    [TestCase(EstimationMethod.Mql, 1)]
    public void AStalledFitKeepsItsBestIterate(EstimationMethod method, int iterations)
    {
        List<double> norms = [];
        var options = new FitOptions { MaxIterations = iterations, Progress = new ImmediateProgress<FitProgress>(p => norms.Add(p.GradientNorm)) };
        GlmmFit fit = GlmmEstimator.Fit(method, Counts(), Family.Poisson, null, options);
        Assert.That(fit.GradientNorm, Is.LessThanOrEqualTo(norms.Min()));
        Assert.That(fit.FixedEffects.Select(e => e.StandardError), Is.All.GreaterThan(0));

        // Deviance and estimates are of the same iterate.
        double deviance = fit.Fitted(Counts()).DevianceResidual.Sum(d => d * d);
        Assert.That(fit.Deviance, Is.EqualTo(deviance).Within(1e-9 * deviance));
    }

    [Test]
    public void MoreIterationsAreCloserToTheSolution()
    {
        double Norm(int iterations)
        {
            var options = new FitOptions { MaxIterations = iterations, Tolerance = 1e-12 };
            return Pql.Fit(Counts(), Family.Poisson, null, options).GradientNorm;
        }

        Assert.That(Norm(4), Is.LessThan(Norm(2)));
    }

    [Test]
    public void AColumnWithoutWeightIsNotIdentified()
    {
        // x1 and x2 differ only in rows that hardly count.
        var random = new Random(2);
        double[] y = [.. Level.Select(_ => (double)random.Next(5))], x1 = Indicator(1);
        double[] x2 = [.. Level.Select((level, r) => level == 2 ? random.Next(2) : x1[r])];
        double[] weight = [.. Level.Select(level => level == 2 ? 1e-200 : 1.0)];
        PqlFit fit = Pql.Fit(Designs.Of(y, [Ones, x1, x2], [Ones], Cluster, weight), Family.Poisson);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.NotIdentified), fit.Message);
        Assert.That(fit.Message, Does.StartWith("The fixed effect 'x2' is not determined by the data"));
    }

    [Test]
    public void WarningsAboutTheDataReachTheFit()
    {
        double[] y = Binary((_, uniform) => uniform < 0.5);
        int[] alone = [.. Enumerable.Range(0, Rows)];
        double[] counts = [.. y.Select((v, r) => v + (r % 3))];
        PqlFit single = Pql.Fit(Designs.Of(counts, [Ones], [Ones], alone), Family.Poisson);
        Assert.That(single.Warnings, Has.Exactly(1).StartsWith("Every cluster of 'g' has one row"));
    }

    private static ClusteredDesign Counts()
    {
        RandomData data = RandomData.Simulate(21, Family.Poisson, 2, 30, 8);
        return data.Design();
    }

    private static ClusteredDesign Design(double[] y, params double[][] x) =>
        Designs.Of(y, [Ones, .. x], [Ones], Cluster);

    private static double[] Indicator(int level) => [.. Level.Select(l => l == level ? 1.0 : 0)];

    private static double[] Binary(Func<int, double, bool> success)
    {
        var random = new Random(31);
        return [.. Enumerable.Range(0, Rows).Select(r => success(r, random.NextDouble()) ? 1.0 : 0)];
    }
}
