using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Reference;
using MathNet.Numerics.Differentiation;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;
using ChiSquared = MathNet.Numerics.Distributions.ChiSquared;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Standard errors of variances against lme4's deviance differentiated numerically, nlme's intervals, and a dense
/// likelihood of the working model differentiated numerically.</summary>
[TestFixture]
internal sealed class VarianceComponentTests
{
    private static IEnumerable<TestCaseData> Models()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.Reference("inference", "variance_components.json")));
        foreach (JsonElement model in document.RootElement.EnumerateArray())
        {
            yield return new TestCaseData(model.Clone()).SetArgDisplayNames(
                model.GetProperty("model").GetString()!, model.GetProperty("reml").GetBoolean() ? "REML" : "ML");
        }
    }

    [TestCaseSource(nameof(Models))]
    public void CovarianceOfTheParametersIsThatOfLme4sHessian(JsonElement expected)
    {
        (PqlFit fit, ClusteredDesign design) = Fit(expected);
        double[,] covariance = JsonNumbers.Matrix(expected.GetProperty("covariance"));
        VarianceComponentInference actual = VarianceComponentInference.Of(fit, design);
        int count = covariance.GetLength(0);
        Assert.That(actual.Message, Is.Null);
        for (int a = 0; a < count; a++)
        {
            for (int b = 0; b < count; b++)
            {
                double scale = Math.Sqrt(covariance[a, a] * covariance[b, b]);
                Assert.That(actual.ParameterCovariance![a, b], Is.EqualTo(covariance[a, b]).Within(1e-5 * scale), $"{a}, {b}");
            }
        }
    }

    /// <summary>nlme differentiates its own log-Cholesky likelihood numerically, to about two digits; for REML it takes
    /// another number of degrees of freedom of σ.</summary>
    [TestCaseSource(nameof(Models))]
    public void IntervalsAreNearThoseOfNlme(JsonElement expected)
    {
        (PqlFit fit, ClusteredDesign design) = Fit(expected);
        VarianceComponentInference actual = VarianceComponentInference.Of(fit, design);
        double[,] bounds = JsonNumbers.Matrix(expected.GetProperty("nlme"));
        int q = fit.RandomTerms.Count;
        VarianceComponentRow[] deviations = [.. actual.Rows.Where(r => r.Kind == VarianceComponentKind.StandardDeviation)];
        double tolerance = expected.GetProperty("reml").GetBoolean() ? 0.06 : 0.01;
        for (int a = 0; a < q; a++)
        {
            // Half the width on the logarithmic scale.
            double width = Math.Log(bounds[a, 2] / bounds[a, 1]);
            Assert.That(Math.Log(deviations[a].Upper / deviations[a].Estimate), Is.EqualTo(width).Within(tolerance * width));
            Assert.That(Math.Log(deviations[a].Estimate / deviations[a].Lower), Is.EqualTo(width).Within(tolerance * width));
        }

        foreach (VarianceComponentRow row in actual.Rows.Where(r => r.Kind == VarianceComponentKind.Correlation))
        {
            double half = 0.5 * (Math.Atanh(bounds[q, 2]) - Math.Atanh(bounds[q, 0]));
            Assert.That(Math.Atanh(row.Upper) - Math.Atanh(row.Estimate), Is.EqualTo(half).Within(tolerance * half));
        }
    }

    [TestCase("gaussian", true)]
    [TestCase("gaussian", false)]
    [TestCase("poisson", true)]
    [TestCase("binomial", false)]
    public void ErrorsAreThoseOfTheDenseLikelihoodsCurvature(string family, bool restricted)
    {
        RandomData data = RandomData.Simulate(15, Family.Parse(family), 2, 60, 8);
        PqlFit fit = Pql.Fit(data.Design(), data.Family, null, new FitOptions
        {
            Criterion = restricted ? EstimationCriterion.Reml : EstimationCriterion.Ml,
        });
        Assert.That(fit.Verdict, Is.EqualTo(Verdict.Converged));
        double[] parameters = [fit.Covariance[0, 0], fit.Covariance[1, 0], fit.Covariance[1, 1]];
        if (fit.DispersionEstimated) parameters = [.. parameters, fit.Dispersion];
        var working = new DenseWorkingLikelihood(fit, data);
        double[] scale = [.. parameters.Select((p, i) => 0.01 * (i == 1 ? Math.Sqrt(parameters[0] * parameters[2]) : p))];
        var hessian = new NumericalHessian(5, 2);
        double[,] curvature = hessian.Evaluate(
            s => -working.LogLikelihood([.. s.Select((v, i) => parameters[i] + (v * scale[i]))], restricted),
            new double[parameters.Length]);
        Matrix<double> expected = Matrix<double>.Build.DenseOfArray(curvature).Inverse();
        double[,] actual = VarianceComponentInference.Of(fit, data.Design()).ParameterCovariance!;
        for (int a = 0; a < parameters.Length; a++)
        {
            for (int b = 0; b < parameters.Length; b++)
            {
                double value = expected[a, b] * scale[a] * scale[b];
                double size = Math.Sqrt(expected[a, a] * expected[b, b]) * scale[a] * scale[b];
                Assert.That(actual[a, b], Is.EqualTo(value).Within(1e-5 * size), $"{a}, {b}");
            }
        }
    }

    [Test]
    public void FunctionsOfTheParametersAreByTheDeltaMethod()
    {
        RandomData data = RandomData.Simulate(15, Family.Gaussian, 2, 60, 8);
        PqlFit fit = Pql.Fit(data.Design(), Family.Gaussian);
        VarianceComponentInference actual = VarianceComponentInference.Of(fit, data.Design());
        Matrix<double> cov = Matrix<double>.Build.DenseOfArray(actual.ParameterCovariance!);
        double[] at = [fit.Covariance[0, 0], fit.Covariance[1, 0], fit.Covariance[1, 1], fit.Dispersion];
        double Error(Func<double[], double> f)
        {
            Vector<double> gradient = Vector<double>.Build.Dense(4, i => new NumericalDerivative(5, 2).EvaluatePartialDerivative(f, at, i, 1));
            return Math.Sqrt(gradient * cov * gradient);
        }

        VarianceComponentRow Row(VarianceComponentKind kind, string first) => actual.Rows.Single(r => r.Kind == kind && r.First == first);
        Assert.Multiple(() =>
        {
            Near(Row(VarianceComponentKind.Variance, "z1").StandardError, Error(s => s[2]));
            Near(Row(VarianceComponentKind.StandardDeviation, "z0").StandardError, Error(s => Math.Sqrt(s[0])));
            Near(Row(VarianceComponentKind.Covariance, "z0").StandardError, Error(s => s[1]));
            Near(Row(VarianceComponentKind.Correlation, "z0").StandardError, Error(s => s[1] / Math.Sqrt(s[0] * s[2])));
            Near(Row(VarianceComponentKind.RootDispersion, "").StandardError, Error(s => Math.Sqrt(s[3])));
        });
        foreach (VarianceComponentRow row in actual.Rows) Assert.That(row.Estimate, Is.InRange(row.Lower, row.Upper));
        void Near(double value, double expected) => Assert.That(value, Is.EqualTo(expected).Within(1e-7 * expected));
    }

    [Test]
    public void SatterthwaitesIntervalOfABalancedResidualVarianceIsExact()
    {
        // One-way layout: φ̂ is the mean square within, with k(m − 1) degrees of freedom.
        ClusteredDesign design = ReferenceDesign.Read("dyestuff_ri", "unstructured");
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        VarianceComponentInference actual = VarianceComponentInference.Of(
            fit, design, 0.9, VarianceComponentInterval.Satterthwaite);
        VarianceComponentRow row = actual.Rows.Single(r => r.Kind == VarianceComponentKind.Dispersion);
        Assert.That(row.Lower, Is.EqualTo(24 * fit.Dispersion / ChiSquared.InvCDF(24, 0.95)).Within(1e-5 * row.Lower));
        Assert.That(row.Upper, Is.EqualTo(24 * fit.Dispersion / ChiSquared.InvCDF(24, 0.05)).Within(1e-5 * row.Upper));
    }

    [Test]
    public void ADiagonalStructureHasNoCorrelations()
    {
        ClusteredDesign design = ReferenceDesign.Read("sleepstudy_us", "diagonal");
        VarianceComponentInference actual = VarianceComponentInference.Of(Pql.Fit(design, Family.Gaussian), design);
        Assert.That(actual.Rows.Select(r => r.Kind), Has.None.EqualTo(VarianceComponentKind.Correlation));
        Assert.That(actual.ParameterCovariance!.GetLength(0), Is.EqualTo(3));
        Assert.That(actual.Rows, Has.Count.EqualTo(6));
    }

    [Test]
    public void CompoundSymmetryIsTakenBackToElements()
    {
        RandomData data = RandomData.Simulate(15, Family.Gaussian, 2, 60, 8);
        ClusteredDesign design = data.Design(CovarianceStructure.CompoundSymmetry(2));
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        VarianceComponentInference actual = VarianceComponentInference.Of(fit, design);
        double[,] cov = actual.ParameterCovariance!;
        VarianceComponentRow[] variances = [.. actual.Rows.Where(r => r.Kind == VarianceComponentKind.Variance)];
        double expected = 0.5 * Math.Sqrt(cov[0, 0] + cov[1, 1] + (2 * cov[0, 1]));
        Assert.That(variances[0].StandardError, Is.EqualTo(expected).Within(1e-10 * expected));
        Assert.That(variances[1].StandardError, Is.EqualTo(expected).Within(1e-10 * expected));
    }

    [Test]
    public void OnTheBoundaryThereIsNoErrorButANote()
    {
        ClusteredDesign design = ReferenceDesign.Read("dyestuff2_ri", "unstructured");
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        VarianceComponentInference actual = VarianceComponentInference.Of(fit, design);
        VarianceComponentRow row = actual.Rows.Single(r => r.Kind == VarianceComponentKind.StandardDeviation);
        Assert.That((row.Estimate, row.Lower), Is.EqualTo((0.0, 0.0)));
        Assert.That(row.StandardError, Is.NaN);
        Assert.That(row.Upper, Is.NaN);
        Assert.That(row.Note, Does.StartWith("0, on the boundary"));
        VarianceComponentRow phi = actual.Rows.Single(r => r.Kind == VarianceComponentKind.Dispersion);
        double expected = fit.Dispersion * Math.Sqrt(2.0 / 29);
        Assert.That(phi.StandardError, Is.EqualTo(expected).Within(1e-6 * expected), "that of linear regression");
        Assert.That(actual.ToString(), Does.Contain("    0, on the boundary"));
    }

    [Test]
    public void OfAMaximumLikelihoodFitTheyAreItsOwn()
    {
        ClusteredDesign design = ReferenceDesign.Read("epil_visit_rs", "unstructured");
        LikelihoodFit fit = Laplace.Fit(design, Family.Poisson);
        VarianceComponentInference actual = VarianceComponentInference.Of(fit, design);
        Assert.That(actual.ParameterCovariance, Is.Null);
        VarianceComponentRow variance = actual.Rows.First(r => r.Kind == VarianceComponentKind.Variance);
        VarianceComponentRow deviation = actual.Rows.First(r => r.Kind == VarianceComponentKind.StandardDeviation);
        Assert.That(variance.StandardError, Is.EqualTo(fit.CovarianceStandardErrors[0, 0]));
        Assert.That(
            deviation.StandardError, Is.EqualTo(fit.CovarianceStandardErrors[0, 0] / (2 * Math.Sqrt(fit.Covariance[0, 0]))).Within(1e-14));
        VarianceComponentRow correlation = actual.Rows.Single(r => r.Kind == VarianceComponentKind.Correlation);
        Assert.That(correlation.StandardError, Is.NaN);
        Assert.That(correlation.Note, Does.Contain("use profile likelihood"));
    }

    [Test]
    public void AShapeAndADispersionOfALikelihoodFitHaveRows()
    {
        DrawnRows data = DrawnRows.Draw(Family.NegativeBinomial(1.5), Link.Log, 40, 6, 2);
        LikelihoodFit fit = Laplace.Fit(data.Design, Family.NegativeBinomial());
        VarianceComponentRow shape = VarianceComponentInference.Of(fit, data.Design).Rows[^1];
        Assert.That((shape.Kind, shape.First), Is.EqualTo((VarianceComponentKind.Shape, "theta")));
        Assert.That(shape.StandardError, Is.EqualTo(fit.ShapeStandardError));
        Assert.That(shape.Lower * shape.Upper, Is.EqualTo(shape.Estimate * shape.Estimate).Within(1e-9 * shape.Estimate * shape.Estimate));
        LikelihoodFit gamma = Laplace.Fit(DrawnRows.Draw(Family.Gamma, Link.Log, 40, 6, 2).Design, Family.Gamma, Link.Log);
        VarianceComponentRow phi = VarianceComponentInference.Of(
            gamma, DrawnRows.Draw(Family.Gamma, Link.Log, 40, 6, 2).Design).Rows.Single(r => r.Kind == VarianceComponentKind.Dispersion);
        Assert.That(phi.StandardError, Is.EqualTo(gamma.DispersionStandardError));
    }

    [Test]
    public void AWrongLevelIsRefused()
    {
        ClusteredDesign design = ReferenceDesign.Read("dyestuff_ri", "unstructured");
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        Assert.That(() => VarianceComponentInference.Of(fit, design, 1), Throws.TypeOf<InvalidModelOptionException>());
    }

    private static (PqlFit Fit, ClusteredDesign Design) Fit(JsonElement expected)
    {
        ClusteredDesign design = ReferenceDesign.Read(expected.GetProperty("model").GetString()!, "unstructured");
        PqlFit fit = Pql.Fit(design, Family.Gaussian, null, new FitOptions
        {
            Criterion = expected.GetProperty("reml").GetBoolean() ? EstimationCriterion.Reml : EstimationCriterion.Ml,
        });
        return (fit, design);
    }
}
