using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tests.ModelLayer;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Estimation;

/// <summary>A fit with dependent columns is the fit without them.</summary>
[TestFixture]
internal sealed class CollinearFitTests
{
    private static readonly RandomData Data = RandomData.Simulate(40, Family.Poisson, 1, 30, 8);

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void DependentColumnsAreDroppedAndTheRestIsTheFitWithoutThem(EstimationMethod method)
    {
        double[] sum = [.. Data.X[1].Zip(Data.X[2], (a, b) => 2 + a - b)];
        GlmmFit without = Fit(method, Data.X), with = Fit(method, [Data.X[0], [.. Data.X[0]], Data.X[1], Data.X[2], sum]);
        Assert.That(with.FixedEffects.Select(e => e.Name), Is.EqualTo(new[] { "x0", "x2", "x3" }));
        Assert.That(with.FixedEffects.Select(e => e.Estimate), Is.EqualTo(without.FixedEffects.Select(e => e.Estimate)).Within(1e-12));
        Assert.That(with.FixedEffects.Select(e => e.StandardError), Is.EqualTo(without.FixedEffects.Select(e => e.StandardError)).Within(1e-12));
        Assert.That(with.Covariance, Is.EqualTo(without.Covariance).Within(1e-12));
    }

    [Test]
    public void DroppedColumnsAreNamed()
    {
        GlmmFit fit = Fit(EstimationMethod.Pql, [Data.X[0], [.. Data.X[0]], Data.X[1], [.. Data.X[1].Select(v => 3 * v)]]);
        Assert.That(fit.Warnings, Has.Member(
            "Dropped from the fixed effects, being linear combinations of the columns before them: x1, x3."));
    }

    [Test]
    public void FittedValuesSkipTheDroppedColumns()
    {
        double[][] x = [Data.X[0], [.. Data.X[0]], Data.X[1], Data.X[2]];
        double[] with = Fit(EstimationMethod.Pql, x).Fitted(Design(x)).Mean;
        Assert.That(with, Is.EqualTo(Fit(EstimationMethod.Pql, Data.X).Fitted(Design(Data.X)).Mean).Within(1e-11));
    }

    [TestCase(EstimationMethod.Pql)]
    [TestCase(EstimationMethod.Mql)]
    public void ADroppedInterceptLeavesTheOthersOnTheUsersScale(EstimationMethod method)
    {
        // The two levels add up to the intercept that comes last, and the year lies far from 0.
        double[][] some = [Data.X[2], [.. Data.X[2].Select(v => 1 - v)], [.. Data.X[1].Select(v => 2000 + v)]];
        GlmmFit without = Fit(method, some), with = Fit(method, [.. some, Data.X[0]]);
        Assert.That(with.FixedEffects.Select(e => e.Name), Is.EqualTo(new[] { "x0", "x1", "x2" }));
        for (int j = 0; j < 3; j++)
        {
            double error = without.FixedEffects[j].StandardError;
            Assert.That(with.FixedEffects[j].Estimate, Is.EqualTo(without.FixedEffects[j].Estimate).Within(1e-5 * error));
        }
    }

    [Test]
    public void CoefficientsOfEqualColumnsAdd()
    {
        double[,] d = { { 0.3 } };
        double once = QuasiLikelihood.Marginal(Design(Data.X), Family.Poisson, null, [0.2, 0.5, -0.1], d);
        double[][] twice = [Data.X[0], Data.X[1], Data.X[2], [.. Data.X[1]]];
        Assert.That(
            QuasiLikelihood.Marginal(Design(twice), Family.Poisson, null, [0.2, 0.3, -0.1, 0.2], d),
            Is.EqualTo(once).Within(1e-10 * Math.Abs(once)));
    }

    private static GlmmFit Fit(EstimationMethod method, double[][] x) =>
        GlmmEstimator.Fit(method, Design(x), Family.Poisson, null, new FitOptions { Tolerance = 1e-11 });

    private static Glmm.Sparse.Model.ClusteredDesign Design(double[][] x) =>
        Designs.Of(Data.Y, x, Data.Z, Data.Cluster, offset: Data.Offset);
}
