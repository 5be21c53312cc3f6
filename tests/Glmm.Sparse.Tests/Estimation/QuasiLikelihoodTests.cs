using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>
/// The two closed forms against brute force: the quadratic expansion times the normal density of the random effects,
/// summed over a fine grid, with poisson means from Math.Exp and derivatives by hand.
/// </summary>
[TestFixture]
internal sealed class QuasiLikelihoodTests
{
    private static readonly double[] Alpha = [0.25, 0.4, -0.3];

    [TestCase(1, 1.0)]
    [TestCase(1, 0.6)]
    [TestCase(2, 1.0)]
    [TestCase(2, 1.7)]
    public void MarginalIsTheIntegralOfTheExpansionAboutZero(int q, double phi)
    {
        RandomData data = RandomData.Simulate(5, Family.Poisson, q, 9, 6);
        double[,] d = Covariance(q);
        double value = QuasiLikelihood.Marginal(data.Design(), Family.Poisson, null, Alpha, d, phi);
        double expected = Enumerable.Range(0, 9).Sum(i => Integral(data, i, new double[q], d, phi));
        Assert.That(value, Is.EqualTo(expected).Within(1e-9 * Math.Abs(expected)));
    }

    [TestCase(1, 1.0)]
    [TestCase(1, 0.6)]
    [TestCase(2, 1.0)]
    [TestCase(2, 1.7)]
    public void PenalizedIsTheIntegralOfTheExpansionAboutTheMode(int q, double phi)
    {
        RandomData data = RandomData.Simulate(5, Family.Poisson, q, 9, 6);
        double[,] d = Covariance(q);
        (double value, double[] modes) = QuasiLikelihood.Penalized(data.Design(), Family.Poisson, null, Alpha, d, phi);
        double expected = Enumerable.Range(0, 9).Sum(i => Integral(data, i, modes[(i * q)..((i + 1) * q)], d, phi));
        Assert.That(value, Is.EqualTo(expected).Within(1e-9 * Math.Abs(expected)));

        // The mode is one: the penalised score is 0 there.
        for (int i = 0; i < 9; i++)
        {
            double[] mode = modes[(i * q)..((i + 1) * q)], solved = Solve(d, mode);
            for (int l = 0; l < q; l++)
            {
                double score = Rows(data, i).Sum(r => data.Z[l][r] * (data.Y[r] - Mean(data, r, mode)) / phi);
                Assert.That(score, Is.EqualTo(solved[l]).Within(1e-8));
            }
        }
    }

    [Test]
    public void SingularCovarianceIsTheLimitOfRegularOnes()
    {
        RandomData data = RandomData.Simulate(8, Family.Poisson, 2, 9, 6);
        double[,] singular = { { 0.4, 0.2 }, { 0.2, 0.1 } }, regular = { { 0.4, 0.2 }, { 0.2, 0.1 + 1e-9 } };
        Assert.That(
            QuasiLikelihood.Penalized(data.Design(), Family.Poisson, null, Alpha, singular).Value,
            Is.EqualTo(QuasiLikelihood.Penalized(data.Design(), Family.Poisson, null, Alpha, regular).Value).Within(1e-6));
        Assert.That(
            QuasiLikelihood.Marginal(data.Design(), Family.Poisson, null, Alpha, singular),
            Is.EqualTo(QuasiLikelihood.Marginal(data.Design(), Family.Poisson, null, Alpha, regular)).Within(1e-6));
    }

    [Test]
    public void WithoutRandomEffectsBothAreTheLogQuasiLikelihood()
    {
        RandomData data = RandomData.Simulate(8, Family.Poisson, 1, 9, 6);
        double expected = Enumerable.Range(0, data.Rows).Sum(r => -0.5 * Deviance(data.Y[r], Mean(data, r, [0])));
        double[,] zero = { { 0 } };
        Assert.That(QuasiLikelihood.Marginal(data.Design(), Family.Poisson, null, Alpha, zero), Is.EqualTo(expected).Within(1e-10));
        Assert.That(QuasiLikelihood.Penalized(data.Design(), Family.Poisson, null, Alpha, zero).Value, Is.EqualTo(expected).Within(1e-10));
    }

    [Test]
    public void TheFitsReportThem()
    {
        RandomData data = RandomData.Simulate(21, Family.Poisson, 2, 30, 8);
        foreach (EstimationMethod method in new[] { EstimationMethod.Pql, EstimationMethod.Mql })
        {
            var fit = GlmmEstimator.Fit(method, data.Design(), Family.Poisson);
            double[] alpha = [.. fit.FixedEffects.Select(e => e.Estimate)];
            double value = method == EstimationMethod.Pql
                ? QuasiLikelihood.Penalized(data.Design(), Family.Poisson, null, alpha, fit.Covariance).Value
                : QuasiLikelihood.Marginal(data.Design(), Family.Poisson, null, alpha, fit.Covariance);
            Assert.That(fit.LogQuasiLikelihood, Is.EqualTo(value).Within(1e-7));
        }
    }

    // log ∫ N(β; 0, D) exp(ℓ(β⁰) + gᵀ(β − β⁰) − ½(β − β⁰)ᵀA(β − β⁰)) dβ on a grid around the integrand's own mode.
    private static double Integral(RandomData data, int cluster, double[] about, double[,] d, double phi)
    {
        int q = about.Length;
        int[] rows = Rows(data, cluster);
        double constant = 0;
        var g = new double[q];
        var a = new double[q, q];
        foreach (int r in rows)
        {
            double mu = Mean(data, r, about);
            constant -= 0.5 * Deviance(data.Y[r], mu) / phi;
            for (int l = 0; l < q; l++)
            {
                g[l] += data.Z[l][r] * (data.Y[r] - mu) / phi;
                for (int m = 0; m < q; m++) a[l, m] += data.Z[l][r] * data.Z[m][r] * mu / phi;
            }
        }

        // The trapezoidal rule converges geometrically for a Gaussian that has died out at both ends.
        const int Points = 400;
        const double Width = 14;
        double step = 2 * Width / Points, sum = 0;
        double determinant = q == 1 ? d[0, 0] : (d[0, 0] * d[1, 1]) - (d[0, 1] * d[1, 0]);
        double norm = Math.Pow(step, q) / (Math.Pow(2 * Math.PI, q / 2.0) * Math.Sqrt(determinant));
        var beta = new double[q];
        for (int i = 0; i <= Points; i++)
        {
            beta[0] = -Width + (i * step);
            for (int j = 0; j <= (q == 1 ? 0 : Points); j++)
            {
                if (q == 2) beta[1] = -Width + (j * step);
                double[] solved = Solve(d, beta);
                double exponent = constant;
                for (int l = 0; l < q; l++)
                {
                    exponent += ((g[l] * (beta[l] - about[l])) - (0.5 * beta[l] * solved[l]));
                    for (int m = 0; m < q; m++) exponent -= 0.5 * (beta[l] - about[l]) * a[l, m] * (beta[m] - about[m]);
                }

                sum += Math.Exp(exponent);
            }
        }

        return Math.Log(sum * norm);
    }

    private static int[] Rows(RandomData data, int cluster) =>
        [.. Enumerable.Range(0, data.Rows).Where(r => data.Cluster[r] == cluster)];

    private static double Mean(RandomData data, int r, double[] beta)
    {
        double eta = data.Offset[r];
        for (int j = 0; j < Alpha.Length; j++) eta += Alpha[j] * data.X[j][r];
        for (int l = 0; l < beta.Length; l++) eta += beta[l] * data.Z[l][r];
        return Math.Exp(eta);
    }

    private static double Deviance(double y, double mu) => 2 * ((y == 0 ? 0 : y * Math.Log(y / mu)) - (y - mu));

    private static double[,] Covariance(int q) => q == 1 ? new double[,] { { 0.6 } } : new double[,] { { 0.6, 0.15 }, { 0.15, 0.5 } };

    private static double[] Solve(double[,] d, double[] v)
    {
        if (v.Length == 1) return [v[0] / d[0, 0]];
        double determinant = (d[0, 0] * d[1, 1]) - (d[0, 1] * d[1, 0]);
        return [((d[1, 1] * v[0]) - (d[0, 1] * v[1])) / determinant, ((d[0, 0] * v[1]) - (d[1, 0] * v[0])) / determinant];
    }
}
