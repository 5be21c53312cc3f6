using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;
using static Glmm.Sparse.Tests.Kernels.ReferenceValues;

namespace Glmm.Sparse.Tests.Kernels;

public sealed class DevianceTests
{
    [TestCaseSource(typeof(ReferenceValues), nameof(Deviances))]
    public void DevianceMatchesSixtyDigitArithmetic(DeviancePoint point)
    {
        double[] deviance = new double[1];
        WorkingKernel.Create(Pairs.Parse(point.Family), Link.Identity)
            .UnitDeviance([point.Mean], [point.Response], [2], deviance);
        Assert.That(deviance[0], Is.EqualTo(2 * point.Deviance).Within(2e-14 * point.Deviance));
    }

    [TestCaseSource(typeof(ReferenceValues), nameof(Proportions))]
    public void DevianceOfASuccessIsTheLogarithmOfItsProbability(LinkPoint point)
    {
        double[] deviance = new double[2];
        WorkingKernel.Create(Family.Binomial, Link.Parse(point.Link))
            .UnitDeviance([point.Eta, point.Eta], [1, 0], [], deviance);
        Assert.Multiple(() =>
        {
            double success = -2 * LogOf(point.Mean, point.Complement);
            double failure = -2 * LogOf(point.Complement, point.Mean);
            Assert.That(deviance[0], Is.EqualTo(success).Within(Tolerance(point) * success));
            Assert.That(deviance[1], Is.EqualTo(failure).Within(Tolerance(point) * failure));
        });
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.OfQuasiLikelihood))]
    public void DevianceIsTheIntegralOfItsDefinition(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double[] mean = new double[1];
        double[] derivative = new double[1];
        double[] deviance = new double[1];
        foreach (double eta in new[] { -0.9, -0.3, 0.2, 0.7, 1.3 })
        {
            if (kernel.Working([eta], [0.5], [], mean, derivative).Invalid > 0)
                continue;
            kernel.Mean([eta], mean, derivative);
            foreach (double y in Pairs.Responses(family).Where(y => Math.Abs(y) < 30))
            {
                kernel.UnitDeviance([eta], [y], [], deviance);
                double expected = 2 * TanhSinh(u => (u - y) / family.Variance(u), y, mean[0]);
                Assert.That(
                    deviance[0], Is.EqualTo(expected).Within(1e-9 * (1e-3 + expected)), $"η = {eta}, y = {y}");
            }
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void ScoreIsTheSlopeOfTheDeviance(Family family, Link link)
    {
        const double H = 1e-3;
        var kernel = WorkingKernel.Create(family, link);
        foreach (double eta in new[] { -1.7, -0.6, 0.4, 0.77, 1.6 })
        {
            foreach (double y in Pairs.Responses(family).Where(y => y < 30))
            {
                double[] etas = [eta - (2 * H), eta - H, eta + H, eta + (2 * H), eta];
                double[] ys = [y, y, y, y, y];
                double[] d = new double[5];
                double[] s = new double[5];
                if (kernel.Working(etas, ys, [], d, s).Invalid > 0)
                    continue;
                kernel.UnitDeviance(etas, ys, [], d);
                kernel.ScoreResiduals(etas, ys, [], s);
                double slope = (d[0] - (8 * d[1]) + (8 * d[2]) - d[3]) / (12 * H);
                Assert.That(
                    s[4],
                    Is.EqualTo(-0.5 * slope).Within(1e-7 * (1 + Math.Abs(slope) + Math.Abs(d[4]))),
                    $"η = {eta}, y = {y}");
            }
        }
    }

    [TestCaseSource(typeof(Pairs), nameof(Pairs.OfQuasiLikelihood))]
    public void DevianceVanishesAtAPerfectFitAndNowhereElse(Family family, Link link)
    {
        var kernel = WorkingKernel.Create(family, link);
        double[] mean = new double[1];
        double[] derivative = new double[1];
        double[] deviance = new double[3];
        foreach (double eta in new[] { -1.1, 0.35, 0.8, 1.9 })
        {
            if (kernel.Working([eta], [0.5], [], mean, derivative).Invalid > 0)
                continue;
            kernel.Mean([eta], mean, derivative);
            double y = mean[0];
            kernel.UnitDeviance([eta, eta, eta], [y, y * (1 + 1e-7), y * (1 - 1e-7)], [], deviance);

            // Quadratic near 0: d ≈ (y − μ)²/V with all its digits; the mean of both sides takes out the cubic term.
            double expected = y * y * 1e-14 / family.Variance(y);
            Assert.Multiple(() =>
            {
                Assert.That(deviance[0], Is.EqualTo(0).Within(1e-30));
                Assert.That(0.5 * (deviance[1] + deviance[2]), Is.EqualTo(expected).Within(2e-7 * expected));
                Assert.That(deviance[1], Is.EqualTo(expected).Within(1e-4 * expected));
            });
        }
    }

    [Test]
    public void CustomVarianceEqualToTheMeanReproducesPoisson()
    {
        var custom = Family.Custom("poisson-like", mean => mean, Link.Log, MeanDomain.Positive);
        double[] etas = [-30, -5, -1, 0, 0.5, 2, 5, 30];
        double[] expected = new double[etas.Length];
        double[] actual = new double[etas.Length];
        foreach (double y in new[] { 0.0, 1, 2, 17 })
        {
            double[] ys = [.. etas.Select(_ => y)];
            WorkingKernel.Create(Family.Poisson, Link.Log).UnitDeviance(etas, ys, [], expected);
            WorkingKernel.Create(custom, Link.Log).UnitDeviance(etas, ys, [], actual);
            for (int i = 0; i < etas.Length; i++)
                Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-11 * expected[i]), $"η = {etas[i]}, y = {y}");
        }
    }

    [Test]
    public void CustomVarianceOfProportionsReproducesBinomial()
    {
        var custom = Family.Custom("binomial-like", mean => mean * (1 - mean), Link.Logit, MeanDomain.UnitInterval);
        double[] etas = [-200, -30, -5, -1, 0, 0.5, 2, 5];
        double[] expected = new double[etas.Length];
        double[] actual = new double[etas.Length];
        foreach (double y in new[] { 0, 0.3, 1 })
        {
            double[] ys = [.. etas.Select(_ => y)];
            WorkingKernel.Create(Family.Binomial, Link.Logit).UnitDeviance(etas, ys, [], expected);
            WorkingKernel.Create(custom, Link.Logit).UnitDeviance(etas, ys, [], actual);
            for (int i = 0; i < etas.Length; i++)
                Assert.That(actual[i], Is.EqualTo(expected[i]).Within(1e-10 * expected[i]), $"η = {etas[i]}, y = {y}");
        }
    }

    [Test]
    public void VarianceThatIsNotPositiveIsTheUsersErrorAndNamed()
    {
        var custom = Family.Custom("bad", mean => mean - 2, Link.Identity);
        var kernel = WorkingKernel.Create(custom, Link.Identity);
        Assert.That(
            () => kernel.UnitDeviance([1], [3], [], new double[1]),
            Throws.TypeOf<InvalidModelOptionException>().With.Message.Contains("bad"));
    }

    /// <summary>log p of a probability, through its complement where p is near 1.</summary>
    private static double LogOf(double probability, double complement)
    {
        if (probability < 0.6)
            return Math.Log(probability);

        // log(1 − x) = −2 atanh(x/(2 − x)), and Math.Atanh is exact near 0.
        return -2 * Math.Atanh(complement / (2 - complement));
    }

    private static double Tolerance(LinkPoint point) =>
        point.Link == "cloglog" ? 1e-14 + (1e-15 * Math.Exp(point.Eta)) : 4e-15;

    /// <summary>Double-exponential quadrature, a rule unrelated to the code's own.</summary>
    private static double TanhSinh(Func<double, double> f, double from, double to)
    {
        if (from == to)
            return 0;
        const double Step = 1.0 / 64;
        double half = 0.5 * (to - from);
        double sum = 0;
        for (double t = -3.6; t <= 3.6; t += Step)
        {
            double s = 0.5 * Math.PI * Math.Sinh(t);
            double distance = Math.Exp(-Math.Abs(s)) / Math.Cosh(s);
            double x = s < 0 ? from + (half * distance) : to - (half * distance);
            if (x == from || x == to)
                continue;
            sum += f(x) * 0.5 * Math.PI * Math.Cosh(t) / (Math.Cosh(s) * Math.Cosh(s));
        }

        return half * Step * sum;
    }
}
