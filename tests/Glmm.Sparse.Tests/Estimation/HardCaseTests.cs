using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Data that once broke the engine, or break others.</summary>
[TestFixture]
internal sealed class HardCaseTests
{
    [Test]
    public void QuadraticSlopesWithARankDeficientOptimumAreFitted()
    {
        // Newton's path to this optimum leads past a saddle where one coordinate of D vanishes and another must leave 0.
        ModelFrame frame = ModelFrame.Create(
            CsvTable.Read(Repository.Data("Orthodont.csv")), "distance ~ age*Sex + (age + I(age^2) | Subject)", Family.Gaussian);
        PqlFit fit = Pql.Fit(frame.Design, Family.Gaussian);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Boundary), fit.Message);
        Assert.That(fit.GradientNorm, Is.LessThan(1e-8));

        PqlFit smaller = Pql.Fit(
            ModelFrame.Create(
                CsvTable.Read(Repository.Data("Orthodont.csv")), "distance ~ age*Sex + (age | Subject)", Family.Gaussian).Design,
            Family.Gaussian);
        Assert.That(fit.WorkingLogLikelihood, Is.GreaterThan(smaller.WorkingLogLikelihood), "the smaller model is nested");
    }

    [TestCase("logit", 1)]
    [TestCase("logit", 0)]
    [TestCase("probit", 1)]
    [TestCase("cloglog", 1)]
    [TestCase("cloglog", 0)]
    public void ARareLevelThatSeparatesIsNamed(string link, int value)
    {
        var random = new Random(2);
        int n = 3000;
        double[] y = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() < 0.4 ? 1.0 : 0)];
        double[] rare = new double[n], x = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())];
        for (int i = 0; i < 4; i++) (rare[i * 700], y[i * 700]) = (1, value);
        PqlFit fit = Pql.Fit(Design(y, i => i / 10, ("(Intercept)", Ones(n)), ("rare", rare), ("x", x)), Family.Binomial, Link.Parse(link));
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Separated));
        Assert.That(fit.Message, Does.Contain("'rare'").And.Not.Contain("'x'").And.Not.Contain("Intercept"));
    }

    [Test]
    public void HeavyTailsOfACovariateAreNoSeparation()
    {
        var random = new Random(187);
        int n = 4000;
        double[] x = [.. Enumerable.Range(0, n).Select(_ => Math.Pow(random.NextDouble(), -1.2))];
        double[] y = [.. x.Select(v => random.NextDouble() < 0.02 ? 1.0 : 0)];
        PqlFit fit = Pql.Fit(Design(y, i => i / 20, ("(Intercept)", Ones(n)), ("x", x)), Family.Binomial);
        Assert.That(fit.Verdict, Is.Not.EqualTo(Verdict.Separated));
        Assert.That(fit.Converged, Is.True, fit.Message);
    }

    [TestCase(1e2)]
    [TestCase(1e4)]
    [TestCase(1e5)]
    public void ClustersThatDwarfTheResidualErrorAreFitted(double ratio)
    {
        var random = new Random(5);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        int k = 20, size = 50, n = k * size;
        double[] effect = [.. Enumerable.Range(0, k).Select(_ => ratio * Normal())];
        double[] x = [.. Enumerable.Range(0, n).Select(_ => Normal())];
        double[] y = [.. Enumerable.Range(0, n).Select(i => 1 + (0.5 * x[i]) + effect[i / size] + Normal())];
        PqlFit fit = Pql.Fit(Design(y, i => i / size, ("(Intercept)", Ones(n)), ("x", x)), Family.Gaussian);
        Assert.That(fit.Converged, Is.True, fit.Message);

        // With D this large the slope is the one within clusters, and the residual variance theirs.
        double sxy = 0, sxx = 0, rss = 0;
        for (int i = 0; i < k; i++)
        {
            double meanX = x.AsSpan(i * size, size).ToArray().Average(), meanY = y.AsSpan(i * size, size).ToArray().Average();
            for (int r = i * size; r < (i + 1) * size; r++)
            {
                sxy += (x[r] - meanX) * (y[r] - meanY);
                sxx += (x[r] - meanX) * (x[r] - meanX);
            }
        }

        double slope = sxy / sxx;
        for (int i = 0; i < k; i++)
        {
            double meanX = x.AsSpan(i * size, size).ToArray().Average(), meanY = y.AsSpan(i * size, size).ToArray().Average();
            for (int r = i * size; r < (i + 1) * size; r++) rss += Math.Pow(y[r] - meanY - (slope * (x[r] - meanX)), 2);
        }

        Assert.That(fit.FixedEffects[1].Estimate, Is.EqualTo(slope).Within(1e-4 * fit.FixedEffects[1].StandardError));
        Assert.That(fit.Dispersion, Is.EqualTo(rss / (n - k - 1)).Within(1e-4 * fit.Dispersion));
    }

    [Test]
    public void RandomEffectsThatRepeatEachOtherAreNotIdentified()
    {
        RandomData data = RandomData.Simulate(3, Family.Gaussian, 1, 30, 8);
        RandomData twice = data with { Z = [data.Z[0], [.. data.Z[0].Select(z => 2 * z)]] };
        PqlFit fit = Pql.Fit(twice.Design(), Family.Gaussian);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.NotIdentified));
        Assert.That(fit.Message, Does.Contain("'z0', 'z1'"));
    }

    [Test]
    public void ClustersThatAreFixedEffectsTooAreNotIdentified()
    {
        RandomData data = RandomData.Simulate(3, Family.Gaussian, 1, 6, 8);
        RandomData dummies = data with
        {
            X = [.. Enumerable.Range(0, 6).Select(i => data.Cluster.Select(c => c == i ? 1.0 : 0).ToArray())],
        };
        Assert.That(Pql.Fit(dummies.Design(), Family.Gaussian).Verdict, Is.EqualTo(Verdict.NotIdentified));
    }

    [Test]
    public void AResponseThatIsFittedExactlyIsNotIdentified()
    {
        double[] x = [.. Enumerable.Range(0, 40).Select(i => (double)i)], y = [.. x.Select(v => 1 + (2 * v))];
        PqlFit fit = Pql.Fit(Design(y, i => i / 4, ("(Intercept)", Ones(40)), ("x", x)), Family.Gaussian);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.NotIdentified));
        Assert.That(fit.Message, Does.StartWith("The model fits the response 'y' exactly"));
    }

    [Test]
    public void MetaAnalysisWithKnownVariancesIsIdentified()
    {
        // One row per study, its known precision as weight, φ held at 1: REML of τ² by brute force on a grid.
        double[] y = [0.9, 0.1, 0.55, -0.3, 1.4, 0.2, 0.75, 0.05], precision = [12, 30, 8, 15, 9, 40, 11, 22];
        ClusteredDesign design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [DesignColumn.Constant("(Intercept)", 1, 8)],
            [DesignColumn.Constant("(Intercept)", 1, 8)], new ClusterIndex("study", Enumerable.Range(0, 8).ToArray(), 8),
            DesignColumn.FromValues("precision", precision));
        PqlFit fit = Pql.Fit(design, Family.Gaussian, null, new FitOptions { Dispersion = DispersionOption.Fixed() });
        double best = double.PositiveInfinity, argument = 0;
        for (double tau2 = 0; tau2 < 2; tau2 += 1e-5)
        {
            double sum = 0, weighted = 0, log = 0, squares = 0;
            for (int i = 0; i < 8; i++)
            {
                double v = tau2 + (1 / precision[i]);
                (sum, weighted, log) = (sum + (1 / v), weighted + (y[i] / v), log + Math.Log(v));
            }

            for (int i = 0; i < 8; i++) squares += Math.Pow(y[i] - (weighted / sum), 2) / (tau2 + (1 / precision[i]));
            double criterion = log + Math.Log(sum) + squares;
            if (criterion < best) (best, argument) = (criterion, tau2);
        }

        Assert.That(fit.Converged, Is.True, fit.Message);
        Assert.That(fit.Covariance[0, 0], Is.EqualTo(argument).Within(1e-5));
    }

    [Test]
    public void TheZeroValueOfTheDispersionLeavesItToTheFamily()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 30, 8);
        PqlFit usual = Pql.Fit(data.Design(), Family.Poisson);
        PqlFit zero = Pql.Fit(data.Design(), Family.Poisson, null, new FitOptions { Dispersion = default });
        Assert.That(zero.FixedEffects, Is.EqualTo(usual.FixedEffects));
        Assert.That(zero.Dispersion, Is.EqualTo(1));
    }

    private static double[] Ones(int n) => [.. Enumerable.Repeat(1.0, n)];

    private static ClusteredDesign Design(double[] y, Func<int, int> cluster, params (string Name, double[] Values)[] x)
    {
        int[] codes = [.. Enumerable.Range(0, y.Length).Select(cluster)];
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), [.. x.Select(c => DesignColumn.FromValues(c.Name, c.Values))],
            [DesignColumn.Constant("(Intercept)", 1, y.Length)], new ClusterIndex("g", codes, codes.Max() + 1));
    }

    // Poisson deviances of about n beside terms of the response of about y log y each.
    [Test]
    public void CountsOfManyMillionsConverge([Range(0, 19)] int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] effects = [.. Enumerable.Range(0, 30).Select(_ => Normal())];
        int[] codes = [.. Enumerable.Range(0, 300).Select(r => r / 10)];
        double[] y = [.. codes.Select(c =>
        {
            double mean = Math.Exp(18 + effects[c]);
            return Math.Round(mean + (Math.Sqrt(mean) * Normal()));
        })];
        double[] ones = [.. codes.Select(_ => 1.0)];
        PqlFit fit = Pql.Fit(ModelLayer.Designs.Of(y, [ones], [ones], codes), Family.Poisson);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Converged), fit.Message);

        // The clusters know their means to a few parts in a hundred thousand: D is the variance of the log means.
        double[] means = [.. Enumerable.Range(0, 30).Select(c => Math.Log(y.Where((_, r) => codes[r] == c).Average()))];
        double average = means.Average();
        Assert.That(
            fit.Covariance[0, 0], Is.EqualTo(means.Sum(m => (m - average) * (m - average)) / 29).Within(1e-4));
    }
}
