using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;
using NUnit.Framework.Constraints;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Observed weights and derivatives of weights, against references and differences of scores.</summary>
public sealed class WeightDerivativeTests
{
    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void ObservedWeightIsMinusTheDerivativeOfTheScore(Family family, Link link) =>
        ForEachPoint(WorkingKernel.Create(family, link), (kernel, eta, y, omega, tolerance) =>
        {
            double expected = -Differences.Of(x => new Row(kernel, x, y, omega).Score, eta, out double scale);
            Assert.That(
                new Row(kernel, eta, y, omega).ObservedWeight,
                Is.EqualTo(expected).Within(tolerance * scale),
                $"η = {eta}, y = {y}");
        });

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void WeightDerivativesAreThoseOfTheWeights(Family family, Link link) =>
        ForEachPoint(WorkingKernel.Create(family, link), (kernel, eta, y, omega, tolerance) =>
        {
            var row = new Row(kernel, eta, y, omega);
            double expected = Differences.Of(x => new Row(kernel, x, y, omega).Weight, eta, out double scale);
            Assert.That(row.Slope, Is.EqualTo(expected).Within(tolerance * scale), $"η = {eta}");

            // Numerical derivatives of a user's functions are as exact as the weight, of which the observed one may be
            // a small part.
            expected = Differences.Of(x => new Row(kernel, x, y, omega).ObservedWeight, eta, out scale);
            scale = Math.Max(scale, row.Weight);
            Assert.That(row.ObservedSlope, Is.EqualTo(expected).Within(tolerance * scale), $"η = {eta}, y = {y}");
        });

    [TestCaseSource(typeof(ReferenceDerivatives), nameof(ReferenceDerivatives.Weights))]
    public void WeightsAndDerivativesKeepTheirDigitsInTheTails(ReferenceDerivatives.WeightPoint point)
    {
        var row = new Row(WorkingKernel.Create(point.Family, point.Link), point.Eta, point.Response);

        // How fast the score changes at most: by parts of this relative size, which may cancel.
        double room = point.Family.Domain == MeanDomain.UnitInterval
            ? Math.Min(row.Mean, Math.Max(1 - row.Mean, 1e-16))
            : row.Mean;
        double rate = Math.Abs(row.MeanDerivative / room);
        Assert.Multiple(() =>
        {
            Assert.That(row.Slope, Near(point.Slope, row.Weight * rate), "dw/dη");
            Assert.That(row.ObservedWeight, Near(point.Observed, Math.Abs(row.Score) * rate), "observed weight");
            Assert.That(
                row.ObservedSlope, Near(point.ObservedSlope, Math.Abs(row.Score) * rate * rate), "its derivative");
        });

        static IConstraint Near(double expected, double parts) =>
            Is.EqualTo(expected).Within((1e-13 * Math.Abs(expected)) + (4e-15 * parts));
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void CanonicalMeansThatObservedWeightsAreTheExpectedOnes(Family family, Link link)
    {
        bool expected = (family.Kind, link.Kind) is (VarianceKind.Constant, LinkKind.Identity)
            or (VarianceKind.Binomial, LinkKind.Logit)
            or (VarianceKind.Poisson, LinkKind.Log)
            or (VarianceKind.Gamma, LinkKind.Inverse)
            or (VarianceKind.InverseGaussian, LinkKind.InverseSquare);
        var kernel = WorkingKernel.Create(family, link);
        Assert.That(kernel.IsCanonical, Is.EqualTo(expected));
        if (!expected)
            return;
        foreach (double eta in new[] { double.NaN, -800, -30, -0.4, 0, 1e-3, 0.7, 40, 800, double.PositiveInfinity })
        {
            foreach (double y in Pairs.Responses(family))
            {
                var row = new Row(kernel, eta, y, 1.25);
                Assert.That(row.ObservedWeight, Is.EqualTo(row.Weight), $"η = {eta}, y = {y}");
                Assert.That(row.ObservedSlope, Is.EqualTo(row.Slope), $"η = {eta}, y = {y}");
            }
        }
    }

    private static void ForEachPoint(
        WorkingKernel kernel, Action<WorkingKernel, double, double, double, double> check)
    {
        // A user's functions are slow, and differentiated numerically within the kernel already.
        bool isCustom = kernel.Family.Kind == VarianceKind.Custom || kernel.Link.Kind == LinkKind.Custom;
        double[] predictors = isCustom
            ? [-1.7, 0.45, 1.6]
            : [-9.3, -3.1, -1.7, -0.6, -0.15, 0.2, 0.45, 0.85, 1.6, 2.4, 5.3];
        double[] responses = Pairs.Responses(kernel.Family);
        foreach (double eta in predictors)
        {
            // There e^−e^η needs a smaller step than all else; the references have such points.
            if (eta > 3 && kernel.Link.Kind == LinkKind.CLogLog)
                continue;
            if (kernel.Working([eta], [responses[0]], [], new double[1], new double[1]).Invalid > 0)
                continue;
            foreach (double y in responses.Take(isCustom ? 2 : int.MaxValue))
                check(kernel, eta, y, 1.75, isCustom ? 1e-7 : 1e-9);
        }
    }
}
