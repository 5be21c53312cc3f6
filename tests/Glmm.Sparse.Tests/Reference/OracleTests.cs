using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Every reference model against the independent dense oracle.</summary>
[TestFixture]
internal sealed class OracleTests
{
    private static IEnumerable<TestCaseData> Fits =>
        OracleFit.All().Select(f => new TestCaseData(f).SetArgDisplayNames(f.ToString()));

    [TestCaseSource(nameof(Fits))]
    public void FitAgreesWithTheOracle(object reference)
    {
        var oracle = (OracleFit)reference;
        ClusteredDesign design = ReferenceDesign.Read(oracle.Model, oracle.Structure);
        Link link = Link.Parse(oracle.Link);
        GlmmFit fit = GlmmEstimator.Fit(
            oracle.IsPql ? EstimationMethod.Pql : EstimationMethod.Mql, design, oracle.GetFamily(), link, oracle.Options);
        if (oracle.Diverges)
        {
            Assert.That(fit.Verdict, Is.EqualTo(Verdict.Diverged));
            Assert.That(fit.Converged, Is.False);
            Assert.That(fit.Message, Does.StartWith("The estimates ran away"));
            return;
        }

        Assert.That(fit.Converged, Is.True, $"{fit.Verdict}: {fit.Message}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.Singular, Is.EqualTo(oracle.Singular), "singular");
            for (int j = 0; j < oracle.Alpha.Length; j++)
            {
                FixedEffect effect = fit.FixedEffects[j];
                Assert.That(
                    Math.Abs(effect.Estimate - oracle.Alpha[j]) / oracle.StandardErrors[j], Is.LessThan(1e-6), effect.Name);
                Assert.That(
                    effect.StandardError, Is.EqualTo(oracle.StandardErrors[j]).Within(1e-5 * oracle.StandardErrors[j]), effect.Name);
            }

            double[,] covariance = fit.Covariance;
            for (int a = 0; a < oracle.Covariance.Length; a++)
            {
                for (int b = 0; b < oracle.Covariance.Length; b++)
                {
                    double scale = Math.Sqrt(oracle.Covariance[a][a] * oracle.Covariance[b][b]);
                    Assert.That(covariance[a, b], Is.EqualTo(oracle.Covariance[a][b]).Within(1e-5 * scale), $"D[{a},{b}]");
                }
            }

            Assert.That(fit.Dispersion, Is.EqualTo(oracle.Dispersion).Within(1e-5 * oracle.Dispersion), "dispersion");
            double logLikelihood = oracle.WorkingLogLikelihood;
            Assert.That(fit.WorkingLogLikelihood, Is.EqualTo(logLikelihood).Within(1e-8 * Math.Abs(logLikelihood)));
        }

        if (fit is not PqlFit pql || oracle.ModeSquares is not { } squares) return;
        double sum = 0;
        foreach (double mode in pql.RandomEffects) sum += mode * mode;
        Assert.That(sum, Is.EqualTo(squares).Within(1e-5 * squares), "sum of squares of the predictors");
        int q = oracle.Covariance.Length;
        for (int i = 0; i < oracle.FirstModes.Length; i++)
        {
            for (int l = 0; l < q; l++)
            {
                double tolerance = 1e-5 * Math.Sqrt(oracle.Covariance[l][l]);
                Assert.That(pql.RandomEffects[(i * q) + l], Is.EqualTo(oracle.FirstModes[i][l]).Within(tolerance), $"cluster {i}");
            }
        }
    }
}
