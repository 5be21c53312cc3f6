using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>Designs are shared by threads, and a fit that is cancelled stops within a pass over the data.</summary>
[TestFixture]
internal sealed class SharedDesignTests
{
    [Test]
    public void EightFitsAtOnceOnOneDesignAreThoseOfOneAfterTheOther()
    {
        RandomData data = RandomData.Simulate(9, Family.Poisson, 2, 3000, 8);
        ClusteredDesign design = data.Design();
        EstimationMethod[] methods =
        [
            EstimationMethod.Pql, EstimationMethod.Mql, EstimationMethod.Laplace, EstimationMethod.Pql,
            EstimationMethod.Pql, EstimationMethod.Aghq, EstimationMethod.Mql, EstimationMethod.Laplace,
        ];
        FitOptions options = new() { Nodes = 3 };
        string[] alone = [.. methods.Select(method => Bits(GlmmEstimator.Fit(method, design, Family.Poisson, null, options)))];
        var together = new string[methods.Length];
        using var start = new Barrier(methods.Length);
        Thread[] threads =
        [
            .. methods.Select((method, i) => new Thread(() =>
            {
                start.SignalAndWait();
                together[i] = Bits(GlmmEstimator.Fit(method, design, Family.Poisson, null, options));
            })),
        ];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.That(together, Is.EqualTo(alone));
    }

    [TestCase(EstimationMethod.Pql, 1)]
    [TestCase(EstimationMethod.Mql, 1)]
    [TestCase(EstimationMethod.Laplace, 1)]
    [TestCase(EstimationMethod.Aghq, 3)]
    public void ACancelledFitDoesNotBeginAnotherPass(EstimationMethod method, int nodes)
    {
        // A user's link is asked for its mean in every row of every pass: what is asked after the cancellation tells
        // how much was still done.
        RandomData data = RandomData.Simulate(4, Family.Poisson, 1, 60, 8);
        ClusteredDesign design = data.Design();
        long calls = 0, cancelAt = long.MaxValue;
        CancellationTokenSource? source = null;
        var link = Link.Custom("counting", Math.Log, eta =>
        {
            if (++calls == cancelAt) source!.Cancel();
            return Math.Exp(eta);
        }, Math.Exp);

        GlmmFit Fit() => GlmmEstimator.Fit(
            method, design, Family.Poisson, link,
            new FitOptions { Threads = 1, Nodes = nodes, CancellationToken = source?.Token ?? default });
        Assert.That(Fit().Converged);
        long all = calls, pass = CallsOfAPass(data, link, ref calls) * nodes;
        Assert.That(all, Is.GreaterThan(5 * pass), "the fit is long enough to tell");
        for (int part = 1; part <= 4; part++)
        {
            (calls, cancelAt) = (0, part * all / 5);
            using (source = new CancellationTokenSource())
            {
                Assert.That(Fit, Throws.InstanceOf<OperationCanceledException>(), $"part {part}");
                Assert.That(calls - cancelAt, Is.LessThanOrEqualTo(pass), $"part {part}");
            }
        }
    }

    // The dearest that a pass asks of every row: weights, scores and how the weights change.
    private static long CallsOfAPass(RandomData data, Link link, ref long calls)
    {
        WorkingKernel kernel = WorkingKernel.Create(Family.Poisson, link);
        double[] eta = new double[data.Rows], w = new double[data.Rows], s = new double[data.Rows];
        long before = calls;
        kernel.ObservedWeightsAndScores(eta, data.Y, [], w, s);
        kernel.WeightDerivatives(eta, data.Y, [], observed: false, w);
        return calls - before;
    }

    private static string Bits(GlmmFit fit) => string.Join(' ', fit.FixedEffects
        .SelectMany(e => new[] { e.Estimate, e.StandardError }).Concat(fit.Covariance.Cast<double>())
        .Select(v => BitConverter.DoubleToInt64Bits(v)));
}
