using CsCheck;
using Glmm.Sparse.Families;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.Core;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Prediction;

/// <summary>What holds of predictions whatever the numbers: bits, memory, missing values, refusals.</summary>
[TestFixture]
internal sealed class RowPredictionTests
{
    private static readonly (Family Family, Link Link, double Dispersion)[] _pairs =
    [
        (Family.Gaussian, Link.Identity, 0.7), (Family.Poisson, Link.Log, 1), (Family.Binomial, Link.Logit, 1),
        (Family.Binomial, Link.Probit, 1), (Family.Binomial, Link.CLogLog, 1), (Family.Binomial, Link.Cauchit, 1),
        (Family.Gamma, Link.Log, 0.4), (Family.InverseGaussian, Link.Log, 0.3), (Family.Poisson, Link.Sqrt, 1),
        (Family.NegativeBinomial(1.5), Link.Log, 1), (Family.NegativeBinomial1(0.8), Link.Log, 1),
        (Family.Beta(4), Link.Logit, 1),
    ];

    private static readonly double[][,] _covariances =
        [new double[,] { { 0.3 } }, new double[,] { { 0.5, 0.1 }, { 0.1, 0.2 } }, new double[,] { { 0.4, 0.2 }, { 0.2, 0.1 } }];

    [Test]
    public void ARowsPredictionDoesNotDependOnItsNeighbours()
    {
        // All numbers of a row, alone and among others, over families, links, covariances and targets.
        Gen.Select(
            Gen.Int[0, _pairs.Length - 1], Gen.Int[0, _covariances.Length - 1], Gen.Enum<PredictionTarget>(),
            Gen.Enum<IntervalKind>(), Gen.Int[1, 700], Gen.Int[0, int.MaxValue - 1]).Sample(
            (pair, d, target, interval, n, seed) =>
            {
                if (interval == IntervalKind.Prediction) n = Math.Min(n, 20);
                FittedModel model = ModelCase.Made(_pairs[pair].Family, _pairs[pair].Link, _covariances[d], _pairs[pair].Dispersion);
                int q = model.RandomTerms.Count;
                var random = new Random(seed);
                double[] x = Uniform(random, n * 2), z = Uniform(random, n * q), offset = Uniform(random, n);
                int[] codes = [.. Enumerable.Range(0, n).Select(_ => random.Next(3) - 1)];
                double[] weights = [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(1, 6))];
                var options = new PredictionOptions { Target = target, Interval = interval, NewClusters = seed % 2 == 0 };
                double[][] all = Predict(model, options, x, z, codes, offset, weights);
                int row = random.Next(n);
                double[][] one = Predict(
                    model, options, x[(row * 2)..((row + 1) * 2)], z[(row * q)..((row + 1) * q)], [codes[row]],
                    [offset[row]], [weights[row]]);
                for (int c = 0; c < all.Length; c++)
                {
                    Assert.That(
                        BitConverter.DoubleToInt64Bits(one[c][0]), Is.EqualTo(BitConverter.DoubleToInt64Bits(all[c][row])));
                }

                var plain = new double[n];
                model.Predict(target, new PredictionRows { X = x, Z = z, Clusters = codes, Offset = offset }, plain);
                Assert.That(plain, Is.EqualTo(all[0]), "with errors and without the estimate is the same");
            },
            iter: 150);
    }

    [Test]
    public void IntervalsContainTheEstimateAndGrowWithTheLevel()
    {
        foreach ((Family family, Link link, double dispersion) in _pairs)
        {
            FittedModel model = ModelCase.Made(family, link, _covariances[1], dispersion);
            double[] x = [1, 0.3, 1, -0.8], z = [1, 0.5, 1, -1];
            foreach (IntervalKind interval in new[] { IntervalKind.Confidence, IntervalKind.Prediction })
            {
                var options = new PredictionOptions { Interval = interval, Level = 0.8 };
                double[][] narrow = Predict(model, options, x, z, [0, -1], [0, 0], [7, 7]);
                double[][] wide = Predict(model, options with { Level = 0.99 }, x, z, [0, -1], [0, 0], [7, 7]);
                for (int r = 0; r < 2; r++)
                {
                    Assert.That(narrow[2][r], Is.LessThanOrEqualTo(narrow[0][r]).Within(1e-12));
                    Assert.That(narrow[3][r], Is.GreaterThanOrEqualTo(Math.Floor(narrow[0][r])));
                    Assert.That(wide[2][r], Is.LessThanOrEqualTo(narrow[2][r]));
                    Assert.That(wide[3][r], Is.GreaterThanOrEqualTo(narrow[3][r]));
                }
            }
        }
    }

    [Test]
    public void NothingIsAllocated()
    {
        const int n = 1000;
        var random = new Random(3);
        double[] x = Uniform(random, n * 2), z = Uniform(random, n * 2), offset = Uniform(random, n);
        int[] codes = [.. Enumerable.Range(0, n).Select(r => (r % 3) - 1)];
        double[] estimate = new double[n], error = new double[n], lower = new double[n], upper = new double[n];
        foreach ((Family family, Link link, double dispersion) in _pairs)
        {
            FittedModel model = ModelCase.Made(family, link, _covariances[1], dispersion);
            foreach (PredictionTarget target in Enum.GetValues<PredictionTarget>())
            {
                long bytes = Allocation.Of(() => model.Predict(
                    target, new PredictionRows { X = x, Z = z, Clusters = codes, Offset = offset }, estimate));
                Assert.That(bytes, Is.Zero, $"{family} {link} {target}");
                foreach (IntervalKind interval in Enum.GetValues<IntervalKind>())
                {
                    var options = new PredictionOptions { Target = target, Interval = interval };
                    int rows = interval == IntervalKind.Prediction ? 10 : n;
                    bytes = Allocation.Of(() => model.PredictWithErrors(
                        options,
                        new PredictionRows
                        {
                            X = x.AsSpan(0, rows * 2), Z = z.AsSpan(0, rows * 2), Clusters = codes.AsSpan(0, rows),
                        },
                        new PredictionColumns
                        {
                            Estimate = estimate.AsSpan(0, rows), StandardError = error.AsSpan(0, rows),
                            Lower = lower.AsSpan(0, rows), Upper = upper.AsSpan(0, rows),
                        }));
                    Assert.That(bytes, Is.Zero, $"{family} {link} {target} {interval}");
                }
            }
        }
    }

    [Test]
    public void MissingValuesMakeTheirRowNotANumberAndNoOther()
    {
        foreach ((Family family, Link link, double dispersion) in _pairs)
        {
            FittedModel model = ModelCase.Made(family, link, _covariances[0], dispersion);
            foreach (PredictionTarget target in Enum.GetValues<PredictionTarget>())
            {
                foreach (IntervalKind interval in new[] { IntervalKind.Confidence, IntervalKind.Prediction })
                {
                    double[][] columns = Predict(
                        model, new PredictionOptions { Target = target, Interval = interval },
                        [1, double.NaN, 1, 0.2, 1, 0.1], [1, 1, 1], [0, 1, -1], [0, 0, double.NaN], [1, 1, 1]);
                    foreach (double[] column in columns)
                    {
                        Assert.That(column[0], Is.NaN);
                        Assert.That(column[1], Is.Not.NaN);
                        Assert.That(column[2], Is.NaN);
                    }
                }
            }
        }
    }

    [Test]
    public void APosteriorTakenOutOfTheModelPredictsTheSameBits()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, _covariances[1]);
        double[] x = [1, 0.3, 1, -0.8], z = [1, 0.5, 1, -1];
        var options = new PredictionOptions { Interval = IntervalKind.Prediction };
        double[][] inside = Predict(model, options, x, z, [1, 1], [0.1, 0.2], [1, 1]);
        double[][] outside = [new double[2], new double[2], new double[2], new double[2]];
        model.PredictWithErrors(
            options, new PredictionRows { X = x, Z = z, Posterior = model.Posterior(1), Offset = [0.1, 0.2] },
            new PredictionColumns
            {
                Estimate = outside[0], StandardError = outside[1], Lower = outside[2], Upper = outside[3],
            });
        Assert.That(outside, Is.EqualTo(inside));
    }

    [Test]
    public void NoIntervalAskedForIsNotANumber()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, _covariances[0]);
        double[][] columns = Predict(
            model, new PredictionOptions { Interval = IntervalKind.None }, [1, 2], [1], [0], [0], [1]);
        Assert.That(columns[1][0], Is.GreaterThan(0));
        Assert.That(columns[2][0], Is.NaN);
        Assert.That(columns[3][0], Is.NaN);
    }

    [Test]
    public void ZMayBeLeftOutWhereNothingIsRandom()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, _covariances[0]);
        var mean = new double[1];
        model.Predict(PredictionTarget.ConditionalMean, new PredictionRows { X = [1, 2], Clusters = [-1] }, mean);
        Assert.That(mean[0], Is.EqualTo(Math.E).Within(1e-15));
        Assert.Throws<InvalidModelDataException>(() => model.Predict(
            PredictionTarget.ConditionalMean, new PredictionRows { X = [1, 2], Clusters = [0] }, new double[1]));
        Assert.Throws<InvalidModelDataException>(() => model.Predict(
            PredictionTarget.PopulationMean, new PredictionRows { X = [1, 2], Clusters = [-1] }, new double[1]));
        Assert.Throws<InvalidModelDataException>(() => model.PredictWithErrors(
            new PredictionOptions { NewClusters = true }, new PredictionRows { X = [1, 2] },
            new PredictionColumns { Estimate = new double[1] }));
    }

    [Test]
    public void WrongShapesCodesAndOptionsAreRefused()
    {
        FittedModel model = ModelCase.Made(Family.QuasiPoisson, Link.Log, _covariances[0]);
        PredictionOptions plain = PredictionOptions.Default;
        double[] two = [1, 2], one = [1];
        Assert.Throws<InvalidModelDataException>(() => Predict(model, plain, one, one, [0], one, one));
        Assert.Throws<InvalidModelDataException>(() => Predict(model, plain, two, two, [0], one, one));
        Assert.Throws<InvalidModelDataException>(() => Predict(model, plain, two, one, [2], one, one));
        Assert.Throws<InvalidModelDataException>(() => Predict(model, plain, two, one, [-2], one, one));
        Assert.Throws<InvalidModelDataException>(() => Predict(model, plain, two, one, [0, 0], one, one));
        Assert.Throws<InvalidModelDataException>(() => Predict(model, plain, two, one, [0], two, one));
        Assert.Throws<InvalidModelDataException>(() => Predict(model, plain, two, one, [0], one, two));
        Assert.Throws<InvalidModelOptionException>(() => Predict(
            model, plain with { Level = 1 }, two, one, [0], one, one));
        Assert.That(
            () => Predict(model, plain with { Interval = IntervalKind.Prediction }, two, one, [0], one, one),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("quasipoisson"));
        Assert.Throws<InvalidModelDataException>(() => model.PredictWithErrors(
            plain, new PredictionRows { X = two, Z = one },
            new PredictionColumns { Estimate = new double[1], Lower = new double[2] }));
    }

    [Test]
    public void ClustersAreFoundByTheirLabels()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, _covariances[0]);
        Assert.That(model.TryFindCluster("two", out int code), Is.True);
        Assert.That((code, model.ClusterLabel(code), model.Posterior(code).Rows), Is.EqualTo((1, "two", 7)));
        Assert.That(model.TryFindCluster("three", out code), Is.False);
        Assert.That(code, Is.EqualTo(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Posterior(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.ClusterLabel(-1));
        Assert.That(model.ToString(), Does.Contain("poisson"));
        Assert.That(model.Posterior(1).ToString(), Does.Contain("7 rows"));
    }

    [Test]
    public void NoRowsArePredictedAsNone()
    {
        FittedModel model = ModelCase.Made(Family.Poisson, Link.Log, _covariances[0]);
        Assert.DoesNotThrow(() => Predict(model, PredictionOptions.Default, [], [], [], [], []));
        Assert.That(model.Method, Is.EqualTo(EstimationMethod.Pql));
    }

    private static double[] Uniform(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];

    private static double[][] Predict(
        FittedModel model, PredictionOptions options, double[] x, double[] z, int[] codes, double[] offset,
        double[] weights)
    {
        int n = codes.Length;
        double[][] columns = [new double[n], new double[n], new double[n], new double[n]];
        model.PredictWithErrors(
            options,
            new PredictionRows { X = x, Z = z, Clusters = codes, Offset = offset, PriorWeights = weights },
            new PredictionColumns
            {
                Estimate = columns[0], StandardError = columns[1], Lower = columns[2], Upper = columns[3],
            });
        return columns;
    }
}
