using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;
using static Glmm.Sparse.Tests.Kernels.OwnLikelihoodReferenceValues;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Beta and negative-binomial-1, whose scores are those of a likelihood and of no quasi-likelihood.</summary>
public sealed class OwnLikelihoodTests
{
    private static readonly double[] s_omega = [1.75];

    [TestCaseSource(typeof(OwnLikelihoodReferenceValues), nameof(Rows))]
    public void RowsMatchHighPrecision(LikelihoodPoint row)
    {
        var kernel = Kernel(row);
        double[] eta = [row.Eta], y = [row.Response], w = new double[1], s = new double[1], d = new double[1];
        double objective = kernel.WeightsScoresAndObjective(eta, y, s_omega, w, s).Objective;
        double constant = LikelihoodConstant.Of(kernel.Family, y, s_omega, 1).Value;
        Check(
            "log f", constant - objective, row.LogDensity, Math.Abs(constant) + Math.Abs(objective) + Math.Abs(s[0]));
        Check("s", s[0], row.Score, Size(row));
        Check("w", w[0], row.Weight, 0);
        kernel.ObservedWeightsAndScores(eta, y, s_omega, w, s);
        Check("observed w", w[0], row.Observed, Size(row));
        Check("s beside observed w", s[0], row.Score, Size(row));
        kernel.WeightDerivatives(eta, y, s_omega, observed: false, d);
        Check("dw", d[0], row.WeightSlope, Math.Abs(row.Weight));
        kernel.WeightDerivatives(eta, y, s_omega, observed: true, d);
        Check("observed dw", d[0], row.ObservedSlope, Size(row));
    }

    [TestCaseSource(typeof(OwnLikelihoodReferenceValues), nameof(Rows))]
    public void ShapeDerivativesMatchHighPrecision(LikelihoodPoint row)
    {
        var kernel = Kernel(row);
        double[] eta = [row.Eta], y = [row.Response], o = new double[1], s = new double[1], w = new double[1];
        kernel.ShapeDerivatives(eta, y, s_omega, observed: false, o, s, w);
        double constant = LikelihoodConstant.Of(kernel.Family, y, s_omega, 1).ShapeSlope;

        // An error in the last place of μ is one of s times that in the log-density.
        double size = Math.Abs(constant) + Math.Abs(o[0]) + row.Response + Math.Abs(row.Score);
        Check("log f", constant - o[0], row.LogDensityByShape, size);
        Check("s", s[0], row.ScoreByShape, Size(row));
        Check("w", w[0], row.WeightByShape, Math.Abs(row.Weight));
        kernel.ShapeDerivatives(eta, y, s_omega, observed: true, o, s, w);
        Check("s beside observed w", s[0], row.ScoreByShape, Size(row));
        Check("observed w", w[0], row.ObservedByShape, Size(row));
    }

    [TestCase("logit", 5.0)]
    [TestCase("probit", 7.0)]
    [TestCase("cloglog", 12.0)]
    public void BetaScoresHaveMeanZeroAndTheExpectedWeightAsVariance(string link, double precision)
    {
        var kernel = WorkingKernel.Create(Family.Beta(precision), Link.Parse(link));
        foreach (double eta in new[] { -0.7, 0.2, 0.9 })
        {
            double[] mean = new double[1], w = new double[1], s = new double[1], observed = new double[1];
            kernel.Mean([eta], mean, s);

            // Over the whole line of x, y = 1/(1 + e^−x), the trapezoidal rule is exact to all digits of the tails.
            double Expect(Func<double, double> f) => Enumerable.Range(-36 * 32, (72 * 32) + 1).Sum(i =>
            {
                double y = 1 / (1 + Math.Exp(-i / 32.0));
                double density = Math.Exp(LogDensity.Of(kernel.Family, y, mean[0], 1, 1, precision));
                return f(y) * density * y * (1 - y) / 32;
            });
            double Score(double y)
            {
                kernel.ObservedWeightsAndScores([eta], [y], [], observed, s);
                return s[0];
            }

            kernel.WeightsScoresAndObjective([eta], [0.5], [], w, s);
            Assert.That(Expect(_ => 1), Is.EqualTo(1).Within(1e-9));
            Assert.That(Expect(Score), Is.Zero.Within(1e-8));
            Assert.That(Expect(y => Score(y) * Score(y)), Is.EqualTo(w[0]).Within(1e-7 * w[0]));
            Assert.That(
                Expect(y =>
                {
                    Score(y);
                    return observed[0];
                }),
                Is.EqualTo(w[0]).Within(1e-7 * w[0]));
        }
    }

    [TestCase("log", 0.3)]
    [TestCase("sqrt", 2.0)]
    public void CountScoresHaveMeanZero(string link, double phi)
    {
        var kernel = WorkingKernel.Create(Family.NegativeBinomial1(phi), Link.Parse(link));
        const double Eta = 1.3;
        double[] mean = new double[1], w = new double[1], s = new double[1];
        kernel.Mean([Eta], mean, s);
        double total = 0, score = 0, square = 0, observed = 0;
        for (int y = 0; y < 400; y++)
        {
            double probability = Math.Exp(LogDensity.Of(kernel.Family, y, mean[0], 1, 1, phi));
            kernel.ObservedWeightsAndScores([Eta], [y], [], w, s);
            total += probability;
            score += probability * s[0];
            square += probability * s[0] * s[0];
            observed += probability * w[0];
        }

        Assert.That(total, Is.EqualTo(1).Within(1e-12));
        Assert.That(score, Is.Zero.Within(1e-12));
        Assert.That(observed, Is.EqualTo(square).Within(1e-11));

        // The scoring weight is that of the quasi-likelihood, whose score has no more information.
        kernel.WeightsScoresAndObjective([Eta], [1], [], w, s);
        Assert.That(w[0], Is.LessThan(square));
    }

    [Test]
    public void ATinyExcessOfVarianceIsPoisson()
    {
        var poisson = WorkingKernel.Create(Family.Poisson, Link.Log);
        var kernel = WorkingKernel.Create(Family.NegativeBinomial1(1e-12), Link.Log);
        double[] eta = [-3, 0.2, 2, 5], y = [0, 1, 4, 130], w = new double[4], s = new double[4];
        double[] expectedW = new double[4], expectedS = new double[4];
        double objective = kernel.ObservedWeightsAndScores(eta, y, [], w, s).Objective;
        double expected = poisson.ObservedWeightsAndScores(eta, y, [], expectedW, expectedS).Objective;
        Assert.That(objective, Is.EqualTo(expected).Within(1e-12 * Math.Abs(expected)));
        Assert.That(w, Is.EqualTo(expectedW).Within(1e-8));
        Assert.That(s, Is.EqualTo(expectedS).Within(1e-8));
    }

    [Test]
    public void DevianceIsTwiceTheLogLikelihoodLostAgainstAMeanAtTheResponse() => Assert.Multiple(() =>
    {
        foreach ((Family family, Link link, double y) in new[]
        {
            (Family.Beta(7), Link.Logit, 0.3), (Family.Beta(0.5), Link.Probit, 0.9),
            (Family.NegativeBinomial1(0.6), Link.Log, 4.0), (Family.NegativeBinomial1(3), Link.Sqrt, 1),
        })
        {
            double[] deviance = new double[1], mean = new double[1];
            var kernel = WorkingKernel.Create(family, link);
            kernel.UnitDeviance([0.8], [y], s_omega, deviance);
            kernel.Mean([0.8], mean, new double[1]);
            double At(double mu) => LogDensity.Of(family, y, mu, s_omega[0], 1, family.Shape!.Value.Value);
            Assert.That(deviance[0], Is.EqualTo(2 * (At(y) - At(mean[0]))).Within(1e-12));
        }

        double[] d = new double[1];
        WorkingKernel.Create(Family.NegativeBinomial1(0.6), Link.Identity).UnitDeviance([1e-90], [0], [], d);
        Assert.That(d[0], Is.Zero.Within(1e-80));
    });

    [TestCaseSource(nameof(Extremes))]
    public void ShapeDerivativesAreFiniteForEveryPredictor(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double[] eta =
        [
            double.NaN, double.NegativeInfinity, double.PositiveInfinity, -1e200, 1e200, -700, 700, -38, 38, -6.6, 6.6,
            -1e-8, 0, 1e-200, 0.5, 1,
        ];
        double[] objectives = new double[eta.Length], scores = new double[eta.Length], weights = new double[eta.Length];
        foreach (double y in Pairs.Responses(family))
        {
            double[] ys = [.. eta.Select(_ => y)];
            foreach (bool observed in new[] { false, true })
            {
                kernel.ShapeDerivatives(eta, ys, [], observed, objectives, scores, weights);
                Assert.That(objectives.Concat(scores).Concat(weights).All(double.IsFinite), Is.True, $"y = {y}");
            }
        }
    }

    private static IEnumerable<TestCaseData> Extremes =>
        Pairs.WithBuiltInLink.Where(pair => Pairs.HasOwnScore((Family)pair.Arguments[0]!));

    private static WorkingKernel Kernel(LikelihoodPoint row) => WorkingKernel.Create(
        row.Family == "beta" ? Family.Beta(row.Shape) : Family.NegativeBinomial1(row.Shape), Link.Parse(row.Link));

    /// <summary>The size of the terms that make up a score: y and φ log y, which no formula can do without.</summary>
    private static double Size(LikelihoodPoint row) => row.Family == "beta"
        ? 1 + Math.Abs(row.Weight) + (row.Shape * 0.1)
        : row.Response + Math.Abs(row.Weight * (1 + row.Shape));

    private static void Check(string what, double value, double expected, double size) => Assert.That(
        value / s_omega[0], Is.EqualTo(expected).Within((1e-14 * Math.Abs(expected)) + (4e-15 * size)), what);
}
