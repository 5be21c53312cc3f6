using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Kernels;

public sealed class DomainTests
{
    private static readonly double[] _extremes =
    [
        -700, -699.9, -400, -100, -38, -37.5, -10, -1, -1e-8, -1e-200, -double.Epsilon, 0, double.Epsilon, 1e-200, 1e-8,
        0.5, 1 - 1e-16, 1, 1 + 3e-16, 2, 6.6, 10, 37.5, 38, 100, 400, 699.9, 700,
        -1e30, 1e30, -1e200, 1e200, double.MinValue, double.MaxValue,
        double.NegativeInfinity, double.PositiveInfinity, double.NaN,
    ];

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void EverythingIsFiniteForEveryPredictor(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);

        // A user's deviance at such predictors is a long quadrature; the extremes alone do there.
        int steps = family.Kind == VarianceKind.Custom ? 0 : 141;
        double[] grid = [.. _extremes, .. Enumerable.Range(-70, steps).Select(i => 10.0 * i)];
        double[] first = new double[grid.Length];
        double[] second = new double[grid.Length];
        foreach (double y in Pairs.Responses(family).Take(steps == 0 ? 3 : int.MaxValue))
        {
            double[] ys = [.. grid.Select(_ => y)];
            var sums = kernel.Working(grid, ys, [], first, second);
            AllFinite(first, "w");
            AllFinite(second, "r");
            Assert.That(first, Is.All.GreaterThanOrEqualTo(0));
            Assert.That(double.IsFinite(sums.Deviance) && double.IsFinite(sums.WeightedSquares), Is.True);
            kernel.ScoreResiduals(grid, ys, [], first);
            AllFinite(first, "s");
            kernel.UnitDeviance(grid, ys, [], first);
            AllFinite(first, "d");
            if (!Pairs.HasOwnScore(family)) Assert.That(first, Is.All.GreaterThanOrEqualTo(0));
            kernel.PearsonResiduals(grid, ys, [], first);
            AllFinite(first, "Pearson");
            kernel.Mean(grid, first, second);
            AllFinite(first, "μ");
            AllFinite(second, "δ");
            kernel.Variance(grid, first);
            AllFinite(first, "V");
        }

        void AllFinite(double[] values, string what)
        {
            for (int i = 0; i < values.Length; i++)
                Assert.That(double.IsFinite(values[i]), Is.True, $"{what} at η = {grid[i]} is {values[i]}");
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.WithBuiltInLink))]
    public void RowsAreInvalidExactlyWhereTheMeanLeavesTheDomain(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double y = Pairs.Responses(family)[0];
        double[] one = new double[1];
        foreach (double eta in new[] { -50, -3, -1, -0.5, 0, 0.5, 1, 1.5, 3, 50, double.NaN, double.PositiveInfinity })
        {
            // From the definitions: which η give a mean in the open domain.
            bool valid = double.IsFinite(eta) && (link.Name, family.Domain) switch
            {
                ("identity", MeanDomain.Positive) => eta > 0,
                ("identity", MeanDomain.UnitInterval) => eta is > 0 and < 1,
                ("log", MeanDomain.UnitInterval) => eta < 0,
                ("inverse", MeanDomain.Real) => eta != 0,
                ("inverse", MeanDomain.Positive) => eta > 0,
                ("sqrt" or "inverse-square", MeanDomain.Real or MeanDomain.Positive) => eta > 0,
                ("sqrt", _) => eta is > 0 and < 1,
                ("inverse" or "inverse-square", _) => eta > 1,
                _ => true,
            };
            int invalid = kernel.Working([eta], [y], [], one, new double[1]).Invalid;
            Assert.That(invalid, Is.EqualTo(valid ? 0 : 1), $"η = {eta}");
        }
    }

    [Test]
    public void PaddingIsNeverCountedAsInvalid()
    {
        var kernel = WorkingKernel.Create(Family.Poisson, Link.Identity);
        double[] out5 = new double[5];
        Assert.That(kernel.Working([-1, 2, 0, 3, -4], new double[5], [], out5, new double[5]).Invalid, Is.EqualTo(3));
    }

    [Test]
    public void CustomLinkOutsideTheDomainIsInvalid()
    {
        var shifted = Link.Custom("shifted", mean => mean - 1, eta => eta + 1, _ => 1);
        var kernel = WorkingKernel.Create(Family.Poisson, shifted);
        double[] w = new double[4];
        double[] r = new double[4];
        var sums = kernel.Working([-2, -0.5, 3, double.NaN], [0, 1, 2, 1], [], w, r);
        Assert.That(sums.Invalid, Is.EqualTo(2));
        Assert.That(w[2], Is.EqualTo(0.25));
        Assert.That(r[2], Is.EqualTo(-2));
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void StartingPredictorIsFiniteAndValid(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double[] y = Pairs.Responses(family);
        double[] eta = new double[y.Length];
        kernel.StartingPredictor(y, [], eta);
        Assert.That(eta.All(double.IsFinite), Is.True, string.Join(", ", eta));
        var sums = kernel.Working(eta, y, [], new double[y.Length], new double[y.Length]);
        Assert.That(sums.Invalid, Is.Zero);
    }

    [Test]
    public void StartingPredictorFollowsR()
    {
        double[] eta = new double[3];
        WorkingKernel.Create(Family.Binomial, Link.Logit).StartingPredictor([0, 0.5, 1], [1, 4, 9], eta);
        Assert.That(eta, Is.EqualTo(new[] { Math.Log(0.25 / 0.75), 0, Math.Log(0.95 / 0.05) }).Within(1e-14));
        WorkingKernel.Create(Family.Poisson, Link.Log).StartingPredictor([0, 1, 7], [], eta);
        Assert.That(eta, Is.EqualTo(new[] { Math.Log(0.1), Math.Log(1.1), Math.Log(7.1) }).Within(1e-15));
        WorkingKernel.Create(Family.NegativeBinomial(2), Link.Log).StartingPredictor([0, 1, 7], [], eta);
        Assert.That(eta, Is.EqualTo(new[] { Math.Log(1.0 / 6), 0, Math.Log(7) }).Within(1e-15));
        WorkingKernel.Create(Family.Gamma, Link.Inverse).StartingPredictor([0.5, 1, 8], [], eta);
        Assert.That(eta, Is.EqualTo(new[] { 2, 1, 0.125 }));
    }
}
