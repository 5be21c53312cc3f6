using System.Text.Json;
using Glmm.Sparse.Data;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using Glmm.Sparse.Tests.Reference;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Inference;

/// <summary>Sandwich covariances against clubSandwich and against dense matrices.</summary>
[TestFixture]
internal sealed class ClusterRobustTests
{
    [TestCase("epil")]
    [TestCase("ohio")]
    public void OfQuasiLikelihoodItIsThatOfClubSandwich(string model)
    {
        JsonElement expected = Expected(model);
        Family family = Family.Parse(expected.GetProperty("family").GetString()!);
        string data = Repository.Data(expected.GetProperty("data").GetString() + ".csv");
        ModelFrame frame = ModelFrame.Create(CsvTable.Read(data), expected.GetProperty("formula").GetString()!, family);
        PqlFit fit = Pql.Fit(frame.Design, family, options: new FitOptions
        {
            Criterion = EstimationCriterion.Ml,
            Dispersion = DispersionOption.Estimated,
            Tolerance = 1e-10,
        });
        double[] estimates = JsonNumbers.Array(expected.GetProperty("estimate"));
        for (int j = 0; j < estimates.Length; j++) InferenceReference.Near(fit.FixedEffects[j].Estimate, estimates[j], "estimate");
        foreach (ClusterRobust kind in new[] { ClusterRobust.CR0, ClusterRobust.CR1, ClusterRobust.CR1S, ClusterRobust.CR3 })
        {
            double[,] matrix = JsonNumbers.Matrix(expected.GetProperty("robust").GetProperty(kind.ToString()));
            Near(ClusterRobustCovariance.Compute(fit, frame.Design, kind), matrix, kind.ToString(), 1e-5);
        }
    }

    [Test]
    public void OfIndependentRowsItIsThatOfClubSandwichForEveryCorrection()
    {
        JsonElement expected = Expected("independent");
        ModelFrame frame = ModelFrame.Create(
            CsvTable.Read(Repository.Data("Dyestuff2.csv")), "Yield ~ 1 + (1 | Batch)", Family.Gaussian);
        double[] x = JsonNumbers.Array(expected.GetProperty("x"));
        ClusteredDesign design = ClusteredDesign.Create(
            frame.Design.Response, [DesignColumn.Constant("one", 1, x.Length), DesignColumn.FromValues("x", x)],
            frame.Design.RandomEffects, frame.Design.Clusters);
        PqlFit fit = Pql.Fit(design, Family.Gaussian);
        Assert.That(fit.Covariance[0, 0], Is.EqualTo(0));
        foreach (ClusterRobust kind in Enum.GetValues<ClusterRobust>())
        {
            double[,] matrix = JsonNumbers.Matrix(expected.GetProperty("robust").GetProperty(kind.ToString()));
            Near(ClusterRobustCovariance.Compute(fit, design, kind), matrix, kind.ToString(), 1e-9);
        }
    }

    [TestCase("gaussian", 2, false)]
    [TestCase("poisson", 2, false)]
    [TestCase("binomial", 1, false)]
    [TestCase("poisson", 1, true)]
    public void CorrectionsAreThoseOfDenseResiduals(string family, int q, bool marginal)
    {
        RandomData data = RandomData.Simulate(12, Family.Parse(family), q, 25, 8);
        GlmmFit fit = marginal ? Mql.Fit(data.Design(), data.Family) : Pql.Fit(data.Design(), data.Family);
        var dense = new DenseInference(data, fit);
        foreach (ClusterRobust kind in new[] { ClusterRobust.CR0, ClusterRobust.CR2, ClusterRobust.CR3 })
        {
            Matrix<double> meat = Matrix<double>.Build.Dense(3, 3);
            foreach (int[] rows in dense.Clusters)
            {
                int n = rows.Length;
                Matrix<double> x = Matrix<double>.Build.Dense(n, 3, (i, j) => dense.X[rows[i], j]);
                Matrix<double> v = Matrix<double>.Build.Dense(n, n, (i, j) => dense.V[rows[i], rows[j]]);
                Vector<double> e = Vector<double>.Build.Dense(n, i => dense.Residual[rows[i]]);
                Matrix<double> root = Power(v, -0.5), whitened = root * x;
                Matrix<double> rest = Matrix<double>.Build.DenseIdentity(n) - (whitened * dense.Phi * whitened.Transpose());
                Matrix<double> adjust = Power(rest, kind switch { ClusterRobust.CR0 => 0, ClusterRobust.CR2 => -0.5, _ => -1 });
                Vector<double> score = whitened.Transpose() * adjust * root * e;
                meat += score.OuterProduct(score);
            }

            double[,] expected = (dense.Phi * meat * dense.Phi).ToArray();
            Near(ClusterRobustCovariance.Compute(fit, data.Design(), kind), expected, kind.ToString(), 1e-9);
        }
    }

    [Test]
    public void AreTheSameForAnyNumberOfThreads()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 4000, 8);
        PqlFit fit = Pql.Fit(data.Design(), data.Family);
        Assert.That(
            ClusterRobustCovariance.Compute(fit, data.Design(), ClusterRobust.CR2, 2),
            Is.EqualTo(ClusterRobustCovariance.Compute(fit, data.Design(), ClusterRobust.CR2, 1)));
    }

    [Test]
    public void ALikelihoodHasTheCorrectionsOfItsScores()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 1, 30, 8);
        LikelihoodFit fit = Laplace.Fit(data.Design(), data.Family);
        double[,] plain = ClusterRobustCovariance.Compute(fit, data.Design(), ClusterRobust.CR0);
        Assert.That(plain.Cast<double>(), Is.EqualTo(LikelihoodSandwich.Compute(fit, data.Design()).Covariance));
        Assert.That(
            ClusterRobustCovariance.Compute(fit, data.Design(), ClusterRobust.CR1)[1, 1],
            Is.EqualTo(plain[1, 1] * 30 / 29).Within(1e-15));
        Assert.That(
            () => ClusterRobustCovariance.Compute(fit, data.Design(), ClusterRobust.CR2),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("CR0, CR1 and CR1S"));
    }

    private static Matrix<double> Power(Matrix<double> matrix, double exponent)
    {
        var eigen = matrix.Evd(Symmetricity.Symmetric);
        Vector<double> values = eigen.EigenValues.Real().Map(v => Math.Pow(v, exponent));
        return eigen.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(values) * eigen.EigenVectors.Transpose();
    }

    private static JsonElement Expected(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Repository.Reference("inference", "cluster-robust.json")));
        return document.RootElement.GetProperty(name).Clone();
    }

    private static void Near(double[,] actual, double[,] expected, string what, double tolerance)
    {
        for (int i = 0; i < expected.GetLength(0); i++)
        {
            for (int j = 0; j < expected.GetLength(0); j++)
            {
                double scale = Math.Sqrt(expected[i, i] * expected[j, j]);
                Assert.That(actual[i, j], Is.EqualTo(expected[i, j]).Within(tolerance * scale), $"{what} [{i},{j}]");
            }
        }
    }
}
