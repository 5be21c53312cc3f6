using Glmm.Sparse.Core;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Tests.Estimation;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Core;

/// <summary>The minimum that Newton reaches against searches that use no derivative.</summary>
[TestFixture]
internal sealed class VarianceNewtonTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (int q in new[] { 1, 2 })
        {
            foreach (bool restricted in new[] { false, true })
            {
                foreach (double held in new[] { 1, 0.4, double.NaN }) yield return new TestCaseData(q, restricted, held);
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void ReachesTheMinimumFromEveryStart(int q, bool restricted, double held)
    {
        for (int seed = 1; seed <= 6; seed++)
        {
            using Setting setting = new(seed, q, restricted, held, CovarianceStructure.Unstructured(q));
            double least = q == 1 ? setting.LeastOnAGrid() : setting.LeastBySimplex();
            foreach (double[] start in Starts(q))
            {
                double reached = setting.Minimise(start);
                Assert.That(reached, Is.LessThanOrEqualTo(least + 1e-8), $"seed {seed}, start {string.Join(' ', start)}");
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void EveryStartEndsAtTheSameCovariance(int q, bool restricted, double held)
    {
        using Setting setting = new(2, q, restricted, held, CovarianceStructure.Unstructured(q));
        double[]? first = null;
        foreach (double[] start in Starts(q))
        {
            setting.Minimise(start);
            first ??= [.. setting.Newton.Covariance];
            Assert.That(setting.Newton.Covariance.ToArray(), Is.EqualTo(first).Within(1e-7 * (1 + first.Max())));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void TheCriterionNeverRises(int q, bool restricted, double held)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            foreach (double[] start in Starts(q))
            {
                List<double> path = [];
                Setting? setting = null;
                var recorder = new Recorder(CovarianceStructure.Unstructured(q), () => path.Add(setting!.Model.Criterion));
                using (setting = new Setting(seed, q, restricted, held, recorder)) setting.Minimise(start);
                Assert.That(path, Has.Count.GreaterThan(1));

                // The allowance is the one a collapsed direction may cost when it is put exactly at 0.
                for (int i = 1; i < path.Count; i++) Assert.That(path[i], Is.LessThanOrEqualTo(path[i - 1] + 1e-6));
            }
        }
    }

    [Test]
    public void WithoutVariationTheMinimumIsExactlyZero([Values(1, 2)] int q, [Values] bool restricted)
    {
        // A dispersion this large explains every difference between the clusters.
        using Setting setting = new(3, q, restricted, 1e4, CovarianceStructure.Unstructured(q));
        setting.Minimise(Starts(q)[1]);
        Assert.That(setting.Newton.Covariance.ToArray(), Is.All.Zero);
        Assert.That(setting.Newton.IsSingular, Is.True);
    }

    [Test]
    public void AtTheMinimumTheDecrementIsZero([Values(1, 2)] int q, [Values] bool restricted)
    {
        using Setting setting = new(5, q, restricted, double.NaN, CovarianceStructure.Unstructured(q));
        setting.Minimise(Starts(q)[1]);
        Assert.That(setting.Newton.Evaluate(), Is.LessThan(1e-7));
    }

    [Test]
    public void AtZeroTheDecrementSaysThatTheBoundaryIsWrong([Values(1, 2)] int q)
    {
        using Setting setting = new(5, q, true, 1, CovarianceStructure.Unstructured(q));
        setting.Newton.StartAt(new double[q * q]);
        Assert.That(setting.Newton.Evaluate(), Is.GreaterThan(0.1));
    }

    [Test]
    public void MovingTowardsGoesThatPartOfTheWay()
    {
        using Setting setting = new(5, 2, true, 1, CovarianceStructure.Unstructured(2));
        setting.Newton.StartAt([1, 0.5, 0.5, 1]);
        setting.Newton.MoveTowards([2, -0.5, -0.5, 3], 0.25);
        Assert.That(setting.Newton.Covariance.ToArray(), Is.EqualTo(new[] { 1.75, -0.25, -0.25, 2.5 }).Within(1e-14));
    }

    [Test]
    public void UnitsAreReciprocalsOfTheMeanInformation()
    {
        using Setting setting = new(5, 2, true, 1, CovarianceStructure.Unstructured(2));
        Assert.That(setting.Model.Units.ToArray(), Is.EqualTo(setting.ExpectedUnits()).Within(1e-13));
    }

    [Test]
    public void MinimisingAllocatesNothing([Values(1, 2)] int q)
    {
        using Setting setting = new(5, q, true, double.NaN, CovarianceStructure.Unstructured(q));
        double[] start = Starts(q)[1];
        Assert.That(Allocation.Of(() => setting.Minimise(start)), Is.Zero);
    }

    [Test]
    public void EvaluatingAndGoingBackAllocatesNothing([Values] bool derivatives)
    {
        using Setting setting = new(5, 2, true, double.NaN, CovarianceStructure.Unstructured(2));
        double[] lambda = [0.5, 0, 0.1, 0.4];
        using var modes = ModeBuffer.Create(setting.Work.Blocks);
        Assert.That(
            Allocation.Of(() =>
            {
                setting.Model.Evaluate(lambda);
                setting.Model.GoBack(derivatives, derivatives ? null : modes);
            }),
            Is.Zero);
    }

    // Zero, the order of 1, large, tiny and of rank one.
    private static double[][] Starts(int q) => q == 1
        ? [[0], [1], [100], [1e-5]]
        : [[0, 0, 0, 0], [1, 0.3, 0.3, 1], [100, -80, -80, 90], [1e-5, 0, 0, 1e-5], [1, 1, 1, 1], [0, 0, 0, 1]];

    private sealed class Setting : IDisposable
    {
        private readonly CovarianceStructure _structure;

        internal Setting(int seed, int q, bool restricted, double held, CovarianceStructure structure)
        {
            _structure = structure;
            RandomData data = RandomData.Simulate(seed, Family.Poisson, q, 14, 7);
            Work = new FitWorkspace(data.Design(structure), Family.Poisson, Link.Log, threads: 1, estimatesDispersion: false);
            Work.Pass.Run(PassPoint.Coefficients, [0.2, 0.4, -0.3], null, Work.Statistics, Work.Blocks);
            Model = new WorkingMixedModel(data.Rows, restricted, held, Work.Statistics, Work.Blocks, Work.Team);
            Model.ExpandAbout(null);
            Newton = new VarianceNewton(structure, Model);
        }

        internal FitWorkspace Work { get; }

        internal WorkingMixedModel Model { get; }

        internal VarianceNewton Newton { get; }

        public void Dispose()
        {
            Model.Dispose();
            Work.Dispose();
        }

        internal double Minimise(double[] start)
        {
            Newton.StartAt(start);
            Newton.Evaluate();
            Newton.Minimise(1e-9);
            return Model.Criterion;
        }

        // 20,000 variances from 0 upwards, spaced evenly in √τ².
        internal double LeastOnAGrid()
        {
            double least = double.PositiveInfinity;
            var lambda = new double[1];
            for (int i = 0; i <= 20_000; i++)
            {
                lambda[0] = i * 2e-4;
                Model.Evaluate(lambda);
                least = Math.Min(least, Model.Criterion);
            }

            return least;
        }

        // Nelder and Mead over Λ from several corners, each started again where it ended.
        internal double LeastBySimplex()
        {
            var lambda = new double[4];
            double Value(Vector<double> theta)
            {
                (lambda[0], lambda[2], lambda[3]) = (theta[0], theta[1], theta[2]);
                return Model.Evaluate(lambda) ? Model.Criterion : 1e300;
            }

            double least = double.PositiveInfinity;
            var simplex = new NelderMeadSimplex(1e-10, 4000);
            foreach (double[] corner in (double[][])[[0.6, 0, 0.5], [1.5, 0.8, 0.1], [0.2, -0.4, 0.8], [0.01, 0.01, 0.01]])
            {
                Vector<double> at = Vector<double>.Build.Dense(corner);
                for (int round = 0; round < 2; round++)
                {
                    MinimizationResult result = simplex.FindMinimum(ObjectiveFunction.Value(Value), at);
                    at = result.MinimizingPoint;
                    least = Math.Min(least, result.FunctionInfoAtMinimum.Value);
                }
            }

            return least;
        }

        internal unsafe double[] ExpectedUnits()
        {
            double first = 0, second = 0;
            for (int i = 0; i < Work.Blocks.Clusters; i++)
            {
                first += Work.Blocks.Cluster(i)[0];
                second += Work.Blocks.Cluster(i)[16];
            }

            return [Work.Blocks.Clusters / first, Work.Blocks.Clusters / second];
        }
    }

    /// <summary>A structure that reports each point at which Newton prepares a step.</summary>
    private sealed class Recorder(CovarianceStructure inner, Action point) : CovarianceStructure
    {
        public override int Dimension => inner.Dimension;

        public override string Name => inner.Name;

        public override int ComponentCount => inner.ComponentCount;

        public override void BasisInto(int component, Span<double> g) => inner.BasisInto(component, g);

        internal override void CovarianceInto(ReadOnlySpan<double> theta, Span<double> covariance) =>
            inner.CovarianceInto(theta, covariance);

        internal override void DerivativeInto(ReadOnlySpan<double> theta, int coordinate, Span<double> derivative)
        {
            if (coordinate == 0) point();
            inner.DerivativeInto(theta, coordinate, derivative);
        }

        internal override double Curvature(ReadOnlySpan<double> f, int l, int m) => inner.Curvature(f, l, m);

        internal override void CoordinatesInto(ReadOnlySpan<double> covariance, Span<double> theta) =>
            inner.CoordinatesInto(covariance, theta);

        internal override bool Snap(Span<double> theta, double negligible, ReadOnlySpan<double> unit) =>
            inner.Snap(theta, negligible, unit);

        internal override double ReleaseInto(
            ReadOnlySpan<double> theta, ReadOnlySpan<double> f, ReadOnlySpan<double> unit, Span<double> direction) =>
            inner.ReleaseInto(theta, f, unit, direction);

        internal override void StartInto(ReadOnlySpan<double> unit, Span<double> theta) => inner.StartInto(unit, theta);

        internal override void UnitsInto(ReadOnlySpan<double> unit, Span<double> coordinateUnit) =>
            inner.UnitsInto(unit, coordinateUnit);

        internal override bool AllowsMixing(int a, int b) => inner.AllowsMixing(a, b);

        internal override int ScaleGroup(int column) => inner.ScaleGroup(column);
    }
}
