using CsCheck;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Results;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>What must not change the fit does not, on random data, for PQL and MQL.</summary>
[TestFixture]
internal sealed class InvariantTests
{
    private const int Samples = 60;

    private static readonly FitOptions Options = new() { Tolerance = 1e-10, Dispersion = DispersionOption.Fixed() };

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void RowOrderDoesNotMatter(EstimationMethod method) => Gen.Select(RandomData.Generate, Gen.Int[0, 1 << 20]).Sample(
        (data, seed) =>
        {
            int[] order = [.. Enumerable.Range(0, data.Rows)];
            new Random(seed).Shuffle(order);
            return Agree(Fit(method, data), Fit(method, data.Take(order)));
        },
        iter: Samples);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ClusterLabelsDoNotMatter(EstimationMethod method) => Gen.Select(RandomData.Generate, Gen.Int[0, 1 << 20]).Sample(
        (data, seed) =>
        {
            int[] label = [.. Enumerable.Range(0, data.Cluster.Max() + 1)];
            new Random(seed).Shuffle(label);
            RandomData relabelled = data with { Cluster = [.. data.Cluster.Select(c => label[c])] };
            GlmmFit first = Fit(method, data), second = Fit(method, relabelled);
            if (!Agree(first, second)) return false;
            if (first is not PqlFit a || second is not PqlFit b || !a.Converged) return true;
            int q = data.Z.Length;
            for (int i = 0; i < label.Length; i++)
            {
                for (int l = 0; l < q; l++)
                {
                    if (Math.Abs(a.RandomEffects[(i * q) + l] - b.RandomEffects[(label[i] * q) + l]) > 1e-6) return false;
                }
            }

            return true;
        },
        iter: Samples);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void RowsOfHalfWeightCountAsOne(EstimationMethod method) => RandomData.Generate.Sample(
        data =>
        {
            int[] twice = [.. Enumerable.Range(0, data.Rows), .. Enumerable.Range(0, data.Rows)];
            RandomData halves = data.Take(twice);
            halves = halves with { Weight = [.. halves.Weight.Select(w => w / 2)] };

            // n enters REML and ML only through φ, which is held.
            return Agree(Fit(method, data), Fit(method, halves));
        },
        iter: Samples);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void RescalingACovariateRescalesItsCoefficientAlone(EstimationMethod method) => Gen
        .Select(RandomData.Generate, Gen.Double[-6, 6]).Sample(
            (data, power) =>
            {
                double scale = Math.Pow(10, power);
                RandomData rescaled = data with { X = [data.X[0], [.. data.X[1].Select(v => v * scale)], data.X[2]] };
                return Agree(Fit(method, data), Fit(method, rescaled), (1, scale));
            },
            iter: Samples);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ShiftingACovariateMovesTheInterceptAlone(EstimationMethod method) => Gen
        .Select(RandomData.Generate, Gen.Double[-1e5, 1e5]).Sample(
            (data, shift) =>
            {
                RandomData shifted = data with { X = [data.X[0], [.. data.X[1].Select(v => v + shift)], data.X[2]] };
                GlmmFit a = Fit(method, data), b = Fit(method, shifted);
                if (a.Verdict != b.Verdict) return false;
                if (!a.Converged) return true;
                double slope = a.FixedEffects[1].Estimate, error = a.FixedEffects[0].StandardError;
                return Math.Abs(slope - b.FixedEffects[1].Estimate) < 1e-6 * a.FixedEffects[1].StandardError &&
                       Math.Abs(a.FixedEffects[0].Estimate - (b.FixedEffects[0].Estimate + (shift * b.FixedEffects[1].Estimate))) <
                       1e-5 * error;
            },
            iter: Samples);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void WithoutVariationBetweenClustersTheFitIsThePlainGlm(EstimationMethod method) => RandomData.Generate.Sample(
        data =>
        {
            // A dispersion this large explains every difference between the clusters; it also makes a standard error 100
            // times as long, so that the tolerance, which is in standard errors, must be that much tighter.
            FitOptions options = Options with { Dispersion = DispersionOption.Fixed(1e4), Tolerance = 1e-14 };
            GlmmFit fit = GlmmEstimator.Fit(method, data.Design(), data.Family, null, options);
            NullModel glm = NullModel.Fit(data.Design(), data.Family, null, options);
            if (fit.Verdict != Verdict.Boundary || fit.Covariance.Cast<double>().Any(d => d != 0)) return false;
            return fit.FixedEffects.Zip(glm.FixedEffects).All(
                pair => Math.Abs(pair.First.Estimate - pair.Second) <= 1e-12 * (1 + Math.Abs(pair.Second)));
        },
        iter: Samples);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void EveryThreadCountGivesTheSameBits(EstimationMethod method)
    {
        RandomData data = RandomData.Simulate(7, Family.Poisson, 2, 4000, 8);
        Assert.That(data.Rows, Is.GreaterThan(16_384), "large enough that threads are used");
        GlmmFit one = GlmmEstimator.Fit(method, data.Design(), data.Family, null, new FitOptions { Threads = 1 });
        foreach (int threads in (ReadOnlySpan<int>)[2, 3, 8])
        {
            GlmmFit many = GlmmEstimator.Fit(method, data.Design(), data.Family, null, new FitOptions { Threads = threads });
            Assert.That(many.FixedEffects, Is.EqualTo(one.FixedEffects));
            Assert.That(many.Covariance, Is.EqualTo(one.Covariance));
            Assert.That(many.LogQuasiLikelihood, Is.EqualTo(one.LogQuasiLikelihood));
            Assert.That(many.GradientNorm, Is.EqualTo(one.GradientNorm));
            if (one is PqlFit a && many is PqlFit b)
                Assert.That(b.RandomEffects.SequenceEqual(a.RandomEffects) && b.RandomEffectStandardErrors.SequenceEqual(a.RandomEffectStandardErrors));
        }
    }

    [Test]
    public void AUserBasisOfTheDiagonalGivesTheDiagonalFit() => RandomData.Generate.Where(d => d.Z.Length == 2).Sample(
        data =>
        {
            CovarianceStructure basis = CovarianceStructure.Linear([new double[,] { { 1, 0 }, { 0, 0 } }, new double[,] { { 0, 0 }, { 0, 1 } }]);
            return Agree(
                Pql.Fit(data.Design(CovarianceStructure.Diagonal(2)), data.Family, null, Options),
                Pql.Fit(data.Design(basis), data.Family, null, Options));
        },
        iter: Samples);

    [Test]
    public void AnIndefiniteBasisOfAllMatricesGivesTheUnstructuredFit() => RandomData.Generate.Where(d => d.Z.Length == 2).Sample(
        data =>
        {
            CovarianceStructure basis = CovarianceStructure.Linear(
            [
                new double[,] { { 1, 0 }, { 0, 0 } }, new double[,] { { 0, 1 }, { 1, 0 } }, new double[,] { { 0, 0 }, { 0, 1 } },
            ]);
            GlmmFit unstructured = Pql.Fit(data.Design(), data.Family, null, Options);

            // On the boundary the barrier comes only close.
            return unstructured.Singular || Agree(unstructured, Pql.Fit(data.Design(basis), data.Family, null, Options));
        },
        iter: Samples);

    [Test]
    public void AnIndefiniteBasisFindsTheBoundaryToo() => RandomData.Generate.Where(d => d.Z.Length == 2).Sample(
        data =>
        {
            // Equal variances and any covariance: the same set of matrices as compound symmetry.
            CovarianceStructure basis = CovarianceStructure.Linear([new double[,] { { 1, 0 }, { 0, 1 } }, new double[,] { { 0, 1 }, { 1, 0 } }]);
            PqlFit exact = Pql.Fit(data.Design(CovarianceStructure.CompoundSymmetry(2)), data.Family, null, Options);
            PqlFit barrier = Pql.Fit(data.Design(basis), data.Family, null, Options);
            return exact.Converged == barrier.Converged && exact.Singular == barrier.Singular &&
                   exact.Covariance.Cast<double>().Zip(barrier.Covariance.Cast<double>()).All(
                       pair => Math.Abs(pair.First - pair.Second) < 1e-4 * (1e-3 + Math.Abs(pair.First)));
        },
        iter: Samples);

    [Test]
    public void CompoundSymmetryWithTwoTermsIsUnstructuredUpToOneVariance() => RandomData.Generate.Where(d => d.Z.Length == 2).Sample(
        data =>
        {
            GlmmFit fit = Pql.Fit(data.Design(CovarianceStructure.CompoundSymmetry(2)), data.Family, null, Options);
            double[,] d = fit.Covariance;
            return !fit.Converged || (Math.Abs(d[0, 0] - d[1, 1]) <= 1e-12 * d[0, 0] && Math.Abs(d[0, 1]) <= d[0, 0] * (1 + 1e-12));
        },
        iter: Samples);

    private static GlmmFit Fit(EstimationMethod method, RandomData data) =>
        GlmmEstimator.Fit(method, data.Design(), data.Family, null, Options);

    // Same verdict and, where it converged, the same estimates: α in standard errors, D on its own scale.
    private static bool Agree(GlmmFit a, GlmmFit b, params (int Column, double Scale)[] scales)
    {
        if (a.Converged != b.Converged || a.Singular != b.Singular) return false;
        if (!a.Converged) return true;
        for (int j = 0; j < a.FixedEffects.Count; j++)
        {
            double scale = scales.Where(s => s.Column == j).Select(s => s.Scale).FirstOrDefault(1);
            double error = a.FixedEffects[j].StandardError;
            if (Math.Abs(a.FixedEffects[j].Estimate - (scale * b.FixedEffects[j].Estimate)) > 1e-6 * error) return false;
            if (Math.Abs(error - (scale * b.FixedEffects[j].StandardError)) > 1e-6 * error) return false;
        }

        double largest = a.Covariance.Cast<double>().Max(Math.Abs);
        return a.Covariance.Cast<double>().Zip(b.Covariance.Cast<double>()).All(
            pair => Math.Abs(pair.First - pair.Second) <= 1e-6 * (largest + 1e-6));
    }
}
