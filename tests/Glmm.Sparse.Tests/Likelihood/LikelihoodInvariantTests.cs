using CsCheck;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Estimation;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>What must not change a maximum of the likelihood does not, on random data, by Laplace and by quadrature.</summary>
[TestFixture]
internal sealed class LikelihoodInvariantTests
{
    private const int Samples = 30;

    private static readonly FitOptions Options = new() { Tolerance = 1e-10, Nodes = 3 };

    // Families without a shape of their own, and with one.
    private static readonly LikelihoodCase[] Models =
    [
        .. LikelihoodCase.All.Where(one => one.ToString() is
            "poisson log" or "binomial logit" or "binomial cloglog" or "gaussian identity" or "gamma log"
            or "negative-binomial log" or "negative-binomial-1 log" or "beta logit"),
    ];

    private static Gen<(LikelihoodCase Model, RandomData Data)> Generate { get; } = Gen
        .Select(Gen.Int[0, 1 << 30], Gen.Int[0, Models.Length - 1], Gen.Int[1, 2])
        .Select((seed, model, q) => (Models[model], Models[model].Simulate(seed, q, clusters: 24)));

    [TestCase(EstimationMethod.Laplace)]
    [TestCase(EstimationMethod.Aghq)]
    public void RowOrderDoesNotMatter(EstimationMethod method) => Gen.Select(Generate, Gen.Int[0, 1 << 20]).Sample(
        (one, seed) =>
        {
            int[] order = [.. Enumerable.Range(0, one.Data.Rows)];
            new Random(seed).Shuffle(order);
            return Agree(Fit(method, one), Fit(method, one with { Data = one.Data.Take(order) }));
        },
        iter: Samples, print: Print);

    [TestCase(EstimationMethod.Laplace)]
    [TestCase(EstimationMethod.Aghq)]
    public void ClusterLabelsDoNotMatter(EstimationMethod method) => Gen.Select(Generate, Gen.Int[0, 1 << 20]).Sample(
        (one, seed) =>
        {
            int[] label = [.. Enumerable.Range(0, one.Data.Cluster.Max() + 1)];
            new Random(seed).Shuffle(label);
            RandomData relabelled = one.Data with { Cluster = [.. one.Data.Cluster.Select(c => label[c])] };
            LikelihoodFit a = Fit(method, one), b = Fit(method, one with { Data = relabelled });
            if (!Agree(a, b)) return false;
            if (!a.Converged) return true;
            int q = one.Data.Z.Length;
            double tolerance = 1e-6 * one.Model.Spread;
            return Enumerable.Range(0, label.Length * q).All(
                e => Math.Abs(a.RandomEffects[e] - b.RandomEffects[(label[e / q] * q) + (e % q)]) < tolerance);
        },
        iter: Samples, print: Print);

    [TestCase(EstimationMethod.Laplace)]
    [TestCase(EstimationMethod.Aghq)]
    public void RescalingACovariateRescalesItsCoefficientAlone(EstimationMethod method) => Gen
        .Select(Generate, Gen.Double[-6, 6]).Sample(
            (one, power) =>
            {
                double scale = Math.Pow(10, power);
                RandomData data = one.Data with { X = [one.Data.X[0], [.. one.Data.X[1].Select(v => v * scale)], one.Data.X[2]] };
                return Agree(Fit(method, one), Fit(method, one with { Data = data }), coefficientScale: scale);
            },
            iter: Samples, print: Print);

    [TestCase(EstimationMethod.Laplace)]
    [TestCase(EstimationMethod.Aghq)]
    public void RescalingARandomSlopeRescalesItsVarianceAlone(EstimationMethod method) => Gen
        .Select(Generate.Where(one => one.Data.Z.Length == 2), Gen.Double[-4, 4]).Sample(
            (one, power) =>
            {
                double scale = Math.Pow(10, power);
                RandomData data = one.Data with { Z = [one.Data.Z[0], [.. one.Data.Z[1].Select(v => v * scale)]] };
                return Agree(Fit(method, one), Fit(method, one with { Data = data }), slopeScale: scale);
            },
            iter: Samples, print: Print);

    [TestCase(EstimationMethod.Laplace, "poisson log")]
    [TestCase(EstimationMethod.Aghq, "poisson log")]
    [TestCase(EstimationMethod.Laplace, "negative-binomial log")]
    [TestCase(EstimationMethod.Laplace, "negative-binomial-1 log")]
    [TestCase(EstimationMethod.Laplace, "beta logit")]
    public void AWeightOfTwoIsTheRowTwice(EstimationMethod method, string name)
    {
        LikelihoodCase model = LikelihoodCase.All.Single(one => one.ToString() == name);
        Gen.Int[0, 1 << 30].Sample(
            seed =>
            {
                RandomData data = model.Simulate(seed, 1, clusters: 24);
                int[] twice = [.. Enumerable.Range(0, data.Rows).SelectMany(r => r % 3 == 0 ? new[] { r, r } : [r])];
                RandomData weighted = data with { Weight = [.. data.Weight.Select((_, r) => r % 3 == 0 ? 2.0 : 1.0)] };
                return Agree(Fit(method, (model, data.Take(twice))), Fit(method, (model, weighted)));
            },
            iter: Samples);
    }

    [TestCase(EstimationMethod.Laplace, "poisson log", 2)]
    [TestCase(EstimationMethod.Laplace, "negative-binomial log", 1)]
    [TestCase(EstimationMethod.Aghq, "binomial logit", 1)]
    public void EveryThreadCountGivesTheSameBits(EstimationMethod method, string name, int q)
    {
        LikelihoodCase model = LikelihoodCase.All.Single(one => one.ToString() == name);
        RandomData data = model.Simulate(3, q, clusters: 3800, largest: 8);
        Assert.That(data.Rows, Is.GreaterThan(16_384), "large enough that threads are used");
        LikelihoodFit first = Fit(method, (model, data), new FitOptions { Threads = 1, Nodes = 3 });
        Assert.That(first.Converged);
        foreach (int threads in new[] { 2, 3 })
        {
            LikelihoodFit fit = Fit(method, (model, data), new FitOptions { Threads = threads, Nodes = 3 });
            Assert.That(fit.LogLikelihood, Is.EqualTo(first.LogLikelihood));
            Assert.That(fit.FixedEffects, Is.EqualTo(first.FixedEffects));
            Assert.That(fit.Covariance, Is.EqualTo(first.Covariance));
            Assert.That(fit.CovarianceStandardErrors, Is.EqualTo(first.CovarianceStandardErrors));
            Assert.That(fit.Shape, Is.EqualTo(first.Shape));
            Assert.That(fit.RandomEffects.SequenceEqual(first.RandomEffects));
            Assert.That(fit.RandomEffectStandardErrors.SequenceEqual(first.RandomEffectStandardErrors));
        }
    }

    [Test]
    public void QuadratureWithOneNodeIsLaplace() => Generate.Sample(
        one => Agree(Fit(EstimationMethod.Laplace, one), Fit(EstimationMethod.Aghq, one, Options with { Nodes = 1 })),
        iter: Samples, print: one => $"{one.Model}, {one.Data.Rows} rows");

    [TestCase("binomial logit", 1)]
    [TestCase("binomial logit", 2)]
    [TestCase("poisson log", 1)]
    [TestCase("poisson log", 2)]
    [TestCase("gamma log", 1)]
    [TestCase("negative-binomial log", 1)]
    [TestCase("beta logit", 1)]
    public void MoreNodesComeCloserToTheIntegral(string name, int q)
    {
        LikelihoodCase model = LikelihoodCase.All.Single(one => one.ToString() == name);
        RandomData data = model.Simulate(11, q, clusters: 16);
        var dense = new DenseMarginalLikelihood(data.Design());
        double Error(int nodes)
        {
            LikelihoodFit fit = Fit(EstimationMethod.Aghq, (model, data), Options with { Nodes = nodes });
            Assert.That(fit.Converged, Is.True, $"{fit.Verdict}: {fit.Message}");
            ScalarDensity density = model.Density with
            {
                Dispersion = fit.Dispersion,
                Shape = fit.Shape?.Value ?? double.NaN,
            };
            double[] alpha = [.. fit.FixedEffects.Select(effect => effect.Estimate)];
            return Math.Abs(fit.LogLikelihood - dense.Integral(density, alpha, fit.Covariance, q == 1 ? 1000 : 280));
        }

        double one = Error(1), five = Error(5), many = Error(25);
        Assert.That(five, Is.LessThan(0.1 * one));
        Assert.That(many, Is.LessThan(1e-7));
    }

    [TestCase(49)]
    [TestCase(146)]
    [TestCase(382)]
    public void AFitEndsOnceItsStepIsRounding(int seed)
    {
        // Slopes that hardly vary; the token makes an endless search a failure.
        LikelihoodCase model = LikelihoodCase.All.Single(one => one.ToString() == "gaussian identity");
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        LikelihoodFit fit = Fit(
            EstimationMethod.Laplace, (model, model.Simulate(seed, 2, clusters: 24)),
            Options with { CancellationToken = source.Token });
        Assert.That(fit.Converged, Is.True, $"{fit.Verdict}: {fit.Message}");
    }

    private static LikelihoodFit Fit(
        EstimationMethod method, (LikelihoodCase Model, RandomData Data) one, FitOptions? options = null) =>
        (LikelihoodFit)GlmmEstimator.Fit(method, one.Data.Design(), one.Model.Family, one.Model.Link, options ?? Options);

    private static string Print<T>(((LikelihoodCase Model, RandomData Data) One, T Other) sample) =>
        $"{sample.One.Model}, {sample.One.Data.Rows} rows, q = {sample.One.Data.Z.Length}, {sample.Other}";

    // Same verdict and, where it converged, the same likelihood and estimates: α in standard errors, D on its own scale.
    private static bool Agree(LikelihoodFit a, LikelihoodFit b, double coefficientScale = 1, double slopeScale = 1)
    {
        if (a.Converged != b.Converged || a.Singular != b.Singular) return false;
        if (!a.Converged) return true;
        if (Math.Abs(a.LogLikelihood - b.LogLikelihood) > 1e-9 * (1 + Math.Abs(a.LogLikelihood))) return false;
        for (int j = 0; j < a.FixedEffects.Count; j++)
        {
            double scale = j == 1 ? coefficientScale : 1, error = a.FixedEffects[j].StandardError;
            if (Math.Abs(a.FixedEffects[j].Estimate - (scale * b.FixedEffects[j].Estimate)) > 1e-6 * error) return false;
            if (Math.Abs(error - (scale * b.FixedEffects[j].StandardError)) > 1e-3 * error) return false;
        }

        double[,] first = a.Covariance, second = b.Covariance;
        int q = a.RandomTerms.Count;
        for (int l = 0; l < q; l++)
        {
            for (int m = 0; m < q; m++)
            {
                double scale = (l == 1 ? slopeScale : 1) * (m == 1 ? slopeScale : 1);
                double unit = Math.Sqrt(first[l, l] * first[m, m]) + 1e-6;
                if (Math.Abs(first[l, m] - (scale * second[l, m])) > 1e-5 * unit) return false;
            }
        }

        return Math.Abs(a.Dispersion - b.Dispersion) <= 1e-6 * a.Dispersion &&
               SameShape(a.Shape?.Value ?? 0, b.Shape?.Value ?? 0);
    }

    // A size θ beyond a million is the poisson model to all digits: the likelihood no longer tells how far beyond.
    private static bool SameShape(double a, double b) => Math.Abs(a - b) <= 1e-5 * a || (a > 1e6 && b > 1e6);
}
