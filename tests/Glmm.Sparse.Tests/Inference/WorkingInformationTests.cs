using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Information about variance parameters from clusters' sums, against n×n matrices.</summary>
[TestFixture]
internal sealed class WorkingInformationTests
{
    [TestCase("gaussian", 2, "pql", EstimationCriterion.Reml)]
    [TestCase("gaussian", 2, "pql", EstimationCriterion.Ml)]
    [TestCase("poisson", 1, "pql", EstimationCriterion.Reml)]
    [TestCase("binomial", 2, "pql", EstimationCriterion.Ml)]
    [TestCase("poisson", 2, "mql", EstimationCriterion.Reml)]
    public void InformationIsThatOfDenseMatrices(string family, int q, string method, EstimationCriterion criterion)
    {
        RandomData data = RandomData.Simulate(12, Family.Parse(family), q, 30, 8);
        GlmmFit fit = Fit(data, method, criterion);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Converged));
        var dense = new DenseInference(data, fit);
        WorkingInformation information = WorkingInformation.Compute(fit, data.Design());
        int count = information.ParameterCount;
        Matrix<double> back = Matrix<double>.Build.DenseOfRowMajor(data.X.Length, data.X.Length, information.Whitening).Inverse();

        // (XL)ᵀ…(XL) on the user's scale.
        double[] Unwhitened(ReadOnlySpan<double> matrix) =>
            (back.Transpose() * Matrix<double>.Build.DenseOfRowMajor(data.X.Length, data.X.Length, matrix.ToArray()) * back).ToRowMajorArray();

        Assert.Multiple(() =>
        {
            Assert.That(information.Rows, Is.EqualTo(data.Rows));
            double scale = dense.Expected().Diagonal().PointwiseSqrt().Maximum();
            Assert.That(information.Score, Is.EqualTo(dense.Score().ToArray()).Within(1e-9 * scale), "score");
            Assert.That(information.Score, Is.All.EqualTo(0).Within(1e-5 * scale), "score at the estimates");
            Near(information.Expected, dense.Expected(), "expected");
            Near(information.Observed, dense.Observed(), "observed");
            Near(information.ParameterCovariance(true)!, dense.Observed().Inverse(), "inverse of the observed");
            Near(information.ParameterCovariance(false)!, dense.Expected().Inverse(), "inverse of the expected");
            Near([information.ResidualForm], Matrix<double>.Build.Dense(1, 1, dense.Residual * dense.Projection * dense.Residual), "y*ᵀPy*");
            for (int l = 0; l < count; l++)
            {
                Near(Unwhitened(information.FixedDerivative(l)), dense.FixedDerivative(l), $"P{l}");
                for (int m = 0; m < count; m++) Near(Unwhitened(information.PairProduct(l, m)), dense.PairProduct(l, m), $"Q{l}{m}");
            }
        });
    }

    [Test]
    public void ParametersOnTheBoundaryAreLeftOut()
    {
        // A variance of 0: all is as if the random effect were not there.
        RandomData data = RandomData.Simulate(4, Family.Gaussian, 1, 20, 8);
        var random = new Random(9);
        double[] noise = [.. data.Y.Select(_ => random.NextDouble())];
        var centred = data.Cluster.Distinct().ToDictionary(c => c, c => noise.Where((_, i) => data.Cluster[i] == c).Average());
        data = data with { Y = [.. noise.Select((v, i) => v - centred[data.Cluster[i]] + data.Offset[i])] };
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Boundary));
        WorkingInformation information = WorkingInformation.Compute(fit, data.Design());
        double variance = 2 * fit.Dispersion * fit.Dispersion / (data.Rows - 3);
        foreach (bool observed in new[] { false, true })
        {
            double[] covariance = information.ParameterCovariance(observed)!;
            Assert.That(covariance, Is.EqualTo((double[])[0, 0, 0, variance]).Within(1e-9 * variance));
        }

        Assert.That(information.Score[0], Is.LessThan(0), "the likelihood falls off the boundary");
    }

    [Test]
    public void ALineOfPerfectCorrelationHasTheInformationAlongIt()
    {
        // D = vvᵀ: the numbers of a numerical Hessian of the dense restricted likelihood in (v, φ).
        RandomData data = RandomData.Simulate(31, Family.Gaussian, 2, 20, 8);
        double[] effect = [.. Enumerable.Range(0, 20).Select(i => Math.Sin(7.3 * i))];
        var random = new Random(5);
        data = data with
        {
            Y = [.. Enumerable.Range(0, data.Rows).Select(i => data.Offset[i] + (effect[data.Cluster[i]] * (1 + (0.8 * data.Z[1][i]))) + random.NextDouble())],
        };
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Boundary));
        double[,] d = fit.Covariance;
        double[] point = [Math.Sqrt(d[0, 0]), d[0, 1] / Math.Sqrt(d[0, 0]), fit.Dispersion];
        var dense = new DenseInference(data, fit);
        double LogLikelihood(double[] at)
        {
            Matrix<double> v = (dense.Weights * at[2]) + (dense.Derivatives[0] * at[0] * at[0]) +
                (dense.Derivatives[1] * at[0] * at[1]) + (dense.Derivatives[2] * at[1] * at[1]);
            Matrix<double> inverse = v.Inverse(), s = dense.X.Transpose() * inverse * dense.X;
            Matrix<double> projection = inverse - (inverse * dense.X * s.Inverse() * dense.X.Transpose() * inverse);
            return -0.5 * (v.Cholesky().DeterminantLn + s.Cholesky().DeterminantLn + (dense.Residual * projection * dense.Residual));
        }

        Matrix<double> hessian = Matrix<double>.Build.Dense(3, 3, (i, j) =>
        {
            const double h = 2e-4;
            double At(double a, double b)
            {
                double[] at = [.. point];
                at[i] += a;
                at[j] += b;
                return LogLikelihood(at);
            }

            return -(At(h, h) - At(h, -h) - At(-h, h) + At(-h, -h)) / (4 * h * h);
        });
        Matrix<double> jacobian = Matrix<double>.Build.DenseOfArray(new[,]
        {
            { 2 * point[0], 0, 0 }, { point[1], point[0], 0 }, { 0, 2 * point[1], 0 }, { 0, 0, 1 },
        });
        double[] covariance = WorkingInformation.Compute(fit, data.Design()).ParameterCovariance(true)!;
        Matrix<double> expected = jacobian * hessian.Inverse() * jacobian.Transpose();
        Assert.That(covariance, Is.EqualTo(expected.ToRowMajorArray()).Within(2e-6 * expected.Enumerate().Max(Math.Abs)));
    }

    [Test]
    public void InformationIsTheSameForAnyNumberOfThreads()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 2, 9000, 8);
        GlmmFit fit = Fit(data, "pql", EstimationCriterion.Reml);
        WorkingInformation one = WorkingInformation.Compute(fit, data.Design(), 1), two = WorkingInformation.Compute(fit, data.Design(), 2);
        Assert.That(two.Observed, Is.EqualTo(one.Observed));
        Assert.That(two.PairProduct(0, 1).ToArray(), Is.EqualTo(one.PairProduct(0, 1).ToArray()));
    }

    [Test]
    public void MaximumLikelihoodIsRefused()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 30, 8);
        Assert.That(
            () => WorkingInformation.Compute(Laplace.Fit(data.Design(), data.Family), data.Design()),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("Wald z"));
    }

    private static GlmmFit Fit(RandomData data, string method, EstimationCriterion criterion)
    {
        var options = new FitOptions { Criterion = criterion };
        return method == "mql" ? Mql.Fit(data.Design(), data.Family, options: options) : Pql.Fit(data.Design(), data.Family, options: options);
    }

    private static void Near(double[] actual, Matrix<double> expected, string name) => Assert.That(
        actual, Is.EqualTo(expected.ToRowMajorArray()).Within(1e-9 * expected.Enumerate().Max(Math.Abs)), name);
}
