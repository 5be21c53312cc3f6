using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.LinearAlgebra;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Core;

/// <summary>The block algebra against dense n×n matrices, and its derivatives against differences.</summary>
[TestFixture]
internal sealed class WorkingMixedModelTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (int q in new[] { 1, 2 })
        {
            foreach (bool restricted in new[] { false, true })
            {
                foreach (double held in new[] { 1, 0.7, double.NaN })
                    yield return new TestCaseData(q, restricted, held);
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void CriterionAndStepAreThoseOfTheDenseModel(int q, bool restricted, double held)
    {
        using Setting setting = new(q, restricted, held);
        foreach (double[,] d in setting.Covariances())
        {
            (double criterion, Vector<double> step, double squares) = setting.Dense(d);
            (double referenceCriterion, _, _) = setting.Dense(new double[q, q]);
            Assert.That(setting.Model.Evaluate(Factor(new double[q, q])), Is.True);
            double reference = setting.Model.Criterion;
            Assert.That(setting.Model.Evaluate(Factor(d)), Is.True);

            // The columns of X are rescaled inside, which adds a constant to log|S|: differences from D = 0 agree.
            Assert.That(setting.Model.Criterion - reference, Is.EqualTo(criterion - referenceCriterion).Within(1e-9));
            Assert.That(setting.Model.Squares, Is.EqualTo(squares).Within(1e-10 * squares));
            double[] mine = [.. setting.Model.Step];
            setting.Work.Packed.FixedScale.ToUser(mine);
            for (int j = 0; j < mine.Length; j++) Assert.That(mine[j], Is.EqualTo(step[j]).Within(1e-10), $"step {j}");
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void DerivativesAreThoseOfTheCriterion(int q, bool restricted, double held)
    {
        using Setting setting = new(q, restricted, held);
        foreach (double[,] d in setting.Covariances().Skip(1))
        {
            setting.Model.Evaluate(Factor(d));
            setting.Model.GoBack(derivatives: true, newBeta: null);
            double[] gradient = [.. setting.Model.Gradient], hessian = [.. setting.Model.Hessian];
            int m = q * (q + 1) / 2;
            for (int l = 0; l < m; l++)
            {
                double slope = Difference(h => setting.CriterionAt(Moved(d, l, h)));
                (int a, int b) = Element(l);
                double mine = (a == b ? 1 : 2) * gradient[(a * q) + b];
                Assert.That(mine, Is.EqualTo(slope).Within(1e-6 * (1 + Math.Abs(slope))), $"gradient {l}");
                for (int k = 0; k < m; k++)
                {
                    (int c, int e) = Element(k);
                    double curvature = Difference(h =>
                    {
                        setting.CriterionAt(Moved(d, l, h));
                        setting.Model.GoBack(derivatives: true, newBeta: null);
                        return (c == e ? 1 : 2) * setting.Model.Gradient[(c * q) + e];
                    });
                    Assert.That(
                        hessian[(l * m) + k], Is.EqualTo(curvature).Within(1e-6 * (1 + Math.Abs(curvature))), $"Hessian {l},{k}");
                }
            }
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void AverageInformationIsTheMeanOfObservedAndExpected(bool restricted)
    {
        // With φ held, 2·average − observed is the expected information, which is positive definite.
        using Setting setting = new(2, restricted, 1);
        setting.Model.Evaluate(Factor(setting.Covariances().Last()));
        setting.Model.GoBack(derivatives: true, newBeta: null);
        Matrix<double> expected = Matrix<double>.Build.Dense(
            3, 3, (l, m) => (2 * setting.Model.AverageInformation[(l * 3) + m]) - setting.Model.Hessian[(l * 3) + m]);
        Assert.That(expected.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum(), Is.GreaterThan(0));
        Matrix<double> average = Matrix<double>.Build.Dense(3, 3, (l, m) => setting.Model.AverageInformation[(l * 3) + m]);
        Assert.That(average.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum(), Is.GreaterThan(0));
    }

    private static double[] Factor(double[,] d)
    {
        int q = d.GetLength(0);
        var factor = new double[q * q];
        CovarianceFactor.Compute([.. d.Cast<double>()], q, factor);
        return factor;
    }

    private static (int Row, int Column) Element(int l) => l switch { 0 => (0, 0), 1 => (1, 0), _ => (1, 1) };

    private static double[,] Moved(double[,] d, int l, double h)
    {
        var moved = (double[,])d.Clone();
        (int a, int b) = Element(l);
        moved[a, b] += h;
        if (a != b) moved[b, a] += h;
        return moved;
    }

    // Sixth-order central difference.
    private static double Difference(Func<double, double> f)
    {
        const double H = 4e-3;
        return ((f(3 * H) - f(-3 * H)) - (9 * (f(2 * H) - f(-2 * H))) + (45 * (f(H) - f(-H)))) / (60 * H);
    }

    private sealed class Setting : IDisposable
    {
        private readonly RandomData _data;
        private readonly bool _restricted;
        private readonly double _held;
        private readonly AlignedBuffer _beta;
        private readonly Matrix<double> _x;
        private readonly Matrix<double> _z;
        private readonly Vector<double> _w;
        private readonly Vector<double> _response;

        internal Setting(int q, bool restricted, double held)
        {
            (_restricted, _held) = (restricted, held);
            _data = RandomData.Simulate(11, Family.Poisson, q, 13, 7);
            Work = new FitWorkspace(_data.Design(), Family.Poisson, Link.Log, threads: 1, estimatesDispersion: false);
            double[] alpha = [0.2, 0.4, -0.3];
            _beta = ModeBuffer.Create(Work.Blocks);
            var random = new Random(3);
            var beta = new double[13, q];
            for (int i = 0; i < 13; i++)
            {
                double[] mode = [.. Enumerable.Range(0, q).Select(_ => random.NextDouble() - 0.5)];
                for (int l = 0; l < q; l++) beta[Work.Packed.Order.Codes[i], l] = mode[l];
                Work.Packed.RandomScale.ToInternal(mode);
                for (int l = 0; l < q; l++) _beta.Span((((i / 8) * q) + l) * 8 + (i % 8), 1)[0] = mode[l];
            }

            double[] inner = [.. alpha];
            Work.Packed.FixedScale.ToInternal(inner);
            Work.Pass.Run(PassPoint.Coefficients, inner, _beta, Work.Statistics, Work.Blocks);
            Model = new WorkingMixedModel(_data.Rows, restricted, held, Work.Statistics, Work.Blocks, Work.Team);
            Model.ExpandAbout(_beta);

            // Poisson with the log link by hand: w = μ and y* − o − Xα = (y − μ)/μ + Zβ.
            _x = Matrix<double>.Build.Dense(_data.Rows, 3, (r, j) => _data.X[j][r]);
            _z = Matrix<double>.Build.Dense(_data.Rows, q, (r, l) => _data.Z[l][r]);
            _w = Vector<double>.Build.Dense(_data.Rows);
            _response = Vector<double>.Build.Dense(_data.Rows);
            for (int r = 0; r < _data.Rows; r++)
            {
                double random0 = Enumerable.Range(0, q).Sum(l => _z[r, l] * beta[_data.Cluster[r], l]);
                double mu = Math.Exp(_data.Offset[r] + Enumerable.Range(0, 3).Sum(j => _x[r, j] * alpha[j]) + random0);
                _w[r] = mu;
                _response[r] = ((_data.Y[r] - mu) / mu) + random0;
            }
        }

        internal FitWorkspace Work { get; }

        internal WorkingMixedModel Model { get; }

        public void Dispose()
        {
            _beta.Dispose();
            Work.Dispose();
        }

        // Zero, small, large, singular and (nearly) correlated; the scales of Z here are powers of two.
        internal IEnumerable<double[,]> Covariances() => _z.ColumnCount == 1
            ? [new double[,] { { 0 } }, new double[,] { { 0.05 } }, new double[,] { { 3 } }]
            : [new double[,] { { 0.5, 0.5 }, { 0.5, 0.5 } }, new double[,] { { 0.3, 0.05 }, { 0.05, 0.2 } }, new double[,] { { 2, -1.2 }, { -1.2, 1.5 } }];

        internal (double Criterion, Vector<double> Step, double Squares) Dense(double[,] inner)
        {
            int q = _z.ColumnCount;
            double[,] user = Work.Packed.RandomScale.CovarianceToUser([.. inner.Cast<double>()]);
            return DenseWorkingModel.Evaluate(
                _x, _z.SubMatrix(0, _data.Rows, 0, q), _w, _response, _data.Cluster, user, _restricted, _held);
        }

        internal double CriterionAt(double[,] d)
        {
            Model.Evaluate(Factor(d));
            return Model.Criterion;
        }
    }
}
