using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

public sealed class LikelihoodConstantTests
{
    private static readonly double[] s_parameters = [1e-2, 0.3, 1, 2.5, 40];

    private static readonly Family[] s_families =
    [
        Family.Gaussian, Family.Binomial, Family.Poisson, Family.Gamma, Family.InverseGaussian,
        Family.NegativeBinomial(1),
        Family.NegativeBinomial1(1), Family.Beta(1),
    ];

    private static readonly Family[] s_withDispersion =
        [.. s_families.Where(family => family.EstimatesDispersionByDefault)];

    private static readonly Family[] s_withShape = [.. s_families.Where(family => family.Shape is not null)];

    [TestCaseSource(nameof(s_families))]
    public void ObjectiveAndConstantAreTheLogDensity(Family family)
    {
        var link = Link.Parse(family.Domain == MeanDomain.UnitInterval ? "logit" : "log");
        foreach (double parameter in s_parameters)
        {
            (Family f, double phi) = At(family, parameter);
            var kernel = WorkingKernel.Create(f, link);
            foreach (double y in Pairs.Responses(f).Where(y => y < 100))
            {
                foreach (double eta in new[] { -2, -0.4, 0.1, 1.7 })
                {
                    foreach (double omega in new[] { 1, 3, 0.5 })
                    {
                        double mu = 1 / (Math.Exp(-eta) + (f.Domain == MeanDomain.UnitInterval ? 1 : 0));
                        double expected = LogDensity.Of(f, y, mu, omega, phi, parameter);
                        double[] w = new double[1], s = new double[1];
                        double objective = kernel.WeightsScoresAndObjective([eta], [y], [omega], w, s).Objective;
                        double c = LikelihoodConstant.Of(f, [y], [omega], phi).Value;

                        // The textbook's terms are of this size where they cancel.
                        double size =
                            1 + Math.Abs(objective / phi) + Math.Abs(c) + (omega * (parameter + (10 / parameter)));
                        Assert.That(
                            c - (objective / phi), Is.EqualTo(expected).Within(2e-14 * size),
                            $"{f}, parameter {parameter}, y {y}, eta {eta}, omega {omega}");
                    }
                }
            }
        }
    }

    [TestCaseSource(nameof(s_withDispersion))]
    public void DispersionSlopeIsTheDerivative(Family family)
    {
        double[] y = [.. Pairs.Responses(family).Where(y => y < 100)];
        double[] omega = [.. y.Select((_, i) => 0.5 + i)];
        foreach (double phi in s_parameters)
        {
            LikelihoodConstantSums sums = LikelihoodConstant.Of(family, y, omega, phi);
            double expected = Slope(t => LikelihoodConstant.Of(family, y, omega, phi * Math.Exp(t)).Value);
            Assert.That(sums.DispersionSlope, Is.EqualTo(expected).Within(1e-9 * (1 + Math.Abs(sums.Value))));
            Assert.That(sums.ShapeSlope, Is.Zero);
        }
    }

    [TestCaseSource(nameof(s_withShape))]
    public void ShapeSlopeIsTheDerivative(Family family)
    {
        double[] y = [.. Pairs.Responses(family).Where(y => y < 100)];
        double[] omega = [.. y.Select((_, i) => 0.5 + i)];
        foreach (double xi in s_parameters)
        {
            LikelihoodConstantSums sums = LikelihoodConstant.Of(family.WithShape(xi), y, omega, 1);
            double expected =
                Slope(t => LikelihoodConstant.Of(family.WithShape(xi * Math.Exp(t)), y, omega, 1).Value);
            Assert.That(sums.ShapeSlope, Is.EqualTo(expected).Within(1e-9 * (1 + Math.Abs(sums.Value))));
            Assert.That(sums.DispersionSlope, Is.Zero);
        }
    }

    [TestCaseSource(nameof(s_families))]
    public void NoWeightsAreWeightsOfOne(Family family)
    {
        double[] y = [.. Pairs.Responses(family)];
        double[] ones = [.. y.Select(_ => 1.0)];
        LikelihoodConstantSums with = LikelihoodConstant.Of(family, y, ones, 0.7);
        LikelihoodConstantSums without = LikelihoodConstant.Of(family, y, [], 0.7);
        Assert.That(without.Value, Is.EqualTo(with.Value).Within(1e-14 * Math.Abs(with.Value)));
        Assert.That(without.DispersionSlope, Is.EqualTo(with.DispersionSlope).Within(1e-14).Percent);
        Assert.That(without.ShapeSlope, Is.EqualTo(with.ShapeSlope).Within(1e-14).Percent);
    }

    [TestCaseSource(nameof(s_families))]
    public void ChunksAddUpWhateverTheirLength(Family family)
    {
        double[] some = Pairs.Responses(family);
        for (int n = 0; n <= 1200; n = n < 40 ? n + 1 : n + 387)
        {
            double[] y = [.. Enumerable.Range(0, n).Select(i => some[i * 7 % some.Length])];
            double[] omega = [.. Enumerable.Range(0, n).Select(i => 0.25 + (i % 5))];
            double[] values =
                [.. y.Zip(omega, (a, b) => LikelihoodConstant.Of(family, [a], [b], 0.7).Value)];
            double[] slopes =
                [.. y.Zip(omega, (a, b) => LikelihoodConstant.Of(family, [a], [b], 0.7).ShapeSlope)];
            LikelihoodConstantSums sums = LikelihoodConstant.Of(family, y, omega, 0.7);
            Assert.That(sums.Value, Is.EqualTo(values.Sum()).Within(1e-13 * values.Sum(Math.Abs)), $"n = {n}");
            Assert.That(sums.ShapeSlope, Is.EqualTo(slopes.Sum()).Within(1e-13 * slopes.Sum(Math.Abs)), $"n = {n}");
        }
    }

    [Test]
    public void CountsBelowAndAboveTheTableAreTheSame()
    {
        var family = Family.NegativeBinomial(3);
        double[] y = [.. Enumerable.Range(0, 3000).Select(i => (double)(i * 37 % 2500))];
        double expected = y.Sum(count => LikelihoodConstant.Of(family, [count], [], 1).Value);
        Assert.That(
            LikelihoodConstant.Of(family, y, [], 1).Value, Is.EqualTo(expected).Within(1e-13 * Math.Abs(expected)));
    }

    [Test]
    public void OneTrialHasExactlyOneWay()
    {
        LikelihoodConstantSums sums = LikelihoodConstant.Of(Family.Binomial, [0, 1, 1], [1, 1, 12], 1);
        Assert.That(sums, Is.EqualTo(default(LikelihoodConstantSums)));
    }

    [Test]
    public void ManyTrialsKeepTheirDigits()
    {
        // C(10¹⁰, 2) = 10¹⁰(10¹⁰ − 1)/2.
        double value = LikelihoodConstant.Of(Family.Binomial, [2e-10], [1e10], 1).Value;
        Assert.That(value, Is.EqualTo(Math.Log(1e10 * (1e10 - 1) / 2)).Within(1e-14 * value));
    }

    [Test]
    public void HugePrecisionDoesNotDrownBeta()
    {
        // Beta about its mean is normal with variance μ(1 − μ)/φ, up to terms of 1/φ.
        const double Phi = 1e12;
        var kernel = WorkingKernel.Create(Family.Beta(Phi), Link.Logit);
        double objective = kernel.WeightsScoresAndObjective([0], [0.5], [], new double[1], new double[1]).Objective;
        double value = LikelihoodConstant.Of(Family.Beta(Phi), [0.5], [], 1).Value - objective;
        Assert.That(value, Is.EqualTo(0.5 * Math.Log(Phi / (2 * Math.PI * 0.25))).Within(1e-11));
    }

    [Test]
    public void FamiliesWithoutALikelihoodHaveNone() => Assert.Multiple(() =>
    {
        foreach (var family in new[]
            { Family.Quasi, Family.QuasiPoisson, Family.Custom("mine", mean => mean, Link.Log, MeanDomain.Positive) })
        {
            Assert.That(() => LikelihoodConstant.Of(family, [1], [], 1), Throws.InvalidOperationException);
        }
    });

    private static (Family Family, double Phi) At(Family family, double parameter) =>
        (family.Shape is null ? family : family.WithShape(parameter),
            family.EstimatesDispersionByDefault ? parameter : 1);

    /// <summary>A difference quotient of order four at 0.</summary>
    private static double Slope(Func<double, double> f)
    {
        const double H = 1e-3;
        return ((8 * (f(H) - f(-H))) - (f(2 * H) - f(-2 * H))) / (12 * H);
    }
}
