using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Core;
using Glmm.Sparse.Tests.Reference;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>A refit ends where a fit of its own ends, whatever was fitted before it, and costs no memory.</summary>
[TestFixture]
internal sealed class RefitTests
{
    private static readonly string[] Settings =
        ["poisson 1 pql reml", "poisson 2 pql ml", "binomial 1 pql reml", "gaussian 2 pql reml", "poisson 1 mql reml"];

    [TestCaseSource(nameof(Settings))]
    public void EachRefitIsItsOwnFit(string setting)
    {
        string[] words = setting.Split(' ');
        int q = words[1][0] - '0';
        Family family = Family.Parse(words[0]);
        EstimationMethod method = words[2] == "pql" ? EstimationMethod.Pql : EstimationMethod.Mql;
        var options = new FitOptions
        {
            Criterion = words[3] == "ml" ? EstimationCriterion.Ml : EstimationCriterion.Reml,
        };
        RandomData data = RandomData.Simulate(1, family, q, 40, 9);
        using RefitPlan plan = RefitPlan.Create(data.Design(), family, options: options, method: method);
        using Refitter refitter = plan.CreateRefitter();
        for (int seed = 2; seed < 8; seed++)
        {
            double[] y = Response(data, seed);
            RefitResult refit = refitter.Refit(y);
            GlmmFit own = GlmmEstimator.Fit(method, (data with { Y = y }).Design(), family, options: options);
            Assert.That(refit.Converged && own.Converged, Is.True, $"seed {seed}");
            for (int j = 0; j < own.FixedEffects.Count; j++)
            {
                double error = own.FixedEffects[j].StandardError;
                Assert.That(refit.FixedEffects[j], Is.EqualTo(own.FixedEffects[j].Estimate).Within(1e-7 * error));
                Assert.That(refit.StandardErrors[j], Is.EqualTo(error).Within(1e-6 * error));
            }

            double[] covariance = [.. own.Covariance.Cast<double>()];
            Assert.That(refit.Covariance.ToArray(), Is.EqualTo(covariance).Within(1e-6 * covariance.Max(Math.Abs)));
            Assert.That(refit.Dispersion, Is.EqualTo(own.Dispersion).Within(1e-6 * own.Dispersion));
            Assert.That(
                refit.WorkingLogLikelihood,
                Is.EqualTo(own.WorkingLogLikelihood).Within(1e-7 * Math.Abs(own.WorkingLogLikelihood)));
            Assert.That(refit.Deviance, Is.EqualTo(own.Deviance).Within(1e-6 * own.Deviance));
        }
    }

    [Test]
    public void WhatWasFittedBeforeLeavesNoTrace()
    {
        RandomData data = RandomData.Simulate(3, Family.Poisson, 2, 30, 7);
        using RefitPlan plan = RefitPlan.Create(data.Design(), Family.Poisson);
        using Refitter fresh = plan.CreateRefitter(), used = plan.CreateRefitter();
        for (int seed = 10; seed < 15; seed++) used.Refit(Response(data, seed));
        double[] y = Response(data, 77);
        Same(used.Refit(y), fresh.Refit(y));
    }

    [Test]
    public void ManyRefitsSideBySideAreTheSameBitsAsOneByOne([Values(1, 2, 5)] int threads)
    {
        RandomData data = RandomData.Simulate(5, Family.Binomial, 1, 25, 8);
        using RefitPlan plan = RefitPlan.Create(data.Design(), Family.Binomial);
        double[][] responses = [.. Enumerable.Range(20, 40).Select(seed => Response(data, seed))];
        RefitResult[] many = plan.RefitMany([.. responses.Select(y => new ReadOnlyMemory<double>(y))], threads);
        using Refitter refitter = plan.CreateRefitter();
        for (int i = 0; i < responses.Length; i++) Same(many[i], refitter.Refit(responses[i]));
    }

    [Test]
    public void ARefitAllocatesItsResultAlone()
    {
        ClusteredDesign design = ReferenceDesign.Read("epil_ri", "unstructured");
        using RefitPlan plan = RefitPlan.Create(design, Family.Poisson);
        using Refitter refitter = plan.CreateRefitter();
        var y = new double[design.Observations];
        design.Response.Gather([.. Enumerable.Range(0, y.Length)], y);
        for (int r = 0; r < y.Length; r += 7) y[r] += 1;
        int p = plan.FixedNames.Count, q = 1;
        RefitResult? kept = null;
        long result = Allocation.Of(() => kept = new RefitResult(new double[(2 * p) + (q * q)], p, q)
        {
            Verdict = Verdict.Converged,
            Message = null,
            Dispersion = 1,
            Deviance = 0,
            LogQuasiLikelihood = 0,
            WorkingLogLikelihood = 0,
            Iterations = 0,
            DataPasses = 0,
            GradientNorm = 0,
        });
        Assert.That(Allocation.Of(() => kept = refitter.Refit(y)), Is.EqualTo(result));
        Assert.That(kept!.Converged, Is.True);
    }

    [Test]
    public void AResponseThatCannotBeFittedHasAResultThatSaysWhy()
    {
        RandomData data = RandomData.Simulate(6, Family.Poisson, 1, 25, 6);
        using RefitPlan plan = RefitPlan.Create(data.Design(), Family.Poisson);
        double[] good = Response(data, 8), zeros = new double[data.Rows], negative = [.. good];
        negative[4] = -1;
        RefitResult[] results = plan.RefitMany([good, zeros, negative, good]);
        Assert.That(results.Select(r => r.Converged), Is.EqualTo(new[] { true, false, false, true }));
        Assert.That(results[1].Message, Does.StartWith("The response 'y' is 0 in every row"));
        Assert.That(results[2].Message, Does.StartWith("The response 'y' is -1 in row 5"));
        Assert.That(results[2].FixedEffects.ToArray(), Is.All.NaN);
        Same(results[0], results[3]);
    }

    // A last cluster of a few rows, long or short, leaves lanes without rows behind the end of the data.
    [TestCase(20, 10, 521, 2)]
    [TestCase(7, 60, 1, 20)]
    public void LanesWithoutRowsBehindTheLastAreLeftAlone(int clusters, int size, int last, int p)
    {
        var random = new Random(4);
        int[] codes = [.. Enumerable.Range(0, (clusters * size) + last).Select(r => Math.Min(r / size, clusters))];
        double[] ones = [.. codes.Select(_ => 1.0)], y = [.. codes.Select(c => (double)random.Next(2 + (c % 4)))];
        double[][] x = [ones, .. Enumerable.Range(1, p - 1).Select(_ => codes.Select(_ => random.NextDouble()).ToArray())];
        ClusteredDesign design = ModelLayer.Designs.Of(y, x, [ones], codes);
        using RefitPlan plan = RefitPlan.Create(design, Family.Poisson);
        using Refitter refitter = plan.CreateRefitter();
        PqlFit own = Pql.Fit(design, Family.Poisson);
        double[] estimates = [.. own.FixedEffects.Select(e => e.Estimate)];
        Assert.That(refitter.Refit(y).FixedEffects.ToArray(), Is.EqualTo(estimates).Within(1e-6));
    }

    [Test]
    public void AResponseOfAnotherLengthIsRefused()
    {
        RandomData data = RandomData.Simulate(6, Family.Poisson, 1, 25, 6);
        using RefitPlan plan = RefitPlan.Create(data.Design(), Family.Poisson);
        using Refitter refitter = plan.CreateRefitter();
        Assert.That(
            () => refitter.Refit([1, 2, 3]),
            Throws.TypeOf<InvalidModelDataException>().With.Message.StartsWith(
                $"The response has 3 rows, the design has {data.Rows}"));
        RefitResult[] results = plan.RefitMany([Response(data, 8), new double[2]]);
        Assert.That(results[0].Converged, Is.True);
        Assert.That(results[1].IsRefused, Is.True);
        Assert.That(results[1].Message, Does.StartWith("The response has 2 rows"));
    }

    [Test]
    public void ARowThatTheFillerLeavesOutIsRefusedRatherThanKeptFromAnotherResponse()
    {
        RandomData data = RandomData.Simulate(6, Family.Poisson, 1, 25, 6);
        using RefitPlan plan = RefitPlan.Create(data.Design(), Family.Poisson);
        double[] y = Response(data, 8);
        RefitResult[] results = plan.RefitMany(2, (index, response) => y.AsSpan(index).CopyTo(response[index..]), 1);
        Assert.That(results[0].Converged, Is.True);
        Assert.That(results[1].Message, Does.StartWith("The response 'y' is NaN in row 1"));
    }

    [Test]
    public void ARefitterInUseSaysSo()
    {
        RandomData data = RandomData.Simulate(6, Family.Poisson, 1, 25, 6);
        using RefitPlan plan = RefitPlan.Create(data.Design(), Family.Poisson);
        using Refitter refitter = plan.CreateRefitter();
        double[] y = Response(data, 8);
        RefitResult expected = refitter.Refit(y);
        Parallel.For(0, 400, _ =>
        {
            try
            {
                Same(refitter.Refit(y), expected);
            }
            catch (InvalidOperationException exception)
            {
                Assert.That(exception.Message, Does.StartWith("This refitter is in use by another thread"));
            }
        });
        Same(refitter.Refit(y), expected);
    }

    [Test]
    public void WhatWasDisposedSaysSoByItsName()
    {
        RandomData data = RandomData.Simulate(6, Family.Poisson, 1, 25, 6);
        RefitPlan plan = RefitPlan.Create(data.Design(), Family.Poisson);
        Refitter refitter = plan.CreateRefitter();
        refitter.Dispose();
        plan.Dispose();
        Assert.That(() => refitter.Refit(data.Y), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("Refitter"));
        Assert.That(plan.CreateRefitter, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("RefitPlan"));
        Assert.That(() => plan.RefitMany([data.Y]), Throws.TypeOf<ObjectDisposedException>().With.Message.Contains("RefitPlan"));
    }

    private static double[] Response(RandomData data, int seed) =>
        RandomData.Redraw(data, seed);

    private static void Same(RefitResult a, RefitResult b)
    {
        Assert.That(a.FixedEffects.ToArray(), Is.EqualTo(b.FixedEffects.ToArray()));
        Assert.That(a.StandardErrors.ToArray(), Is.EqualTo(b.StandardErrors.ToArray()));
        Assert.That(a.Covariance.ToArray(), Is.EqualTo(b.Covariance.ToArray()));
        Assert.That(a.LogQuasiLikelihood, Is.EqualTo(b.LogQuasiLikelihood));
        Assert.That((a.Verdict, a.Iterations, a.DataPasses), Is.EqualTo((b.Verdict, b.Iterations, b.DataPasses)));
    }
}
