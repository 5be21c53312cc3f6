using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Compares a fit by maximum likelihood with the dense oracle's.</summary>
internal static class LikelihoodComparison
{
    internal static void AssertAgrees(LikelihoodFit fit, OracleLikelihood oracle)
    {
        Assert.That(fit.Converged, Is.True, $"{fit.Verdict}: {fit.Message}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.LogLikelihood, Is.EqualTo(oracle.LogLikelihood).Within(1e-6), "log-likelihood");
            Assert.That(fit.Singular, Is.EqualTo(oracle.Singular), "singular");
            for (int j = 0; j < oracle.Alpha.Length; j++)
            {
                FixedEffect effect = fit.FixedEffects[j];
                double error = oracle.StandardErrors[j];
                Assert.That(Math.Abs(effect.Estimate - oracle.Alpha[j]) / error, Is.LessThan(1e-5), effect.Name);
                Assert.That(effect.StandardError, Is.EqualTo(error).Within(1e-3 * error), $"standard error of {effect.Name}");
            }

            AssertSameMatrix(fit.Covariance, oracle.Covariance, 1e-4);
            Assert.That(fit.Dispersion, Is.EqualTo(oracle.Dispersion).Within(1e-4 * oracle.Dispersion), "dispersion");
            int parameters = oracle.Alpha.Length + oracle.ComponentCount + (fit.DispersionEstimated ? 1 : 0);
            Assert.That(fit.ParameterCount, Is.EqualTo(parameters));
            Assert.That(fit.Aic, Is.EqualTo((2 * parameters) - (2 * fit.LogLikelihood)).Within(1e-9 * Math.Abs(fit.Aic)));
            Assert.That(
                fit.Bic,
                Is.EqualTo((parameters * Math.Log(fit.Observations)) - (2 * fit.LogLikelihood)).Within(1e-9 * Math.Abs(fit.Bic)));
        }

        int q = oracle.Covariance.GetLength(0);
        double squares = 0;
        foreach (double mode in fit.RandomEffects) squares += mode * mode;
        double tolerance = (1e-4 * oracle.ModeSquares) + 1e-30; // 0 where D is
        Assert.That(squares, Is.EqualTo(oracle.ModeSquares).Within(tolerance), "sum of squares of the modes");
        for (int i = 0; i < oracle.FirstModes.Length; i++)
        {
            tolerance = (1e-4 * Math.Sqrt(oracle.Covariance[i % q, i % q])) + 1e-15;
            Assert.That(fit.RandomEffects[i], Is.EqualTo(oracle.FirstModes[i]).Within(tolerance), $"mode {i}");
        }
    }

    /// <summary>Elements of D agree relative to the standard deviations that they belong to.</summary>
    internal static void AssertSameMatrix(double[,] actual, double[,] expected, double tolerance)
    {
        int q = expected.GetLength(0);
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b < q; b++)
            {
                double scale = Math.Sqrt(expected[a, a] * expected[b, b]);
                Assert.That(actual[a, b], Is.EqualTo(expected[a, b]).Within(tolerance * scale), $"D[{a},{b}]");
            }
        }
    }
}
