using CsCheck;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Core;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>Clusters conditioned on rows: against the fit, against each other, and in extreme cases.</summary>
[TestFixture]
internal sealed class ConditioningTests
{
    private static IEnumerable<TestCaseData> Fits()
    {
        foreach (string family in new[] { "poisson", "binomial", "gaussian" })
        {
            foreach (int q in new[] { 1, 2 }) yield return new TestCaseData(family, q);
        }
    }

    [TestCaseSource(nameof(Fits))]
    public void AClusterNeverSeenGetsTheModeThatTheFitGivesIt(string family, int q)
    {
        (RandomData data, PqlFit fit, FittedModel model) = ModelCase.Fitted(family, q);
        CompareAll(data, model, fit.RandomEffects, fit.RandomEffectStandardErrors);
    }

    [Test]
    public void TheSameHoldsOfOtherFamiliesLinksAndMethods()
    {
        RandomData data = RandomData.Simulate(8, Family.Poisson, 2, 20, 8);
        var options = new FitOptions { Tolerance = 1e-11, Dispersion = DispersionOption.Estimated };
        PqlFit quasi = Pql.Fit(data.Design(), Family.Poisson, Link.Sqrt, options);
        CompareAll(data, FittedModel.Create(quasi, data.Design()), quasi.RandomEffects, quasi.RandomEffectStandardErrors);
        LikelihoodFit negative = Laplace.Fit(data.Design(), Family.NegativeBinomial());
        Assert.That(negative.HasObservedCurvature, Is.True);
        CompareAll(
            data, FittedModel.Create(negative, data.Design()), negative.RandomEffects, negative.RandomEffectStandardErrors);
        RandomData chances = RandomData.Simulate(9, Family.Binomial, 1, 20, 8);
        LikelihoodFit aghq = AdaptiveQuadrature.Fit(chances.Design(), Family.Binomial, Link.CLogLog);
        CompareAll(
            chances, FittedModel.Create(aghq, chances.Design()), aghq.RandomEffects, aghq.RandomEffectStandardErrors);
    }

    [Test]
    public void GaussianRowsMayComeInAnyOrderAndGrouping()
    {
        Gen.Int[0, int.MaxValue - 1].Sample(
            seed =>
            {
                FittedModel model = ModelCase.Made(
                    Family.Gaussian, Link.Identity, new double[,] { { 0.5, 0.1 }, { 0.1, 0.3 } }, dispersion: 0.6);
                var random = new Random(seed);
                const int n = 6;
                double[] x = Normal(random, n * 2), z = Normal(random, n * 2), y = Normal(random, n), o = Normal(random, n);
                double[] w = [.. Enumerable.Range(0, n).Select(_ => 0.2 + random.NextDouble())];
                ClusterPosterior start = seed % 2 == 0 ? model.Prior : model.Posterior(1);
                ClusterPosterior together = start.Condition(model, x, z, y, w, o), single = start;
                foreach (int r in Enumerable.Range(0, n).OrderBy(_ => random.Next()))
                {
                    single = single.Condition(
                        model, x.AsSpan(r * 2, 2), z.AsSpan(r * 2, 2), y.AsSpan(r, 1), w.AsSpan(r, 1), o.AsSpan(r, 1));
                }

                Assert.That(single.Mode.ToArray(), Is.EqualTo(together.Mode.ToArray()).Within(1e-12));
                Assert.That(single.Covariance.ToArray(), Is.EqualTo(together.Covariance.ToArray()).Within(1e-13));
                Assert.That(single.Cross.ToArray(), Is.EqualTo(together.Cross.ToArray()).Within(1e-12));
                Assert.That(single.Rows, Is.EqualTo(start.Rows + n));
            },
            iter: 50);
    }

    [Test]
    public void OtherRowsOneByOneComeNearToAllAtOnce()
    {
        // The quadratic approximation of what came before is what separates the two: little beside the posterior's width.
        (RandomData data, PqlFit fit, FittedModel model) = ModelCase.Fitted("poisson", 2);
        double furthest = 0;
        for (int i = 0; i < model.ClusterCount; i++)
        {
            int[] rows = [.. Enumerable.Range(0, data.Rows).Where(r => data.Cluster[r] == i)];
            ClusterPosterior single = model.Prior;
            foreach (int row in rows) single = Condition(model, single, data, [row]);
            for (int l = 0; l < 2; l++)
            {
                double width = Math.Sqrt(model.Posterior(i).Covariance[l * 3]);
                furthest = Math.Max(furthest, Math.Abs(single.Mode[l] - fit.RandomEffects[(2 * i) + l]) / width);
            }
        }

        Assert.That(furthest, Is.InRange(1e-6, 0.6));
    }

    [Test]
    public void AKnownClusterFoldedInMovesTowardsItsNewRows()
    {
        (RandomData data, PqlFit fit, FittedModel model) = ModelCase.Fitted("poisson", 1);
        ClusterPosterior known = model.Posterior(3), after = known.Condition(model, [1, 0, 0], [1], [40]);
        Assert.That(after.Mode[0], Is.GreaterThan(known.Mode[0]));
        Assert.That(after.Covariance[0], Is.LessThan(known.Covariance[0]));
        Assert.That(after.Rows, Is.EqualTo(known.Rows + 1));
        Assert.That(known.Mode[0], Is.EqualTo(fit.RandomEffects[3]), "the old one is unchanged");

        // The mode of ½(b − b₀)²/E − (yη − e^η), by bisection on its derivative.
        double low = known.Mode[0], high = 10, alpha = fit.FixedEffects[0].Estimate;
        for (int step = 0; step < 80; step++)
        {
            double b = 0.5 * (low + high);
            double slope = ((b - known.Mode[0]) / known.Covariance[0]) - (40 - Math.Exp(alpha + b));
            if (slope < 0) low = b;
            else high = b;
        }

        Assert.That(after.Mode[0], Is.EqualTo(low).Within(1e-10));
        double information = (1 / known.Covariance[0]) + Math.Exp(alpha + low);
        Assert.That(after.Covariance[0], Is.EqualTo(1 / information).Within(1e-12));
        Assert.That(after.Cross[0], Is.EqualTo(known.Cross[0] + Math.Exp(alpha + low)).Within(1e-8));
        Assert.That(data.Rows, Is.GreaterThan(0));
    }

    [Test]
    public void WithoutVarianceNothingIsLearnt()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, new double[,] { { 0.0 } });
        ClusterPosterior after = model.Prior.Condition(model, [1, 1], [1], [1000]);
        Assert.That((after.Mode[0], after.Covariance[0]), Is.EqualTo((0.0, 0.0)));
    }

    [Test]
    public void ASingularCovarianceKeepsItsDirection()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, new double[,] { { 0.4, 0.2 }, { 0.2, 0.1 } });
        ClusterPosterior after = model.Prior.Condition(model, [1, 1, 1, 0], [1, 0.5, 1, -1], [6, 9]);
        Assert.That(after.Mode[1], Is.EqualTo(0.5 * after.Mode[0]).Within(1e-13));
        Assert.That(after.Mode[0], Is.GreaterThan(0.1));
        Assert.That(after.Covariance[1], Is.EqualTo(0.5 * after.Covariance[0]).Within(1e-14));
        Assert.That(after.Covariance[3], Is.EqualTo(0.25 * after.Covariance[0]).Within(1e-14));
        Assert.That(after.Covariance[0], Is.LessThan(0.4));
    }

    [Test]
    public void ExtremeRowsHaveAModeWhereTheGradientVanishes()
    {
        // Separable, huge and tiny responses, wide priors: s/φ − b/D = 0 at the mode, checked by plain formulas.
        foreach (double variance in new[] { 0.01, 1, 100, 1e4 })
        {
            double[,] d = { { variance } };
            foreach (double offset in new[] { -20.0, 0, 20 })
            {
                FittedModel logit = ModelCase.Made(Family.Binomial, Link.Logit, d);
                foreach (double y in new[] { 0.0, 1 })
                {
                    double b = Mode(logit, [y, y, y], offset, out bool converged);
                    double chance = 1 / (1 + Math.Exp(-(0.4 + offset + b)));
                    double rest = 1 / (1 + Math.Exp(0.4 + offset + b));
                    Assert.That(converged, Is.True);
                    Assert.That(
                        b / variance, Is.EqualTo(y == 1 ? 3 * rest : -3 * chance).Within(1e-9), $"{variance} {offset} {y}");
                }

                FittedModel log = ModelCase.Made(Family.Poisson, Link.Log, d);
                foreach (double y in new[] { 0.0, 5, 1e6 })
                {
                    double b = Mode(log, [y, y, y], offset, out bool converged), mean = Math.Exp(0.4 + offset + b);
                    Assert.That(converged, Is.True, $"{variance} {offset} {y}");
                    Assert.That(
                        b / variance, Is.EqualTo(3 * (y - mean)).Within(1e-9 * (1 + y + mean)), $"{variance} {offset} {y}");
                }
            }
        }
    }

    [Test]
    public void NoRowsChangeNothing()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, new double[,] { { 0.4 } });
        ClusterPosterior before = model.Posterior(1), after = before.Condition(model, [], [], []);
        Assert.That(after.Mode.ToArray(), Is.EqualTo(before.Mode.ToArray()));
        Assert.That(after.Covariance.ToArray(), Is.EqualTo(before.Covariance.ToArray()));
        Assert.That(after.Rows, Is.EqualTo(before.Rows));
    }

    [Test]
    public void NothingIsAllocatedAndTheConvenienceGivesTheSameBits()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, new double[,] { { 0.5, 0.1 }, { 0.1, 0.3 } });
        var conditioning = new ClusterConditioning(model);
        double[] x = [1, 0.2], z = [1, -1], y = [3];
        long bytes = Allocation.Of(() =>
        {
            conditioning.Start(1);
            conditioning.Add(x, z, y);
            conditioning.Start();
            conditioning.Add(x, z, y);
        });
        Assert.That(bytes, Is.Zero);
        ClusterPosterior same = model.Prior.Condition(model, x, z, y);
        Assert.That(conditioning.Mode.ToArray(), Is.EqualTo(same.Mode.ToArray()));
        Assert.That(conditioning.Covariance.ToArray(), Is.EqualTo(same.Covariance.ToArray()));
        Assert.That(conditioning.Cross.ToArray(), Is.EqualTo(same.Cross.ToArray()));
        Assert.That(conditioning.Rows, Is.EqualTo(1));
        Assert.That(conditioning.Converged, Is.True);
        Assert.That(conditioning.Iterations, Is.InRange(2, 10));
    }

    [Test]
    public void RowsThatCannotBeAreRefusedAndLeaveEverythingAsItWas()
    {
        FittedModel counts = ModelCase.Made(Family.Poisson, Link.Log, new double[,] { { 0.4 } });
        var conditioning = new ClusterConditioning(counts);
        conditioning.Add([1, 0], [1], [2]);
        double[] mode = conditioning.Mode.ToArray();
        double[] x = [1, 0], one = [1];
        Assert.That(() => conditioning.Add(x, one, [-1]), Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("whole"));
        Assert.Throws<InvalidModelDataException>(() => conditioning.Add([1, double.NaN], one, one));
        Assert.Throws<InvalidModelDataException>(() => conditioning.Add(x, one, one, [0]));
        Assert.Throws<InvalidModelDataException>(() => conditioning.Add(x, one, one, [1, 1]));
        Assert.Throws<InvalidModelDataException>(() => conditioning.Add(x, one, one, one, [double.PositiveInfinity]));
        Assert.Throws<InvalidModelDataException>(() => conditioning.Add(one, one, one));
        Assert.That(conditioning.Mode.ToArray(), Is.EqualTo(mode));
        Assert.That(conditioning.Rows, Is.EqualTo(1));
        FittedModel chances = ModelCase.Made(Family.Binomial, Link.Logit, new double[,] { { 0.4 } });
        Assert.That(
            () => chances.Prior.Condition(chances, x, one, [0.5]),
            Throws.TypeOf<InvalidModelDataException>().With.Message.Contains("trials"));
        Assert.DoesNotThrow(() => chances.Prior.Condition(chances, x, one, [0.5], [4]));
        FittedModel wider = ModelCase.Made(Family.Poisson, Link.Log, new double[,] { { 0.4, 0 }, { 0, 1 } });
        Assert.Throws<ArgumentException>(() => new ClusterConditioning(wider).Start(counts.Prior));
    }

    private static double Mode(FittedModel model, double[] y, double offset, out bool converged)
    {
        var conditioning = new ClusterConditioning(model);
        double[] x = [.. y.SelectMany(_ => new[] { 1.0, 0 })], z = [.. y.Select(_ => 1.0)], o = [.. y.Select(_ => offset)];
        conditioning.Add(x, z, y, [], o);
        converged = conditioning.Converged;
        return conditioning.Mode[0];
    }

    private static void CompareAll(
        RandomData data, FittedModel model, ReadOnlySpan<double> modes, ReadOnlySpan<double> errors)
    {
        int p = model.FixedNames.Count, q = model.RandomTerms.Count;
        var error = new double[q];
        for (int i = 0; i < model.ClusterCount; i++)
        {
            int[] rows = [.. Enumerable.Range(0, data.Rows).Where(r => data.Cluster[r] == i)];
            ClusterPosterior posterior = Condition(model, model.Prior, data, rows), known = model.Posterior(i);
            Assert.That(posterior.Rows, Is.EqualTo(known.Rows));
            Assert.That(posterior.Covariance.ToArray(), Is.EqualTo(known.Covariance.ToArray()).Within(1e-9));
            Assert.That(posterior.Cross.ToArray(), Is.EqualTo(known.Cross.ToArray()).Within(1e-7));

            // Standard errors as predictions of x = 0 and unit vectors z.
            double[] identity = [.. Enumerable.Range(0, q * q).Select(at => at / q == at % q ? 1.0 : 0)];
            model.PredictWithErrors(
                new PredictionOptions { Target = PredictionTarget.LinearPredictor },
                new PredictionRows { X = new double[q * p], Z = identity, Posterior = posterior },
                new PredictionColumns { Estimate = new double[q], StandardError = error });
            for (int l = 0; l < q; l++)
            {
                Assert.That(posterior.Mode[l], Is.EqualTo(modes[(i * q) + l]).Within(1e-9), $"mode {l} of {i}");
                Assert.That(error[l], Is.EqualTo(errors[(i * q) + l]).Within(1e-9), $"error {l} of {i}");
            }
        }
    }

    private static ClusterPosterior Condition(FittedModel model, ClusterPosterior prior, RandomData data, int[] rows)
    {
        (double[] x, double[] z) = ModelCase.RowByRow(data, rows);
        return prior.Condition(
            model, x, z, [.. rows.Select(r => data.Y[r])], [.. rows.Select(r => data.Weight[r])],
            [.. rows.Select(r => data.Offset[r])]);
    }

    private static double[] Normal(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())),
    ];
}
