using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

public sealed class RowTests
{
    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void RowDoesNotDependOnItsPlaceOrItsNeighbours(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        var random = new Random(20);
        double[] choices = Pairs.Responses(family);
        bool isCustom = family.Kind == VarianceKind.Custom;
        int longest = isCustom ? 13 : 70;
        double[] eta = [.. Enumerable.Range(0, longest).Select(_ => (8 * random.NextDouble()) - 4)];
        double[] y = [.. Enumerable.Range(0, longest).Select(_ => choices[random.Next(choices.Length)])];
        double[] omega = [.. Enumerable.Range(0, longest).Select(_ => (double)random.Next(1, 9))];
        double[][] alone = [.. Enumerable.Range(0, longest).Select(i =>
            Evaluate(kernel, eta.AsSpan(i, 1), y.AsSpan(i, 1), omega.AsSpan(i, 1), out _))];
        int[] lengths = isCustom ? [0, 1, 3, 4, 5, 13] : [.. Enumerable.Range(0, longest + 1)];
        foreach (int n in lengths)
        {
            double[] together = Evaluate(
                kernel, eta.AsSpan(0, n), y.AsSpan(0, n), omega.AsSpan(0, n), out var sums);
            double[] expected = new double[together.Length];
            for (int i = 0; i < n; i++)
            {
                for (int output = 0; output < Outputs; output++)
                    expected[(output * n) + i] = alone[i][output];
            }

            Assert.That(together, Is.EqualTo(expected), $"n = {n}");
            double[] deviances = [.. together.AsSpan(5 * n, n)];
            Assert.That(sums.Deviance, Is.EqualTo(deviances.Sum()).Within(1e-15 * deviances.Sum(Math.Abs)));
        }
    }

    private const int Outputs = 7;

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void NoPriorWeightsAreUnitWeightsToTheLastBit(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double[] y = Pairs.Responses(family);
        double[] eta = [.. y.Select((_, i) => 0.2 + (0.05 * i))];
        double[] ones = [.. y.Select(_ => 1.0)];
        double[] without = Evaluate(kernel, eta, y, [], out var sumsWithout);
        double[] with = Evaluate(kernel, eta, y, ones, out var sumsWith);
        Assert.That(without, Is.EqualTo(with));
        Assert.That(sumsWithout, Is.EqualTo(sumsWith));
    }

    [Test]
    public void SumsAddTheRows()
    {
        var kernel = WorkingKernel.Create(Family.Poisson, Link.Log);
        double[] eta = [-1, 0.5, 2, double.NaN, 0.1, 0, 1];
        double[] y = [0, 3, 5, 1, 0, 2, 1];
        double[] omega = [1, 2, 1, 4, 1, 0.5, 3];
        double[] w = new double[7];
        double[] r = new double[7];
        double[] d = new double[7];
        var sums = kernel.Working(eta, y, omega, w, r);
        kernel.UnitDeviance(eta, y, omega, d);
        Assert.Multiple(() =>
        {
            Assert.That(sums.Invalid, Is.EqualTo(1));
            Assert.That(sums.Deviance, Is.EqualTo(d.Sum()).Within(1e-13).Percent);
            Assert.That(
                sums.WeightedSquares, Is.EqualTo(w.Zip(r, (wi, ri) => wi * ri * ri).Sum()).Within(1e-13).Percent);
        });
    }

    [Test]
    public void OutputsMayOverwriteInputs()
    {
        var kernel = WorkingKernel.Create(Family.Binomial, Link.Logit);
        double[] eta = [.. Enumerable.Range(0, 11).Select(i => (0.3 * i) - 1)];
        double[] y = [.. Enumerable.Range(0, 11).Select(i => i % 3 * 0.5)];
        double[] w = new double[11];
        double[] r = new double[11];
        var apart = kernel.Working(eta, y, [], w, r);
        var inPlace = kernel.Working(eta, y, [], eta, y);
        Assert.Multiple(() =>
        {
            Assert.That(inPlace, Is.EqualTo(apart));
            Assert.That(eta, Is.EqualTo(w));
            Assert.That(y, Is.EqualTo(r));
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
            Assert.That(() => kernel.Working(two, three, [], two, two), Throws.ArgumentException);
            Assert.That(() => kernel.Working(two, two, three, two, two), Throws.ArgumentException);
            Assert.That(() => kernel.Working(two, two, [], three, two), Throws.ArgumentException);
            Assert.That(() => kernel.Working(two, two, [], two, three), Throws.ArgumentException);
            Assert.That(() => kernel.Working(two, two, [], two, []), Throws.ArgumentException);
            Assert.That(() => kernel.Working(two, [], [], two, two), Throws.ArgumentException);
            Assert.That(() => kernel.Mean(two, two, three), Throws.ArgumentException);
            Assert.That(() => kernel.StartingPredictor(two, [], three), Throws.ArgumentException);
        });
    }

    /// <summary>Everything the kernel computes, output after output.</summary>
    private static double[] Evaluate(
        WorkingKernel kernel,
        ReadOnlySpan<double> eta,
        ReadOnlySpan<double> y,
        ReadOnlySpan<double> omega,
        out KernelSums sums)
    {
        int n = eta.Length;
        double[] all = new double[Outputs * n];
        sums = kernel.Working(eta, y, omega, all.AsSpan(0, n), all.AsSpan(n, n));
        kernel.Mean(eta, all.AsSpan(2 * n, n), all.AsSpan(3 * n, n));
        kernel.ScoreResiduals(eta, y, omega, all.AsSpan(4 * n, n));
        kernel.UnitDeviance(eta, y, omega, all.AsSpan(5 * n, n));
        kernel.PearsonResiduals(eta, y, omega, all.AsSpan(6 * n, n));
        return all;
    }
}
