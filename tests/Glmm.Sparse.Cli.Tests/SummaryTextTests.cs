using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Cli.Tests;

public class SummaryTextTests
{
    [Test]
    public void SummaryIsLaidOutAsLme4UsersKnowIt() => Assert.That(Write(SampleDocument.Create()), Is.EqualTo("""
        Generalized linear mixed model fit by penalised quasi-likelihood (PQL, REML)
         Family: poisson (log)
        Formula: y ~ week + I(week > 2) + (1 + week | id)
           Data: ticks.csv

        Deviance: 0.333333, log quasi-likelihood: -252.888

        Random effects (unstructured covariance):
         Groups Name        Variance Std.Dev.  Corr
         id     (Intercept) 0.250000  0.50000
                week        0.010000  0.10000 -0.40
        Number of obs: 220, groups: id, 50
        Rows left out because a value is missing: 3
        Dispersion fixed at 1

        Fixed effects:
                         Estimate Std. Error z value Pr(>|z|)
        (Intercept)      1.869668   0.100000  18.697   <2e-16
        week            -0.309525   0.147000  -2.106   0.0352
        I(week > 2)TRUE  0.001000         NA      NA       NA

        Correlation of Fixed Effects:
                    (Intr) week
        week         0.068
        I(wk>2)TRUE     NA   NA

        Verdict: converged, 9 iterations, next step 1.3e-11 standard errors, 0.03 s
        Approximation risk: low; all is well.
        Warning: Column 'z' was left out: it is a multiple of 'week'.

        """));

    [Test]
    public void MarginalFitsSayWhatTheirEffectsMean()
    {
        string text = Write(SampleDocument.Create() with { Method = "mql" });
        Assert.That(text, Does.Contain("marginal quasi-likelihood (MQL, REML)")
            .And.Contain("Fixed effects of the marginal model:")
            .And.Contain("it has no predictions of them"));
    }

    [Test]
    public void ALikelihoodIsLaidOutAsLme4UsersKnowIt() =>
        Assert.That(Write(SampleDocument.CreateLikelihood()), Is.EqualTo("""
        Generalized linear mixed model fit by maximum likelihood
         (Laplace approximation, observed curvature)
         Family: negative-binomial (log)
        Formula: y ~ week + I(week > 2) + (1 + week | id)
           Data: ticks.csv

            AIC     BIC   logLik -2*log(L) df.resid
        1269.62 1293.39 -627.809   1255.62      213

        Random effects (unstructured covariance):
         Groups Name        Variance Std. Error Std.Dev.  Corr
         id     (Intercept) 0.250000    0.05000  0.50000
                week        0.010000         NA  0.10000 -0.40
        Number of obs: 220, groups: id, 50
        Rows left out because a value is missing: 3
        Dispersion fixed at 1
        Shape of the family: theta 2.4568, Std. Error 0.9877

        Fixed effects:
                         Estimate Std. Error z value Pr(>|z|)
        (Intercept)      1.869668   0.100000  18.697   <2e-16
        week            -0.309525   0.147000  -2.106   0.0352
        I(week > 2)TRUE  0.001000         NA      NA       NA

        Correlation of Fixed Effects:
                    (Intr) week
        week         0.068
        I(wk>2)TRUE     NA   NA

        Verdict: converged, 9 iterations, next step 1.3e-11 standard errors, 0.03 s
        Approximation risk: low; all is well.
        Warning: Column 'z' was left out: it is a multiple of 'week'.

        """));

    [TestCase("1 node", 1, 1)]
    [TestCase("25 nodes", 25, 1)]
    [TestCase("7 nodes for each random effect", 7, 2)]
    public void QuadratureTellsItsNodes(string text, int nodes, int effects)
    {
        FitDocument sample = SampleDocument.CreateLikelihood();
        RandomEntry random = sample.Random[0] with { Terms = [.. sample.Random[0].Terms.Take(effects)] };
        Assert.That(
            Write(sample with { Method = "aghq", Nodes = nodes, Random = [random] }),
            Does.Contain($"fit by maximum likelihood\n (adaptive Gauss-Hermite quadrature, {text})\n"));
    }

    [Test]
    public void AMethodWithoutASummaryIsADefect() => Assert.That(
        static () => Write(SampleDocument.Create() with { Method = "gee" }),
        Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void AnEstimatedDispersionIsARowOfTheRandomEffects()
    {
        string text = Write(SampleDocument.Create() with { Dispersion = new DispersionEntry(4, true, null) });
        Assert.That(text, Does.Match(@"Residual \(dispersion\) +4.000000 +2.00000"));
    }

    [Test]
    public void ADispersionHasItsStandardErrorWhereThereIsOne()
    {
        string text = Write(
            SampleDocument.CreateLikelihood() with { Dispersion = new DispersionEntry(4, true, 0.5), Shape = null });
        Assert.That(text, Does.Match(@"Residual \(dispersion\) +4.000000 +0.50000 +2.00000").And.Not.Contain("Shape"));
    }

    [Test]
    public void AFitThatDidNotConvergeSaysSoAndWhy()
    {
        string text = Write(SampleDocument.Create() with
        {
            Converged = false,
            Verdict = "separated",
            Message = "Column 'week' separates the response.",
        });
        Assert.That(text, Does.Contain("Verdict: NOT converged (separated)")
            .And.Contain("Column 'week' separates the response."));
    }

    [Test]
    public void AFitThatDidNotConvergeSaysWhatItsTableIs()
    {
        string text = Write(SampleDocument.Create() with
        {
            Converged = false,
            Verdict = "stalled",
            Message = "The iterations ran out.",
            Warnings = ["The iterations ran out."],
        });
        Assert.That(text, Does.Contain("nearest to a solution").And.Not.Contain("Correlation of Fixed"));
        Assert.That(text.Split("The iterations ran out."), Has.Length.EqualTo(2), "said once");
    }

    [Test]
    public void WhatTheModelIsMadeOfIsOnRecord()
    {
        string text = Write(SampleDocument.Create() with
        {
            Family = "negative-binomial",
            Theta = 2.5,
            Shape = new ShapeEntry("theta", 2.5, null, false),
            Weights = "n",
            Offset = "exposure",
            Factors = [new FactorEntry("trt", ["placebo", "drug"]), new FactorEntry("sex", ["f", "m"])],
        });
        Assert.That(text, Does.Contain(" Family: negative-binomial(theta = 2.5) (log)").And.Not.Contain("Shape")
            .And.Contain("Weights: n\n Offset: exposure\nReference levels: trt = placebo; sex = f\n"));
    }

    [Test]
    public void UncorrelatedEffectsHaveNoCorrelations()
    {
        FitDocument sample = SampleDocument.Create();
        RandomEntry random = sample.Random[0] with
        {
            Blocks = [new BlockEntry("unstructured", ["(Intercept)"]), new BlockEntry("unstructured", ["week"])],
        };
        string text = Write(sample with { Random = [random], CovarianceStructure = "diagonal" });
        Assert.That(text, Does.Contain("Random effects (diagonal covariance):").And.Not.Contain("Std.Dev. ")
            .And.Not.Contain("-0.40"));
    }

    [Test]
    public void AGaussianFitWithTheIdentityLinkShowsItsLikelihood()
    {
        Assert.That(
            Write(SampleDocument.Create() with { Family = "gaussian", Link = "identity" }),
            Does.Contain(", log-likelihood (REML): -260.125"));
        Assert.That(
            Write(SampleDocument.Create() with { Family = "gaussian", Link = "log" }),
            Does.Not.Contain("log-likelihood ("));
    }

    [Test]
    public void ASingularFitIsCalledSo() => Assert.That(
        Write(SampleDocument.Create() with { Verdict = "boundary", Singular = true }),
        Does.Contain("converged on the boundary, the covariance of the random effects is"));

    // R: format.pval(x, digits = 3, eps = .Machine$double.eps)
    [TestCase("NA NA", null, null)]
    [TestCase("<2e-16", 0.0)]
    [TestCase("2.3e-16", 2.3e-16)]
    [TestCase("5.68e-07", 5.678e-7)]
    [TestCase("0.000123", 0.000123)]
    [TestCase("0.00456", 0.00456)]
    [TestCase("0.5", 0.5)]
    [TestCase("1", 1.0)]
    [TestCase("0.00456 0.03210 0.50000", 0.00456, 0.0321, 0.5)]
    [TestCase("1.23e-04 5.68e-07 0.0321", 0.000123, 5.678e-7, 0.0321)]
    [TestCase("<2e-16 NA 0.0352", 1e-78, null, 0.03524)]
    public void ProbabilitiesReadAsInR(string text, params object?[] p) => Assert.That(
        string.Join(' ', NumberFormat.Probabilities([.. p.Select(static value => (double?)value)])),
        Is.EqualTo(text));

    [TestCase(1234.5678, 4, "1235")]
    [TestCase(0.00012345, 3, "0.000123")]
    [TestCase(1.5e-11, 2, "1.5e-11")]
    [TestCase(0.0, 3, "0")]
    public void SignificantDigitsAreKept(double value, int digits, string text) =>
        Assert.That(NumberFormat.Significant(value, digits), Is.EqualTo(text));

    [TestCase(-0.0004, 3, "0.000")]
    [TestCase(-0.0006, 3, "-0.001")]
    [TestCase(-10.0, 0, "-10")]
    public void WhatRoundsToZeroHasNoSign(double value, int decimals, string text) =>
        Assert.That(NumberFormat.Fixed(value, decimals), Is.EqualTo(text));

    private static string Write(FitDocument document)
    {
        using var output = new StringWriter { NewLine = "\n" };
        SummaryText.Write(output, document, "ticks.csv");
        return output.ToString();
    }
}
