using CsCheck;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Profiles of small models against nested one-dimensional searches.</summary>
[TestFixture]
internal sealed class ProfileBruteForceTests
{
    [Test]
    public void GaussianProfilesAreThoseOfNestedSearches() => Gen.Int[1, 100_000].Sample(seed =>
    {
        RandomData data = RandomData.Simulate(seed, Family.Gaussian, 1, 9, 5);
        data = data with { Weight = [.. data.Y.Select(_ => 1.0)] };
        double[] y = [.. data.Y.Zip(data.Offset, (a, b) => a - b)];
        double Free(double[] response, double[][] x) =>
            BruteForce.Largest(r => BruteForce.Gaussian(response, x, data.Cluster, r, null), 0, 6);
        ClusteredDesign design = data.Design();
        LikelihoodFit fit = Laplace.Fit(design, Family.Gaussian);
        if (fit.FixedEffects.Count < 3) return;
        double best = Free(y, data.X);
        Assert.That(fit.LogLikelihood, Is.EqualTo(best).Within(1e-8 * (1 + Math.Abs(best))));

        // A fixed effect: take it to the other side.
        FixedEffect effect = fit.FixedEffects[1];
        double[] values = [effect.Estimate - (2 * effect.StandardError), effect.Estimate + (0.7 * effect.StandardError)];
        double[] zeta = ProfileLikelihood.Zeta(design, fit, ProfileParameter.FixedEffect(fit, "x1"), values);
        for (int i = 0; i < values.Length; i++)
        {
            double[] rest = [.. y.Zip(data.X[1], (a, x) => a - (values[i] * x))];
            Agree(zeta[i], best - Free(rest, [data.X[0], data.X[2]]), "x1");
        }

        // The standard deviation: search the residual one.
        double deviation = Math.Sqrt(fit.Covariance[0, 0]), sigma = Math.Sqrt(fit.Dispersion);
        values = [0, 0.5 * deviation, deviation + (0.6 * sigma)];
        zeta = ProfileLikelihood.Zeta(design, fit, ProfileParameter.StandardDeviation(fit, "z0"), values);
        for (int i = 0; i < values.Length; i++)
        {
            double given = BruteForce.Largest(
                s => BruteForce.Gaussian(y, data.X, data.Cluster, values[i] / Math.Exp(s), Math.Exp(2 * s)),
                Math.Log(sigma) - 2, Math.Log(sigma) + 2);
            Agree(zeta[i], best - given, "sd");
        }

        // The dispersion: search the other standard deviation.
        values = [0.6 * fit.Dispersion, 1.7 * fit.Dispersion];
        zeta = ProfileLikelihood.Zeta(design, fit, ProfileParameter.Dispersion(fit), values);
        for (int i = 0; i < values.Length; i++)
        {
            double given = BruteForce.Largest(
                r => BruteForce.Gaussian(y, data.X, data.Cluster, r, values[i]), 0, 6);
            Agree(zeta[i], best - given, "dispersion");
        }
    }, iter: 12, threads: 1);

    [Test]
    public void PoissonProfilesAreThoseOfNestedSearches()
    {
        RandomData data = RandomData.Simulate(11, Family.Poisson, 1, 8, 5);
        double[] ones = data.X[0];
        data = data with { X = [ones], Weight = ones };
        double LogLikelihood(double alpha, double s) => BruteForce.Poisson(
            data.Y, [.. data.Offset.Select(o => o + alpha)], data.Cluster, s);
        ClusteredDesign design = data.Design();
        LikelihoodFit fit = AdaptiveQuadrature.Fit(design, Family.Poisson, null, new FitOptions { Nodes = 31 });
        FixedEffect alpha = fit.FixedEffects[0];
        double deviation = Math.Sqrt(fit.Covariance[0, 0]);
        double best = LogLikelihood(alpha.Estimate, deviation);
        Assert.That(fit.LogLikelihood, Is.EqualTo(best).Within(1e-7));

        double[] values = [0, 0.6 * deviation, 1.8 * deviation];
        double[] zeta = ProfileLikelihood.Zeta(design, fit, ProfileParameter.StandardDeviation(fit, "z0"), values);
        for (int i = 0; i < values.Length; i++)
        {
            double given = BruteForce.Largest(
                a => LogLikelihood(a, values[i]), alpha.Estimate - 1.5, alpha.Estimate + 1.5);
            Agree(zeta[i], best - given, "sd");
        }

        values = [alpha.Estimate - (1.5 * alpha.StandardError), alpha.Estimate + (2.5 * alpha.StandardError)];
        zeta = ProfileLikelihood.Zeta(design, fit, ProfileParameter.FixedEffect(fit, "x0"), values);
        for (int i = 0; i < values.Length; i++)
            Agree(zeta[i], best - BruteForce.Largest(s => LogLikelihood(values[i], s), 0, 4), "x0");
    }

    private static void Agree(double zeta, double loss, string name) =>
        Assert.That(0.5 * zeta * zeta, Is.EqualTo(loss).Within(2e-7 * (1 + loss)), name);
}
