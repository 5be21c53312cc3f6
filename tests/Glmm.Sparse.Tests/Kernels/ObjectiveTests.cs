using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>The objective, against the deviance from which it may differ by a term of y alone.</summary>
public sealed class ObjectiveTests
{
    private static readonly double[] _extremes =
    [
        double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.MinValue, double.MaxValue, -1e200, 1e200,
        -1e30, 1e30, -700, 700, -400, 400, -38, 38, -double.Epsilon, 0, 1e-200, 1,
    ];

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void DeviancesDifferByTwiceTheDifferenceOfObjectives(Family family, Link link)
    {
        var random = new Random(3);
        bool isCustom = family.Kind == VarianceKind.Custom;
        foreach (var kernel in Kernels(family, link))
        {
            foreach (double y in Pairs.Responses(family))
            {
                for (int pair = 0; pair < (isCustom ? 2 : 25); pair++)
                {
                    double omega = 0.25 + (4 * random.NextDouble());
                    var (d1, k1) = Evaluate(kernel, Predictor(link, random), y, omega);
                    var (d2, k2) = Evaluate(kernel, Predictor(link, random), y, omega);
                    double terms = Math.Abs(d1) + Math.Abs(d2) + (2 * (Math.Abs(k1) + Math.Abs(k2)));
                    double tolerance = (1e-12 * terms) + (1e-15 * omega);
                    Assert.That(d1 - d2, Is.EqualTo(2 * (k1 - k2)).Within(tolerance), $"y = {y}");
                }
            }
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void WeightsAndScoresAreTheSameBitsWithoutTheDeviance(Family family, Link link)
    {
        bool isCustom = family.Kind == VarianceKind.Custom;
        int n = isCustom ? 19 : 77;
        double[] responses = Pairs.Responses(family);
        double[] y = [.. Enumerable.Range(0, n).Select(i => responses[i % responses.Length])];
        double[] eta = [.. Enumerable.Range(0, n).Select(i => i % 5 == 0 ? _extremes[i % 19] : (0.11 * i) - 4)];
        double[] omega = [.. Enumerable.Range(0, n).Select(i => 0.5 + (i % 4))];
        foreach (var kernel in Kernels(family, link))
        {
            foreach (double[] prior in new[] { omega, [] })
            {
                double[] w = new double[n], s = new double[n], expectedW = new double[n], expectedS = new double[n];
                var expected = kernel.WeightsAndScores(eta, y, prior, expectedW, expectedS);
                var actual = kernel.WeightsScoresAndObjective(eta, y, prior, w, s);
                Assert.Multiple(() =>
                {
                    Assert.That(w, Is.EqualTo(expectedW));
                    Assert.That(s, Is.EqualTo(expectedS));
                    Assert.That(actual, Is.EqualTo(expected with { Deviance = double.NaN }));
                    Assert.That(expected.Deviance, Is.Not.NaN);
                });
            }
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void ObjectiveIsFiniteForEveryPredictor(Family family, Link link)
    {
        foreach (var kernel in Kernels(family, link))
        {
            foreach (double y in Pairs.Responses(family))
            {
                double[] w = new double[1], s = new double[1];
                foreach (double eta in family.Kind == VarianceKind.Custom ? _extremes[..3] : _extremes)
                {
                    var sums = kernel.WeightsScoresAndObjective([eta], [y], [1e3], w, s);
                    Assert.That(double.IsFinite(sums.Objective), $"η = {eta}, y = {y}: {sums}");
                    Assert.That(double.IsFinite(sums.WeightedSquares), $"η = {eta}, y = {y}: {sums}");
                }
            }
        }
    }

    [TestCase(-30.0)]
    [TestCase(0.5)]
    [TestCase(30.0)]
    public void ObjectiveOfCountsIsTheTextbooks(double eta)
    {
        // Of y = 3, at the canonical logarithm: μ − yη, and (y + θ) log(1 + μ/θ) − yη + y log θ.
        double mean = Math.Exp(eta);
        Assert.Multiple(() =>
        {
            Assert.That(Objective(Family.Poisson), Is.EqualTo(mean - (3 * eta)).Within(1e-13).Percent);
            foreach (double theta in new[] { 1e-3, 0.7, 50 })
            {
                double up = (3 + theta) * Math.Log(1 + (mean / theta));
                double down = 3 * (eta - Math.Log(theta));
                Assert.That(
                    Objective(Family.NegativeBinomial(theta)),
                    Is.EqualTo(up - down).Within(1e-15 * (up + Math.Abs(down) + 50)),
                    $"θ = {theta}");
            }
        });

        double Objective(Family family) => Evaluate(WorkingKernel.Create(family, Link.Log), eta, 3, 1).Objective;
    }

    [Test]
    public void NegativeBinomialObjectiveOfHugeThetaIsPoissons()
    {
        var kernel = WorkingKernel.Create(Family.NegativeBinomial(1e14), Link.Log);
        double difference = Evaluate(kernel, 1.25, 4, 1).Objective - Evaluate(kernel, -0.5, 4, 1).Objective;
        Assert.That(difference, Is.EqualTo(Math.Exp(1.25) - Math.Exp(-0.5) - (4 * 1.75)).Within(1e-12));
    }

    [Test]
    public void ObjectiveOfSeparatedRowsKeepsItsDigits()
    {
        var kernel = WorkingKernel.Create(Family.Binomial, Link.Logit);
        foreach (double eta in new[] { 20.0, 40, 300, 690 })
        {
            double expected = Math.Exp(-eta) - (0.5 * Math.Exp(-2 * eta));
            Assert.That(Evaluate(kernel, eta, 1, 1).Objective, Is.EqualTo(expected).Within(1e-13).Percent);
            Assert.That(Evaluate(kernel, -eta, 0, 1).Objective, Is.EqualTo(expected).Within(1e-13).Percent);
        }
    }

    private static IEnumerable<WorkingKernel> Kernels(Family family, Link link) =>
    [
        KernelFactory<RowVector128>.Create(family, link), KernelFactory<RowVector256>.Create(family, link),
        KernelFactory<RowVector512>.Create(family, link),
    ];

    /// <summary>An η that most families allow; what they do not is moved, which must not matter.</summary>
    private static double Predictor(Link link, Random random) =>
        link.Kind is LinkKind.Inverse or LinkKind.InverseSquare ? 0.2 + (3 * random.NextDouble())
            : (6 * random.NextDouble()) - 3;

    private static (double Deviance, double Objective) Evaluate(
        WorkingKernel kernel, double eta, double y, double omega)
    {
        double[] w = new double[1], s = new double[1];
        var sums = kernel.WeightsAndScores([eta], [y], [omega], w, s);
        return (sums.Deviance, sums.Objective);
    }
}
