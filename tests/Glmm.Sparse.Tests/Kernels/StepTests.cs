using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Weights and scores in one call, against the calls that give each.</summary>
public sealed class StepTests
{
    private static readonly double[] _predictors =
    [
        double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.MinValue, double.MaxValue, -1e200, 1e200,
        -1e30, 1e30, -700, 700, -400, 400, -38, 38, -3.7, -1.2, -0.4, -1e-8, -double.Epsilon, 0, 1e-200, 1e-8, 0.3, 0.8,
        1, 1 + 3e-16, 1.4, 2.9, 6.6, 12,
    ];

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void WeightsScoresAndSumsAreThoseOfTheOtherMethods(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        bool isCustom = family.Kind == VarianceKind.Custom;
        double[] predictors = isCustom ? _predictors[^8..] : _predictors;
        int n = predictors.Length;
        double[] omega = [.. Enumerable.Range(0, n).Select(i => 0.25 + (i % 5))];
        double[] expectedWeights = new double[n];
        double[] residuals = new double[n];
        double[] expectedScores = new double[n];
        double[] weights = new double[n];
        double[] scores = new double[n];
        foreach (double y in Pairs.Responses(family))
        {
            double[] ys = [.. predictors.Select(_ => y)];
            foreach (double[] prior in new[] { omega, [] })
            {
                var expected = kernel.Working(predictors, ys, prior, expectedWeights, residuals);
                kernel.ScoreResiduals(predictors, ys, prior, expectedScores);
                var actual = kernel.WeightsAndScores(predictors, ys, prior, weights, scores);
                Assert.That(weights, Is.EqualTo(expectedWeights));
                Assert.That(scores, Is.EqualTo(expectedScores));
                Assert.That(actual.Deviance, Is.EqualTo(expected.Deviance));
                Assert.That(actual.Invalid, Is.EqualTo(expected.Invalid));
                Assert.That(actual.WeightedSquares, Is.InRange(0, double.MaxValue));
            }
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void ScoreIsWeightTimesResidual(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double[] eta = [-2.3, -0.9, -0.2, 0.1, 0.45, 0.8, 1.3, 2.6];
        double[] y = [.. eta.Select((_, i) => Pairs.Responses(family)[i % Pairs.Responses(family).Length])];
        double[] omega = [.. eta.Select((_, i) => 1.0 + i)];
        double[] w = new double[eta.Length];
        double[] r = new double[eta.Length];
        double[] s = new double[eta.Length];
        for (int i = 0; i < eta.Length; i++)
        {
            Span<double> wi = w.AsSpan(i, 1), ri = r.AsSpan(i, 1), si = s.AsSpan(i, 1);
            kernel.Working(eta.AsSpan(i, 1), y.AsSpan(i, 1), omega.AsSpan(i, 1), wi, ri);
            var sums = kernel.WeightsAndScores(eta.AsSpan(i, 1), y.AsSpan(i, 1), omega.AsSpan(i, 1), wi, si);
            double product = w[i] * r[i], squares = product * r[i];
            if (Pairs.HasOwnScore(family))
            {
                double[] pearson = new double[1];
                kernel.PearsonResiduals(eta.AsSpan(i, 1), y.AsSpan(i, 1), omega.AsSpan(i, 1), pearson);
                squares = pearson[0] * pearson[0];
            }

            Assert.Multiple(() =>
            {
                Assert.That(s[i], Is.EqualTo(product).Within(4e-15 * Math.Abs(product)), $"η = {eta[i]}");
                Assert.That(
                    sums.WeightedSquares, Is.EqualTo(squares).Within(4e-15 * squares), $"η = {eta[i]}");
            });
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void RowsHaveTheSameBitsInVectorsOfEveryWidth(Family family, Link link)
    {
        double[] responses = Pairs.Responses(family);
        double[] y = [.. Enumerable.Range(0, 21).Select(i => responses[i % responses.Length])];
        double[] eta = [.. Enumerable.Range(0, 21).Select(i => (0.31 * i) - 3)];
        double[] omega = [.. Enumerable.Range(0, 21).Select(i => 0.5 + (i % 4))];
        var (narrow, narrowSums) = Rows(KernelFactory<RowVector256>.Create(family, link));
        var (wide, wideSums) = Rows(KernelFactory<RowVector512>.Create(family, link));
        var (narrowest, narrowestSums) = Rows(KernelFactory<RowVector128>.Create(family, link));
        Assert.Multiple(() =>
        {
            Assert.That(wide, Is.EqualTo(narrow));
            Assert.That(narrowest, Is.EqualTo(narrow));
            Assert.That(wideSums.Invalid, Is.EqualTo(narrowSums.Invalid));
            Assert.That(narrowestSums.Invalid, Is.EqualTo(narrowSums.Invalid));
            Assert.That(wideSums.Deviance, Is.EqualTo(narrowSums.Deviance).Within(1e-13).Percent);
            Assert.That(narrowestSums.Deviance, Is.EqualTo(narrowSums.Deviance).Within(1e-13).Percent);
        });

        (double[] Rows, KernelSums Sums) Rows(WorkingKernel kernel)
        {
            double[] rows = new double[4 * 21];
            var sums = kernel.WeightsAndScores(eta, y, omega, rows.AsSpan(0, 21), rows.AsSpan(21, 21));
            kernel.Working(eta, y, omega, rows.AsSpan(0, 21), rows.AsSpan(42, 21));
            kernel.UnitDeviance(eta, y, omega, rows.AsSpan(63, 21));
            return (rows, sums);
        }
    }

    [Test]
    public void SumsStayFiniteWhereRowsOverflow()
    {
        var kernel = WorkingKernel.Create(Family.Poisson, Link.Log);
        double[] w = new double[3];
        double[] s = new double[3];
        var sums = kernel.WeightsAndScores([600, 699, -699], [1, 2, 3], [1e300, 1, 1e300], w, s);
        Assert.Multiple(() =>
        {
            Assert.That(w, Is.EqualTo(new[] { double.MaxValue, w[1], w[2] }));
            Assert.That(s[0], Is.EqualTo(-double.MaxValue));
            Assert.That(double.IsFinite(sums.Deviance) && double.IsFinite(sums.WeightedSquares), Is.True);
        });
    }

    [Test]
    public void OutputsMayOverwriteInputs()
    {
        var kernel = WorkingKernel.Create(Family.NegativeBinomial(2), Link.Log);
        double[] eta = [.. Enumerable.Range(0, 23).Select(i => (0.1 * i) - 1)];
        double[] y = [.. Enumerable.Range(0, 23).Select(i => (double)(i % 4))];
        double[] w = new double[23];
        double[] s = new double[23];
        var apart = kernel.WeightsAndScores(eta, y, [], w, s);
        var inPlace = kernel.WeightsAndScores(eta, y, [], eta, y);
        Assert.Multiple(() =>
        {
            Assert.That(inPlace, Is.EqualTo(apart));
            Assert.That(eta, Is.EqualTo(w));
            Assert.That(y, Is.EqualTo(s));
        });
    }

    [Test]
    public void SpansOfDifferentLengthsAreRefused()
    {
        var kernel = WorkingKernel.Create(Family.Poisson, Link.Log);
        double[] two = new double[2];
        double[] three = new double[3];
        Assert.Multiple(() =>
        {
            Assert.That(() => kernel.WeightsAndScores(two, three, [], two, two), Throws.ArgumentException);
            Assert.That(() => kernel.WeightsAndScores(two, two, three, two, two), Throws.ArgumentException);
            Assert.That(() => kernel.WeightsAndScores(two, two, [], three, two), Throws.ArgumentException);
            Assert.That(() => kernel.WeightsAndScores(two, two, [], two, []), Throws.ArgumentException);
        });
    }
}
