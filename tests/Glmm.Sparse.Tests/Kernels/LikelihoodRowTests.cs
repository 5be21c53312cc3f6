using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>The rows of the calls of a full likelihood, whatever their neighbours and their predictor.</summary>
public sealed class LikelihoodRowTests
{
    private const int Outputs = 10;

    private static readonly double[] _extremes =
    [
        double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.MinValue, double.MaxValue, -1e200, 1e200,
        -1e30, 1e30, -700, 700, -400, 400, -100, 100, -38, 38, -10, 6.6, -1e-8, -double.Epsilon, 0, 1e-200, 1e-8, 1,
        1 + 3e-16, 2,
    ];

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void EverythingIsFiniteForEveryPredictor(Family family, Link link)
    {
        bool isCustom = family.Kind == VarianceKind.Custom;
        double[] eta = isCustom
            ? [.. _extremes[..5], -700, 700]
            : [.. _extremes, .. Enumerable.Range(-70, 141).Select(i => 10.0 * i)];
        var kernel = WorkingKernel.Create(family, link);
        foreach (double y in Pairs.Responses(family).Take(isCustom ? 2 : int.MaxValue))
        {
            double[] all = Evaluate(kernel, eta, [.. eta.Select(_ => y)], [.. eta.Select(_ => 1e3)], out var sums);
            for (int i = 0; i < all.Length; i++)
                Assert.That(double.IsFinite(all[i]), $"output {i / eta.Length} at η = {eta[i % eta.Length]}, y = {y}");
            Assert.That(double.IsFinite(sums.Objective) && double.IsFinite(sums.WeightedSquares));
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void RowDependsNeitherOnItsNeighboursNorOnTheWidthOfVectors(Family family, Link link)
    {
        int longest = family.Kind == VarianceKind.Custom ? 9 : 69;
        double[] responses = Pairs.Responses(family);
        double[] y = [.. Enumerable.Range(0, longest).Select(i => responses[i % responses.Length])];
        double[] eta = [.. Enumerable.Range(0, longest).Select(i => (0.31 * (i % 23)) - 3)];
        double[] omega = [.. Enumerable.Range(0, longest).Select(i => 0.5 + (i % 4))];
        WorkingKernel[] kernels =
        [
            KernelFactory<RowVector128>.Create(family, link), KernelFactory<RowVector256>.Create(family, link),
            KernelFactory<RowVector512>.Create(family, link),
        ];
        double[][] alone = [.. Enumerable.Range(0, longest).Select(i =>
            Evaluate(kernels[2], eta.AsSpan(i, 1), y.AsSpan(i, 1), omega.AsSpan(i, 1), out _))];
        foreach (var kernel in kernels)
        {
            foreach (int n in new[] { 0, 3, 8, longest })
            {
                double[] together = Evaluate(kernel, eta.AsSpan(0, n), y.AsSpan(0, n), omega.AsSpan(0, n), out _);
                double[] expected = new double[together.Length];
                for (int i = 0; i < together.Length; i++)
                    expected[i] = alone[i % n][i / n];
                Assert.That(together, Is.EqualTo(expected), $"n = {n}");
            }
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void ScoresAndSumsAreThoseOfAStep(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double[] responses = Pairs.Responses(family);
        int n = family.Kind == VarianceKind.Custom ? 5 : 37;
        double[] y = [.. Enumerable.Range(0, n).Select(i => responses[i % responses.Length])];
        double[] eta = [.. Enumerable.Range(0, n).Select(i => i == 3 ? double.NaN : (0.15 * i) - 2)];
        double[] omega = [.. Enumerable.Range(0, n).Select(i => 0.5 + (i % 4))];
        foreach (double[] prior in new[] { omega, [] })
        {
            double[] weights = new double[n], scores = new double[n], observed = new double[n], also = new double[n];
            double[] objectives = new double[n], sameObjectives = new double[n], sameScores = new double[n];
            var expected = kernel.WeightsScoresAndObjective(eta, y, prior, weights, scores);
            var actual = kernel.ObservedWeightsAndScores(eta, y, prior, observed, also);
            kernel.Objectives(eta, y, prior, objectives);
            kernel.ObjectivesAndScores(eta, y, prior, sameObjectives, sameScores);
            double size = objectives.Sum(Math.Abs);
            Assert.Multiple(() =>
            {
                Assert.That(actual, Is.EqualTo(expected));
                Assert.That(also, Is.EqualTo(scores));
                Assert.That(sameScores, Is.EqualTo(scores));
                Assert.That(sameObjectives, Is.EqualTo(objectives));
                Assert.That(objectives.Sum(), Is.EqualTo(expected.Objective).Within(1e-14 * size));
            });
        }
    }

    [Test]
    public void SpansOfDifferentLengthsAreRefused()
    {
        var kernel = WorkingKernel.Create(Family.NegativeBinomial(1), Link.Log);
        double[] two = new double[2], three = new double[3];
        Assert.Multiple(() =>
        {
            Assert.That(() => kernel.ObservedWeightsAndScores(two, two, [], three, two), Throws.ArgumentException);
            Assert.That(() => kernel.ObservedWeightsAndScores(two, two, [], two, three), Throws.ArgumentException);
            Assert.That(() => kernel.WeightDerivatives(two, three, [], false, two), Throws.ArgumentException);
            Assert.That(() => kernel.WeightDerivatives(two, two, three, true, two), Throws.ArgumentException);
            Assert.That(() => kernel.WeightDerivatives(two, two, [], true, three), Throws.ArgumentException);
            Assert.That(() => kernel.Objectives(two, two, [], three), Throws.ArgumentException);
            Assert.That(() => kernel.ObjectivesAndScores(two, two, [], two, []), Throws.ArgumentException);
            Assert.That(() => kernel.ShapeDerivatives(two, two, three, true, two, two, two), Throws.ArgumentException);
            Assert.That(() => kernel.ShapeDerivatives(two, two, [], true, three, two, two), Throws.ArgumentException);
            Assert.That(() => kernel.ShapeDerivatives(two, two, [], true, two, two, []), Throws.ArgumentException);
        });
    }

    /// <summary>Everything, output after output; 0 for derivatives in a shape that the family has not.</summary>
    private static double[] Evaluate(
        WorkingKernel kernel,
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> y,
        ReadOnlySpan<double> omega,
        out KernelSums sums)
    {
        int n = eta.Length;
        double[] all = new double[Outputs * n];
        sums = kernel.ObservedWeightsAndScores(eta, y, omega, all.AsSpan(0, n), all.AsSpan(n, n));
        kernel.WeightDerivatives(eta, y, omega, false, all.AsSpan(2 * n, n));
        kernel.WeightDerivatives(eta, y, omega, true, all.AsSpan(3 * n, n));
        kernel.ObjectivesAndScores(eta, y, omega, all.AsSpan(4 * n, n), all.AsSpan(5 * n, n));
        if (kernel.Family.Theta is null)
            return all;
        Span<double> objectives = all.AsSpan(6 * n, n), scores = all.AsSpan(7 * n, n);
        kernel.ShapeDerivatives(eta, y, omega, true, objectives, scores, all.AsSpan(8 * n, n));
        kernel.ShapeDerivatives(eta, y, omega, false, objectives, scores, all.AsSpan(9 * n, n));
        return all;
    }
}
