using System.Reflection;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Results;

/// <summary>Fitted values and residuals by hand, on rows that are in no order.</summary>
[TestFixture]
internal sealed class FittedValuesTests
{
    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gaussian")]
    public void ThePredictorIsOffsetPlusFixedPlusRandomInTheRowsOrder(string family)
    {
        RandomData data = Data(family);
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        FittedValues fitted = fit.Fitted(data.Design());
        for (int r = 0; r < data.Rows; r++)
        {
            double eta = Population(data, fit, r);
            for (int l = 0; l < 2; l++) eta += fit.RandomEffects[(data.Cluster[r] * 2) + l] * data.Z[l][r];
            Assert.That(fitted.LinearPredictor[r], Is.EqualTo(eta).Within(1e-13 * (1 + Math.Abs(eta))), $"row {r}");
        }
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    public void AMarginalFitPredictsWithoutRandomEffects(string family)
    {
        RandomData data = Data(family);
        MqlFit fit = Mql.Fit(data.Design(), data.Family);
        FittedValues fitted = fit.Fitted(data.Design());
        for (int r = 0; r < data.Rows; r++)
            Assert.That(fitted.LinearPredictor[r], Is.EqualTo(Population(data, fit, r)).Within(1e-13));
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gaussian")]
    public void TheMeanIsTheInverseLinkOfThePredictor(string family)
    {
        RandomData data = Data(family);
        FittedValues fitted = Pql.Fit(data.Design(), data.Family).Fitted(data.Design());
        for (int r = 0; r < data.Rows; r++)
            Assert.That(
                fitted.Mean[r],
                Is.EqualTo(Mean(family, fitted.LinearPredictor[r])).Within(1e-13 * (1 + Math.Abs(fitted.Mean[r]))));
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gaussian")]
    public void PearsonResidualsAreTheirDefinition(string family)
    {
        RandomData data = Data(family);
        FittedValues fitted = Pql.Fit(data.Design(), data.Family).Fitted(data.Design());
        for (int r = 0; r < data.Rows; r++)
        {
            double mu = fitted.Mean[r];
            double variance = family switch { "poisson" => mu, "binomial" => mu * (1 - mu), _ => 1 };
            double expected = (data.Y[r] - mu) * Math.Sqrt(data.Weight[r] / variance);
            Assert.That(fitted.PearsonResidual[r], Is.EqualTo(expected).Within(1e-12), $"row {r}");
        }
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gaussian")]
    public void DevianceResidualsAreTheirDefinition(string family)
    {
        static double Part(double a, double b) => a == 0 ? 0 : a * Math.Log(a / b);
        RandomData data = Data(family);
        FittedValues fitted = Pql.Fit(data.Design(), data.Family).Fitted(data.Design());
        for (int r = 0; r < data.Rows; r++)
        {
            double mu = fitted.Mean[r], y = data.Y[r];
            double unit = data.Weight[r] * family switch
            {
                "poisson" => 2 * (Part(y, mu) - (y - mu)),
                "binomial" => 2 * (Part(y, mu) + Part(1 - y, 1 - mu)),
                _ => (y - mu) * (y - mu),
            };
            Assert.That(
                fitted.DevianceResidual[r], Is.EqualTo(Math.Sign(y - mu) * Math.Sqrt(unit)).Within(1e-7), $"row {r}");
            Assert.That(
                fitted.DevianceResidual[r] * fitted.DevianceResidual[r], Is.EqualTo(unit).Within(1e-12 * (1 + unit)),
                $"row {r}");
        }
    }

    [TestCase("poisson")]
    [TestCase("binomial")]
    [TestCase("gaussian")]
    public void SquaredDevianceResidualsAddUpToTheDeviance(string family)
    {
        RandomData data = Data(family);
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        Assert.That(
            fit.Fitted(data.Design()).DevianceResidual.Sum(d => d * d),
            Is.EqualTo(fit.Deviance).Within(1e-10 * fit.Deviance));
    }

    [Test]
    public void ManyRowsAreFittedBlockByBlock()
    {
        // More rows than one block of 4096.
        RandomData data = RandomData.Simulate(7, Family.Poisson, 2, 1500, 8);
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson);
        double[] eta = fit.Fitted(data.Design()).LinearPredictor;
        Assert.That(data.Rows, Is.GreaterThan(8192));
        for (int r = 0; r < data.Rows; r += 37)
        {
            double expected = Population(data, fit, r);
            for (int l = 0; l < 2; l++) expected += fit.RandomEffects[(data.Cluster[r] * 2) + l] * data.Z[l][r];
            Assert.That(eta[r], Is.EqualTo(expected).Within(1e-13 * (1 + Math.Abs(expected))), $"row {r}");
        }
    }

    [Test]
    public void AnotherDesignIsRefused()
    {
        RandomData data = Data("poisson");
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson);
        foreach (RandomData other in (RandomData[])
        [
            data with { X = data.X[..2] }, data with { Z = data.Z[..1] },
            data with { Cluster = [.. data.Cluster.Select(c => c + 1)] },
        ])
        {
            Assert.That(() => fit.Fitted(other.Design()), Throws.TypeOf<InvalidModelDataException>().With.Message.EqualTo(
                "The design is not the one that was fitted: its rows, columns or clusters differ. Give the design that " +
                "was fitted."));
        }
    }

    [Test]
    public void AMarginalFitOffersNoRandomEffects()
    {
        // Every public member of a penalised fit that says something of single clusters is absent, not zero.
        string[] Members(Type type) => [.. type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Select(m => m.Name).Distinct()];
        string[] onlyPenalized = [.. Members(typeof(PqlFit)).Except(Members(typeof(MqlFit)))];
        Assert.That(onlyPenalized, Is.SupersetOf(new[] { "RandomEffects", "RandomEffectStandardErrors" }));
        Assert.That(
            Members(typeof(MqlFit)), Is.EquivalentTo(Members(typeof(GlmmFit))), "nothing beyond what every fit says");
        Assert.That(
            Members(typeof(GlmmFit)).Where(m => m.Contains("Random", StringComparison.Ordinal)),
            Is.EquivalentTo(new[] { "RandomTerms", "get_RandomTerms" }));
    }

    [Test]
    public void MatricesOfAFitCannotBeChangedThroughCopies()
    {
        RandomData data = Data("poisson");
        PqlFit fit = Pql.Fit(data.Design(), Family.Poisson);
        double before = fit.Covariance[0, 0], fixedBefore = fit.FixedCovariance[0, 0];
        fit.Covariance[0, 0] = -1;
        fit.FixedCovariance[0, 0] = -1;
        Assert.That(fit.Covariance[0, 0], Is.EqualTo(before));
        Assert.That(fit.FixedCovariance[0, 0], Is.EqualTo(fixedBefore));
    }

    [Test]
    public void StandardErrorsAreTheRootsOfTheCovariancesDiagonal()
    {
        RandomData data = Data("binomial");
        PqlFit fit = Pql.Fit(data.Design(), Family.Binomial);
        for (int j = 0; j < 3; j++)
        {
            Assert.That(fit.FixedEffects[j].StandardError, Is.EqualTo(Math.Sqrt(fit.FixedCovariance[j, j])));
            Assert.That(
                fit.FixedEffects[j].Z, Is.EqualTo(fit.FixedEffects[j].Estimate / fit.FixedEffects[j].StandardError));
        }
    }

    private static RandomData Data(string family)
    {
        RandomData data = RandomData.Simulate(61, Family.Parse(family), 2, 30, 8);
        if (family != "binomial") data = data with { Weight = [.. Enumerable.Range(0, data.Rows).Select(r => 0.5 + (r % 3))] };
        int[] order = [.. Enumerable.Range(0, data.Rows)];
        new Random(1).Shuffle(order);
        return data.Take(order);
    }

    private static double Population(RandomData data, GlmmFit fit, int r)
    {
        double eta = data.Offset[r];
        for (int j = 0; j < 3; j++) eta += fit.FixedEffects[j].Estimate * data.X[j][r];
        return eta;
    }

    private static double Mean(string family, double eta) =>
        family switch { "poisson" => Math.Exp(eta), "binomial" => 1 / (1 + Math.Exp(-eta)), _ => eta };
}
