using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Core;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Gaussian fits of every structure against a derivative-free search on the dense likelihood.</summary>
[TestFixture]
internal sealed class GaussianFitTests
{
    private static IEnumerable<TestCaseData> Structures()
    {
        foreach (bool restricted in new[] { false, true })
        {
            yield return Case("diagonal", 2, CovarianceStructure.Diagonal(2), restricted);
            yield return Case("identity", 2, CovarianceStructure.Identity(2), restricted);
            yield return Case("compound symmetry", 2, CovarianceStructure.CompoundSymmetry(2), restricted);
            yield return Case("compound symmetry of three", 3, CovarianceStructure.CompoundSymmetry(3), restricted);
            yield return Case("unstructured", 2, CovarianceStructure.Unstructured(2), restricted);
            yield return Case("user", 2, CovarianceStructure.Linear([new double[,] { { 1, 0 }, { 0, 0 } }, new double[,] { { 1, 0.5 }, { 0.5, 1 } }]), restricted);
            yield return Case("direct sum", 3, CovarianceStructure.DirectSum(CovarianceStructure.Identity(2), CovarianceStructure.Unstructured(1)), restricted);
        }
    }

    [TestCaseSource(nameof(Structures))]
    public void NoCovarianceOfTheStructureIsMoreLikely(int q, CovarianceStructure structure, bool restricted)
    {
        Setting setting = new(q, structure, restricted);
        int m = structure.ComponentCount;
        double[] theta = new double[m], d = new double[q * q];
        double Value(Vector<double> at)
        {
            structure.CovarianceInto(at.AsArray() ?? at.ToArray(), d);
            return setting.Criterion(d);
        }

        // From the data's own size, and again from where that ended.
        structure.CoordinatesInto([.. Enumerable.Range(0, q * q).Select(e => e % (q + 1) == 0 ? 0.6 : 0)], theta);
        Vector<double> start = Vector<double>.Build.Dense([.. theta]);
        var simplex = new NelderMeadSimplex(1e-9, 2000);
        MinimizationResult first = simplex.FindMinimum(ObjectiveFunction.Value(Value), start);
        double least =
            simplex.FindMinimum(ObjectiveFunction.Value(Value), first.MinimizingPoint).FunctionInfoAtMinimum.Value;
        double reached = setting.Criterion(setting.Relative);
        Assert.That(reached, Is.LessThanOrEqualTo(least + 1e-8));
        Assert.That(reached, Is.EqualTo(least).Within(1e-5), "and the search got there");
    }

    [TestCaseSource(nameof(Structures))]
    public void TheCovarianceIsOfTheStructure(int q, CovarianceStructure structure, bool restricted)
    {
        Setting setting = new(q, structure, restricted);
        double[] theta = new double[structure.ComponentCount], d = new double[q * q];
        structure.CoordinatesInto(setting.Relative, theta);
        structure.CovarianceInto(theta, d);
        Assert.That(d, Is.EqualTo(setting.Relative).Within(1e-12 * setting.Relative.Max()));
    }

    [TestCaseSource(nameof(Structures))]
    public void FixedEffectsAndDispersionAreTheDenseOnes(int q, CovarianceStructure structure, bool restricted)
    {
        Setting setting = new(q, structure, restricted);
        (_, Vector<double> alpha, double squares) = setting.Dense(setting.Relative);
        Assert.That(setting.Fit.FixedEffects.Select(e => e.Estimate), Is.EqualTo(alpha).Within(1e-10));
        int n = setting.Data.Rows - (restricted ? setting.Data.X.Length : 0);
        Assert.That(setting.Fit.Dispersion, Is.EqualTo(squares / n).Within(1e-10));
    }

    [TestCaseSource(nameof(Structures))]
    public void OneLinearisationIsExact(int q, CovarianceStructure structure, bool restricted) =>
        Assert.That(new Setting(q, structure, restricted).Fit.Iterations, Is.LessThanOrEqualTo(3));

    private static TestCaseData Case(string name, int q, CovarianceStructure structure, bool restricted) =>
        new TestCaseData(q, structure, restricted).SetArgDisplayNames(name, restricted ? "REML" : "ML");

    private sealed class Setting
    {
        private readonly bool _restricted;
        private readonly Matrix<double> _x;
        private readonly Matrix<double> _z;
        private readonly Vector<double> _w;
        private readonly Vector<double> _response;

        internal Setting(int q, CovarianceStructure structure, bool restricted)
        {
            // Prior weights between 1 and 4, an offset, and a third random covariate where one is wanted.
            _restricted = restricted;
            RandomData data = RandomData.Simulate(33, Family.Gaussian, 2, 14, 8);
            double[][] z = q == 3 ? [.. data.Z, [.. data.X[1].Select(v => v + 0.2)]] : data.Z;
            Data = data with { Z = z, Weight = [.. Enumerable.Range(0, data.Rows).Select(r => 1.0 + (r % 4))] };
            Fit = Pql.Fit(Data.Design(structure), Family.Gaussian, null, new FitOptions
            {
                Criterion = restricted ? EstimationCriterion.Reml : EstimationCriterion.Ml,
                Tolerance = 1e-9,
            });
            Assert.That(Fit.Converged, Is.True, Fit.Message);
            Relative = [.. Fit.Covariance.Cast<double>().Select(d => d / Fit.Dispersion)];
            _x = Matrix<double>.Build.Dense(Data.Rows, 3, (r, j) => Data.X[j][r]);
            _z = Matrix<double>.Build.Dense(Data.Rows, q, (r, l) => Data.Z[l][r]);
            _w = Vector<double>.Build.Dense(Data.Weight);
            _response = Vector<double>.Build.Dense(Data.Rows, r => Data.Y[r] - Data.Offset[r]);
        }

        internal RandomData Data { get; }

        internal PqlFit Fit { get; }

        /// <summary>D/φ.</summary>
        internal double[] Relative { get; }

        internal double Criterion(double[] d) => Dense(d).Criterion;

        internal (double Criterion, Vector<double> Step, double Squares) Dense(double[] d)
        {
            int q = _z.ColumnCount;
            var square = new double[q, q];
            for (int e = 0; e < d.Length; e++) square[e / q, e % q] = d[e];
            return DenseWorkingModel.Evaluate(_x, _z, _w, _response, Data.Cluster, square, _restricted, double.NaN);
        }
    }
}
