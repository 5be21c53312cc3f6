using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Observed weights and derivatives of weights, against differences of scores and of weights.</summary>
public sealed class WeightDerivativeTests
{
    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void ObservedWeightIsMinusTheDerivativeOfTheScore(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        ForEachPoint(kernel, (eta, y, omega, tolerance) =>
        {
            double expected = -Differences.Of(x => Score(kernel, x, y, omega), eta, out double scale);
            Assert.That(
                Observed(kernel, eta, y, omega), Is.EqualTo(expected).Within(tolerance * scale), $"{eta}, y = {y}");
        });
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void WeightDerivativesAreThoseOfTheWeights(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        ForEachPoint(kernel, (eta, y, omega, tolerance) =>
        {
            double expected = Differences.Of(x => Weight(kernel, x, y, omega), eta, out double scale);
            Assert.That(
                Derivative(kernel, eta, y, omega, observed: false),
                Is.EqualTo(expected).Within(tolerance * scale),
                $"expected weight at {eta}, y = {y}");
            expected = Differences.Of(x => Observed(kernel, x, y, omega), eta, out scale);
            Assert.That(
                Derivative(kernel, eta, y, omega, observed: true),
                Is.EqualTo(expected).Within(tolerance * scale),
                $"observed weight at {eta}, y = {y}");
        });
    }

    private static void ForEachPoint(WorkingKernel kernel, Action<double, double, double, double> check)
    {
        bool isCustom = kernel.Family.Kind == VarianceKind.Custom || kernel.Link.Kind == LinkKind.Custom;
        double[] predictors = isCustom
            ? [-1.7, 0.45, 1.6]
            : [-9.3, -3.1, -1.7, -0.6, -0.15, 0.2, 0.45, 0.85, 1.6, 2.4, 5.3];
        foreach (double eta in predictors)
        {
            // There e^−e^η would need a far smaller step; ReferenceDerivatives have such points.
            if (eta > 3 && kernel.Link.Kind is LinkKind.CLogLog)
                continue;
            if (kernel.Working([eta], [Pairs.Responses(kernel.Family)[0]], [], new double[1], new double[1]).Invalid > 0)
                continue;
            foreach (double y in Pairs.Responses(kernel.Family).Take(isCustom ? 2 : int.MaxValue))
                check(eta, y, 1.75, isCustom ? 1e-6 : 1e-9);
        }
    }

    private static double Weight(WorkingKernel kernel, double eta, double y, double omega)
    {
        double[] w = new double[1], s = new double[1];
        kernel.WeightsScoresAndObjective([eta], [y], [omega], w, s);
        return w[0];
    }

    private static double Score(WorkingKernel kernel, double eta, double y, double omega)
    {
        double[] s = new double[1];
        kernel.ScoreResiduals([eta], [y], [omega], s);
        return s[0];
    }

    private static double Observed(WorkingKernel kernel, double eta, double y, double omega)
    {
        double[] w = new double[1], s = new double[1];
        kernel.ObservedWeightsAndScores([eta], [y], [omega], w, s);
        return w[0];
    }

    private static double Derivative(WorkingKernel kernel, double eta, double y, double omega, bool observed)
    {
        double[] derivative = new double[1];
        kernel.WeightDerivatives([eta], [y], [omega], observed, derivative);
        return derivative[0];
    }
}
