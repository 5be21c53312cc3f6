using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Inference;
using NUnit.Framework;
using Binomial = MathNet.Numerics.Distributions.Binomial;
using IDiscreteDistribution = MathNet.Numerics.Distributions.IDiscreteDistribution;
using Normal = MathNet.Numerics.Distributions.Normal;
using Poisson = MathNet.Numerics.Distributions.Poisson;

namespace Glmm.Sparse.Tests.Diagnostics;

/// <summary>Residuals by their definitions, and quantile residuals by their distribution.</summary>
[TestFixture]
internal sealed class ResidualSetTests
{
    [TestCase("poisson", "pql")]
    [TestCase("binomial", "pql")]
    [TestCase("gaussian", "pql")]
    [TestCase("poisson", "mql")]
    [TestCase("binomial", "laplace")]
    public void EveryKindIsItsDefinition(string family, string method)
    {
        RandomData data = Data(family);
        GlmmFit fit = Fit(data, method);
        ResidualSet set = ResidualSet.Of(fit, data.Design());
        FittedValues fitted = fit.Fitted(data.Design());
        Assert.That(set.Count, Is.EqualTo(data.Rows));
        Assert.Multiple(() =>
        {
            Assert.That(set.Mean.ToArray(), Is.EqualTo(fitted.Mean));
            Assert.That(set.LinearPredictor.ToArray(), Is.EqualTo(fitted.LinearPredictor));
            Assert.That(set.Pearson.ToArray(), Is.EqualTo(fitted.PearsonResidual));
            Assert.That(set.Deviance.ToArray(), Is.EqualTo(fitted.DevianceResidual));
        });
        foreach (ResidualRow row in set.Rows)
        {
            double delta = family switch { "poisson" => row.Mean, "binomial" => row.Mean * (1 - row.Mean), _ => 1 };
            Assert.That(row.Response, Is.EqualTo(data.Y[row.Row] - row.Mean).Within(1e-14 * (1 + Math.Abs(row.Mean))));
            Assert.That(row.Working, Is.EqualTo(row.Response / delta).Within(1e-9 * (1 + Math.Abs(row.Working))));
            Assert.That(row.Quantile, Is.EqualTo(set.Quantile[row.Row]));
        }
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    public void QuantileResidualsLieBetweenTheQuantilesOfBothSides(string family)
    {
        RandomData data = Data(family);
        GlmmFit fit = Fit(data, "pql");
        ResidualSet set = ResidualSet.Of(fit, data.Design());
        for (int r = 0; r < data.Rows; r++)
        {
            int trials = (int)data.Weight[r], y = (int)Math.Round(data.Y[r] * trials);
            IDiscreteDistribution law = family == "poisson"
                ? new Poisson(set.Mean[r])
                : new Binomial(set.Mean[r], trials);
            double below = y == 0 ? 0 : law.CumulativeDistribution(y - 1), at = y == trials && family != "poisson" ? 1 : law.CumulativeDistribution(y);
            double u = Normal.CDF(0, 1, set.Quantile[r]);
            Assert.That(u, Is.InRange(below - 1e-9, at + 1e-9), $"row {r}");
        }
    }

    [Test]
    public void OfTheGaussianTheyAreStandardizedResiduals()
    {
        RandomData data = Data("gaussian") with { Weight = [.. Enumerable.Range(0, 400).Select(r => 0.5 + (r % 3))] };
        data = data with { Weight = data.Weight[..data.Rows] };
        GlmmFit fit = Fit(data, "pql");
        ResidualSet set = ResidualSet.Of(fit, data.Design());
        for (int r = 0; r < data.Rows; r++)
            Assert.That(set.Quantile[r], Is.EqualTo(set.Pearson[r] / Math.Sqrt(fit.Dispersion)).Within(1e-9));
    }

    [TestCase("poisson", null)]
    [TestCase("binomial", null)]
    [TestCase("gamma", null)]
    [TestCase("inverse-gaussian", null)]
    [TestCase("negative-binomial", 1.5)]
    public void UnderTheModelTheyAreStandardNormal(string name, double? theta)
    {
        // Many rows a cluster, so that the random effects are known.
        Family family = Family.Parse(name, theta);
        DrawnRows data = DrawnRows.Draw(family, name == "binomial" ? Link.Logit : Link.Log, 12, 250, 5);
        PqlFit fit = Pql.Fit(data.Design, family, data.Link);
        Assert.That(fit.Converged, Is.True);
        double[] quantiles = ResidualSet.Of(fit, data.Design).Quantile.ToArray();
        double distance = KolmogorovDistance(quantiles);
        Assert.That(distance, Is.LessThan(1.63 / Math.Sqrt(quantiles.Length)), "1 % of Kolmogorov's distribution");
        Assert.That(quantiles.Average(), Is.EqualTo(0).Within(3.5 / Math.Sqrt(quantiles.Length)));
        Assert.That(Math.Sqrt(quantiles.Average(q => q * q)), Is.EqualTo(1).Within(3 / Math.Sqrt(quantiles.Length)));
    }

    [TestCase("beta")]
    [TestCase("negative-binomial-1")]
    [TestCase("negative-binomial")]
    public void SoTheyAreWhereAShapeIsEstimated(string name)
    {
        Family family = name == "negative-binomial" ? Family.NegativeBinomial(1.5) : Family.Parse(name);
        DrawnRows data = DrawnRows.Draw(family, name == "beta" ? Link.Logit : Link.Log, 12, 250, 8);
        LikelihoodFit fit = Laplace.Fit(data.Design, Family.Parse(name), data.Link);
        double[] quantiles = ResidualSet.Of(fit, data.Design).Quantile.ToArray();
        Assert.That(KolmogorovDistance(quantiles), Is.LessThan(1.63 / Math.Sqrt(quantiles.Length)));
    }

    [Test]
    public void OverdispersionShowsInThem()
    {
        DrawnRows data = DrawnRows.Draw(Family.NegativeBinomial(1.0), Link.Log, 12, 250, 5);
        PqlFit fit = Pql.Fit(data.Design, Family.Poisson, Link.Log);
        double[] quantiles = ResidualSet.Of(fit, data.Design).Quantile.ToArray();
        Assert.That(KolmogorovDistance(quantiles), Is.GreaterThan(3 / Math.Sqrt(quantiles.Length)));
    }

    [Test]
    public void ThreadsDoNotMatterButTheSeedDoes()
    {
        RandomData data = RandomData.Simulate(7, Family.Poisson, 1, 3000, 8);
        GlmmFit fit = Fit(data, "pql");
        double[] Of(ulong seed, int threads) =>
            ResidualSet.Of(fit, data.Design(), new ResidualOptions { Seed = seed, Threads = threads }).Quantile.ToArray();
        double[] one = Of(1, 1);
        Assert.That(Of(1, 3), Is.EqualTo(one));
        Assert.That(Of(2, 1), Is.Not.EqualTo(one));
        Assert.That(data.Rows, Is.GreaterThan(3 * 4096));
    }

    [Test]
    public void RowsFarInTheTailsStayFinite()
    {
        RandomData data = Data("poisson");
        data = data with { Offset = [.. data.Offset.Select((o, r) => r == 3 ? -40 : o)], Y = [.. data.Y.Select((y, r) => r == 3 ? 30 : y)] };
        GlmmFit fit = Fit(data, "pql");
        ResidualSet set = ResidualSet.Of(fit, data.Design());
        Assert.That(set.Quantile.ToArray(), Is.All.InRange(-37.6, 37.6));
    }

    [Test]
    public void AQuasiFamilyHasAllButQuantileResiduals()
    {
        RandomData data = Data("poisson");
        PqlFit fit = Pql.Fit(data.Design(), Family.QuasiPoisson);
        ResidualSet set = ResidualSet.Of(fit, data.Design());
        Assert.That(set.Quantile.Length, Is.Zero);
        Assert.That(set.QuantileMessage, Does.StartWith("Family quasipoisson has a mean and a variance but no distribution"));
        Assert.That(set.Rows.All(r => double.IsNaN(r.Quantile) && double.IsFinite(r.Pearson)), Is.True);
        Assert.That(set.ToString(), Does.Contain("No quantile residuals: Family quasipoisson"));
    }

    [Test]
    public void TheTablePrintsQuartiles()
    {
        RandomData data = Data("gaussian");
        string text = ResidualSet.Of(Fit(data, "pql"), data.Design()).ToString();
        Assert.That(text.Split('\n'), Has.Length.EqualTo(7));
        Assert.That(text, Does.StartWith($"Residuals of {data.Rows} rows\n"));
    }

    [Test]
    public void ANegativeNumberOfThreadsIsRefused()
    {
        RandomData data = Data("poisson");
        GlmmFit fit = Fit(data, "pql");
        Assert.That(
            () => ResidualSet.Of(fit, data.Design(), new ResidualOptions { Threads = -1 }),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("threads").And.Message.Contains("-1"));
        Assert.That(
            () => ClusterInfluence.Of(fit, data.Design(), -2),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("-2"));
    }

    [Test]
    public void AnotherDesignAndACancelledTokenAreRefused()
    {
        RandomData data = Data("poisson");
        GlmmFit fit = Fit(data, "pql");
        Assert.That(
            () => ResidualSet.Of(fit, (data with { X = data.X[..2] }).Design()), Throws.TypeOf<InvalidModelDataException>());
        Assert.That(
            () => ResidualSet.Of(fit, data.Design(), new ResidualOptions { CancellationToken = new CancellationToken(true) }),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static double KolmogorovDistance(double[] values)
    {
        double[] sorted = [.. values.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double f = NormalDistribution.Cdf(sorted[i]);
            distance = Math.Max(distance, Math.Max(f - (i / (double)sorted.Length), ((i + 1.0) / sorted.Length) - f));
        }

        return distance;
    }

    private static RandomData Data(string family)
    {
        RandomData data = RandomData.Simulate(61, Family.Parse(family), 2, 30, 8);
        int[] order = [.. Enumerable.Range(0, data.Rows)];
        new Random(1).Shuffle(order);
        return data.Take(order);
    }

    private static GlmmFit Fit(RandomData data, string method) => method switch
    {
        "mql" => Mql.Fit(data.Design(), data.Family),
        "laplace" => Laplace.Fit(data.Design(), data.Family),
        _ => Pql.Fit(data.Design(), data.Family),
    };
}
