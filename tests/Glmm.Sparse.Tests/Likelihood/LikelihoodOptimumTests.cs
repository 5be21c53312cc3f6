using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>
/// What a fit reports is a maximum of the scalar program's log-likelihood, and its standard errors are those of the
/// numerical Hessian there: every family and link by Laplace's approximation and by quadrature.
/// </summary>
[TestFixture]
internal sealed class LikelihoodOptimumTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        // A gaussian mean 1/η has a pole: its likelihood need not have a maximum.
        foreach (LikelihoodCase one in LikelihoodCase.All.Where(one => one.ToString() != "gaussian inverse"))
        {
            foreach (int nodes in new[] { 1, 3 })
            {
                // At outer nodes a link that ends somewhere may leave its domain.
                bool ends = one.Link.Name is "inverse" or "inverse-square" or "sqrt" or "identity" && one.Family != Family.Gaussian;
                if (nodes > 1 && ends) continue;
                foreach (int q in new[] { 1, 2 })
                    yield return new TestCaseData(one, nodes, q).SetArgDisplayNames(one.ToString(), $"Q={nodes}", $"q={q}");
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void TheFitIsAMaximumAndItsErrorsAreThoseOfTheHessian(object model, int nodes, int q)
    {
        var one = (LikelihoodCase)model;
        var options = new FitOptions { Nodes = nodes, Curvature = Curvature.Observed, Tolerance = 1e-9 };

        // This is for maxima inside: the first data set that has one.
        (ClusteredDesign design, LikelihoodFit fit) = Enumerable.Range(100, 20).Select(seed =>
        {
            ClusteredDesign candidate = one.Simulate(seed, q, clusters: 25, largest: 12).Design();
            return (candidate, GlmmEstimator.Fit(Method(nodes), candidate, one.Family, one.Link, options));
        }).Select(pair => (pair.candidate, (LikelihoodFit)pair.Item2)).First(pair => pair.Item2 is { Converged: true, Singular: false });

        bool phi = fit.DispersionEstimated, shape = fit.Shape is { IsEstimated: true };
        double[,] d = fit.Covariance;
        double[,] covarianceErrors = fit.CovarianceStandardErrors;
        List<double> at = [.. fit.FixedEffects.Select(effect => effect.Estimate)];
        List<double> errors = [.. fit.FixedEffects.Select(effect => effect.StandardError)];
        int p = at.Count;
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                at.Add(d[a, b]);
                errors.Add(covarianceErrors[a, b]);
            }
        }

        if (phi)
        {
            at.Add(fit.Dispersion);
            errors.Add(fit.DispersionStandardError);
        }

        if (shape)
        {
            at.Add(fit.Shape!.Value.Value);
            errors.Add(fit.ShapeStandardError);
        }

        var dense = new DenseMarginalLikelihood(design);
        double Value(double[] x)
        {
            var covariance = new double[q, q];
            int next = p;
            for (int a = 0; a < q; a++)
            {
                for (int b = 0; b <= a; b++) covariance[a, b] = covariance[b, a] = x[next++];
            }

            ScalarDensity density = one.Density with
            {
                Dispersion = phi ? x[next] : 1,
                Shape = shape ? x[^1] : double.NaN,
            };
            return dense.Quadrature(density, x[..p], covariance, nodes, observed: true);
        }

        double[] estimates = [.. at], steps = [.. errors.Select(error => 0.005 * error)];
        Assert.That(fit.LogLikelihood, Is.EqualTo(Value(estimates)).Within(1e-9 * (1 + Math.Abs(fit.LogLikelihood))));
        double[] gradient = Differences.Gradient(Value, estimates, steps);
        Matrix<double> information = Matrix<double>.Build.DenseOfArray(Differences.Hessian(Value, estimates, steps)).Negate();
        Matrix<double> inverse = information.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(estimates.Length));
        for (int j = 0; j < estimates.Length; j++)
        {
            double error = Math.Sqrt(inverse[j, j]);
            Assert.That(errors[j], Is.EqualTo(error).Within(1e-3 * error), $"standard error {j}");
        }

        // The next Newton step in standard errors.
        Vector<double> step = inverse * Vector<double>.Build.Dense(gradient);
        for (int j = 0; j < estimates.Length; j++)
            Assert.That(Math.Abs(step[j]) / errors[j], Is.LessThan(1e-5), $"step {j}");
    }

    private static EstimationMethod Method(int nodes) => nodes == 1 ? EstimationMethod.Laplace : EstimationMethod.Aghq;
}
