using System.Text.Json;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>Predictions and their standard errors against lme4's (Reference/inference/prediction.R).</summary>
[TestFixture]
internal sealed class PredictionReferenceTests
{
    // glmer's optimisers end 1e-5 from each other, and its covariance of the fixed effects is from finite differences.
    [TestCase("sleepstudy", "gaussian", 1e-6, 1e-5)]
    [TestCase("cbpp", "binomial", 2e-5, 2e-3)]
    [TestCase("grouseticks", "poisson", 2e-5, 2e-3)]
    public void PredictionsAndErrorsAgreeWithLme4(string name, string family, double tolerance, double errorTolerance)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllText(Repository.Reference("inference", "prediction.json")));
        JsonElement expected = document.RootElement.GetProperty(name);
        double[] Column(string column) => JsonNumbers.Array(expected.GetProperty(column));
        double[,] xs = JsonNumbers.Matrix(expected.GetProperty("x")), zs = JsonNumbers.Matrix(expected.GetProperty("z"));
        int[] codes = [.. Column("cluster").Select(c => (int)c)];
        double[] y = Column("y"), weights = Column("weight");
        int n = y.Length;
        List<DesignColumn> Columns(double[,] matrix) =>
        [
            .. Enumerable.Range(0, matrix.GetLength(1)).Select(j => DesignColumn.FromValues(
                "c" + j, Enumerable.Range(0, n).Select(r => matrix[r, j]).ToArray())),
        ];
        ClusteredDesign design = ClusteredDesign.Create(
            DesignColumn.FromValues("y", y), Columns(xs), Columns(zs), new ClusterIndex("g", codes, codes.Max() + 1),
            weights.All(w => w == 1) ? null : DesignColumn.FromValues("w", weights));
        Family chosen = Family.Parse(family);
        GlmmFit fit = family == "gaussian"
            ? Pql.Fit(design, chosen)
            : Laplace.Fit(design, chosen, null, new FitOptions { Curvature = Curvature.Expected });
        FittedModel model = FittedModel.Create(fit, design);
        double[] x = [.. xs.Cast<double>()], z = [.. zs.Cast<double>()];
        double[] link = new double[n], error = new double[n];
        var options = new PredictionOptions { Target = PredictionTarget.LinearPredictor };
        model.PredictWithErrors(
            options, new PredictionRows { X = x, Z = z, Clusters = codes },
            new PredictionColumns { Estimate = link, StandardError = error });
        Compare(link, Column("link"), tolerance, "link");
        Compare(error, Column("cluster_se"), errorTolerance, "error of a cluster");
        var response = new double[n];
        model.Predict(
            PredictionTarget.ConditionalMean, new PredictionRows { X = x, Z = z, Clusters = codes }, response);
        Compare(response, Column("response"), tolerance, "response");
        model.PredictWithErrors(
            options, new PredictionRows { X = x }, new PredictionColumns { Estimate = link, StandardError = error });
        Compare(link, Column("population"), tolerance, "population");
        Compare(error, Column("population_se"), errorTolerance, "error of the population");
    }

    private static void Compare(double[] actual, double[] expected, double tolerance, string what)
    {
        double scale = expected.Max(Math.Abs);
        for (int r = 0; r < actual.Length; r++)
        {
            double size = Math.Max(Math.Abs(expected[r]), 0.1 * scale);
            Assert.That(actual[r], Is.EqualTo(expected[r]).Within(tolerance * size), $"{what} of row {r}");
        }
    }
}
