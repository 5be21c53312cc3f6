using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Likelihood;
using Glmm.Sparse.Working;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Scores of clusters in Laplace's likelihood and their sandwich, against differences of the scalar
/// program.</summary>
[TestFixture]
internal sealed class LikelihoodSandwichTests
{
    [TestCase("poisson", "log", 1, Curvature.FamilyDefault)]
    [TestCase("binomial", "cloglog", 1, Curvature.Expected)]
    [TestCase("poisson", "log", 2, Curvature.FamilyDefault)]
    [TestCase("binomial", "logit", 2, Curvature.FamilyDefault)]
    [TestCase("binomial", "probit", 1, Curvature.Expected)]
    [TestCase("binomial", "probit", 2, Curvature.Observed)]
    [TestCase("gaussian", "identity", 2, Curvature.FamilyDefault)]
    [TestCase("gamma", "log", 1, Curvature.FamilyDefault)]
    [TestCase("negative-binomial", "log", 1, Curvature.FamilyDefault)]
    public void ScoresAreTheDerivativesOfEachClustersLogLikelihood(string family, string link, int q, Curvature curvature)
    {
        RandomData data = Data(family, q);
        var fit = Laplace.Fit(data.Design(), data.Family, Link.Parse(link), new FitOptions { Curvature = curvature, Tolerance = 1e-10 });
        Assert.That(fit.Converged, fit.Message);
        double[] total = [];
        foreach ((int code, double[] score) in Scores(fit, data))
        {
            double[] expected = Differences(fit, data, code);
            Assert.That(score, Has.Length.EqualTo(expected.Length));
            double scale = score.Max(Math.Abs);
            Assert.That(score, Is.EqualTo(expected).Within(2e-6 * (1 + scale)), $"cluster {code}");
            total = total.Length == 0 ? score : [.. total.Zip(score, (a, b) => a + b)];
        }

        double[] errors = [.. Enumerable.Range(0, total.Length).Select(i => Math.Sqrt(fit.Outcome.Likelihood!.ParameterCovariance[i, i]))];
        Assert.That(total.Zip(errors, (s, e) => s * e), Is.All.EqualTo(0).Within(1e-5), "they add up to 0 at the maximum");
    }

    [Test]
    public void TheSandwichIsThatOfDifferences()
    {
        RandomData data = Data("poisson", 1);
        LikelihoodFit fit = Laplace.Fit(data.Design(), data.Family, null, new FitOptions { Tolerance = 1e-10 });
        var dense = new DenseMarginalLikelihood(data.Design());
        var density = new ScalarDensity("poisson", Link.Log);
        double Total(double[] psi) => dense.Laplace(density, psi[..3], new[,] { { psi[3] } }, observed: true);
        double[] at = [.. fit.FixedEffects.Select(e => e.Estimate), fit.Covariance[0, 0]];
        Matrix<double> information = Matrix<double>.Build.Dense(4, 4, (i, j) =>
        {
            const double Step = 2e-3;
            double[] Moved(double a, double b)
            {
                double[] psi = [.. at];
                psi[i] += a * Step;
                psi[j] += b * Step;
                return psi;
            }

            return -(Total(Moved(1, 1)) - Total(Moved(1, -1)) - Total(Moved(-1, 1)) + Total(Moved(-1, -1))) / (4 * Step * Step);
        });
        Matrix<double> meat = Matrix<double>.Build.Dense(4, 4);
        foreach ((int code, _) in Scores(fit, data))
        {
            Vector<double> score = Vector<double>.Build.DenseOfArray(Differences(fit, data, code));
            meat += score.OuterProduct(score);
        }

        Matrix<double> inverse = information.Inverse();
        double[,] expected = (inverse * meat * inverse).ToArray();
        (double[] covariance, int clusters) = LikelihoodSandwich.Compute(fit, data.Design());
        Assert.That(clusters, Is.EqualTo(fit.GroupCount));
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double scale = Math.Sqrt(expected[i, i] * expected[j, j]);
                Assert.That(covariance[(i * 3) + j], Is.EqualTo(expected[i, j]).Within(2e-4 * scale));
            }
        }
    }

    [Test]
    public void QuadratureAndFrequenciesAreRefused()
    {
        RandomData data = Data("poisson", 1);
        ClusteredDesign design = data.Design(), twice = design.WithFrequencies(DesignColumn.Constant("f", 2, data.Rows));
        Assert.That(
            () => LikelihoodSandwich.Compute(AdaptiveQuadrature.Fit(design, data.Family), design),
            Throws.TypeOf<InvalidModelOptionException>());
        Assert.That(
            () => LikelihoodSandwich.Compute(Laplace.Fit(twice, data.Family), twice),
            Throws.TypeOf<InvalidModelOptionException>());
    }

    private static RandomData Data(string family, int q)
    {
        RandomData data = RandomData.Simulate(
            31, family is "binomial" or "gaussian" ? Family.Parse(family) : Family.Poisson, q, 40, 8);
        var random = new Random(8);
        return family switch
        {
            "gamma" => data with { Family = Family.Gamma, Y = [.. data.Y.Select(y => (y + 0.5) * (0.5 + random.NextDouble()))] },
            "negative-binomial" => data with
            {
                Family = Family.NegativeBinomial(),
                Y = [.. data.Y.Select(y => y * (random.Next(3) == 0 ? 2 : 1))],
            },
            _ => data,
        };
    }

    private static SortedDictionary<int, double[]> Scores(LikelihoodFit fit, RandomData data)
    {
        var all = new SortedDictionary<int, double[]>();
        var scores = new LaplaceScores(fit);
        new WorkingClusters(fit, data.Design(), threads: 1).Sweep(
            default, () => 0, (cluster, _) =>
            {
                var score = new double[scores.Count];
                scores.Compute(cluster, score);
                all.Add(cluster.Code, score);
            },
            _ => { });
        return all;
    }

    // Central differences in α, the lower triangle of D, log φ and log ξ.
    private static double[] Differences(LikelihoodFit fit, RandomData data, int code)
    {
        int[] rows = [.. Enumerable.Range(0, data.Rows).Where(row => data.Cluster[row] == code)];
        RandomData own = data.Take(rows) with { Cluster = new int[rows.Length] };
        var dense = new DenseMarginalLikelihood(own.Design());
        int q = data.Z.Length, packed = q * (q + 1) / 2;
        bool hasShape = fit.Shape is { IsEstimated: true };
        double[] at =
        [
            .. fit.FixedEffects.Select(e => e.Estimate),
            .. from r in Enumerable.Range(0, q) from c in Enumerable.Range(0, r + 1) select fit.Covariance[r, c],
            .. fit.DispersionEstimated ? [Math.Log(fit.Dispersion)] : Array.Empty<double>(),
            .. hasShape ? [Math.Log(fit.Shape!.Value.Value)] : Array.Empty<double>(),
        ];
        double Value(double[] psi)
        {
            var d = new double[q, q];
            for (int r = 0, e = 3; r < q; r++)
            {
                for (int c = 0; c <= r; c++, e++) d[r, c] = d[c, r] = psi[e];
            }

            var density = new ScalarDensity(
                fit.Family.Name, fit.Link, fit.DispersionEstimated ? Math.Exp(psi[3 + packed]) : 1,
                hasShape ? Math.Exp(psi[^1]) : fit.Family.Theta ?? double.NaN);
            return dense.Laplace(density, psi[..3], d, fit.HasObservedCurvature);
        }

        return
        [
            .. at.Select((value, i) =>
            {
                double step = 1e-4 * (Math.Abs(value) + 0.05);
                double Moved(double by) => Value([.. at.Select((v, j) => j == i ? v + (by * step) : v)]);
                return ((8 * (Moved(1) - Moved(-1))) - (Moved(2) - Moved(-2))) / (12 * step);
            }),
        ];
    }
}
