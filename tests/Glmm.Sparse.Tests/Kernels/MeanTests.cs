using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;
using NUnit.Framework;
using static Glmm.Sparse.Tests.Kernels.ReferenceValues;

namespace Glmm.Sparse.Tests.Kernels;

public sealed class MeanTests
{
    private static readonly Family[] _oneFamilyPerVariance =
    [
        Family.Gaussian, Family.Binomial, Family.Poisson, Family.Gamma, Family.InverseGaussian,
        Family.NegativeBinomial(0.7),
    ];

    [TestCaseSource(typeof(ReferenceValues), nameof(Links))]
    public void MeanAndDerivativeMatchSixtyDigitArithmetic(LinkPoint point)
    {
        double[] mean = new double[1];
        double[] derivative = new double[1];
        WorkingKernel.Create(Family.Gaussian, Link.Parse(point.Link)).Mean([point.Eta], mean, derivative);
        Near(mean[0], point.Mean, Tolerance(point));
        Near(derivative[0], point.Derivative, Tolerance(point));
    }

    [TestCaseSource(typeof(ReferenceValues), nameof(Proportions))]
    public void ResidualOfASuccessIsExactInTheUpperTail(LinkPoint point)
    {
        var kernel = WorkingKernel.Create(Family.Binomial, Link.Parse(point.Link));
        double[] weight = new double[1];
        double[] residual = new double[1];
        kernel.Working([point.Eta], [1], [], weight, residual);
        Near(residual[0], point.Complement / point.Derivative, Tolerance(point));
        kernel.Working([point.Eta], [0], [], weight, residual);
        Near(residual[0], -point.Mean / point.Derivative, Tolerance(point));
    }

    [TestCaseSource(typeof(ReferenceValues), nameof(Links))]
    public void WeightVarianceScoreAndPearsonFollowTheirDefinitions(LinkPoint point) => Assert.Multiple(() =>
    {
        foreach (var family in _oneFamilyPerVariance)
        {
            bool inside = family.Domain switch
            {
                MeanDomain.Real => true,
                MeanDomain.Positive => point.Mean > 0,
                _ => point.Mean > 0 && point.Complement > 0,
            };
            if (!inside)
                continue;

            // x/√V, divided so that μ³ of a mean of 1e-304 does not underflow.
            double mean = point.Mean;
            double Standardized(double x) => family.Name switch
            {
                "gaussian" => x,
                "binomial" => x / Math.Sqrt(mean) / Math.Sqrt(point.Complement),
                "poisson" => x / Math.Sqrt(mean),
                "gamma" => x / mean,
                "inverse-gaussian" => x / mean / Math.Sqrt(mean),
                _ => x / Math.Sqrt(mean) / Math.Sqrt(1 + (mean / 0.7)),
            };

            // Only a mean that is a proportion by its link or family comes with the digits of its complement.
            const double Omega = 3;
            double y = 1;
            bool isProportion = family.IsBinomial || point.Link is "logit" or "probit" or "cloglog" or "cauchit";
            double difference = isProportion ? point.Complement : y - point.Mean;
            double rounding = isProportion ? 0 : 3e-16 * Math.Max(mean, 1) / Math.Abs(difference);
            double slope = Standardized(point.Derivative);
            double scaled = Standardized(difference);
            var kernel = WorkingKernel.Create(family, Link.Parse(point.Link));
            double[] first = new double[1];
            double[] second = new double[1];

            kernel.Working([point.Eta], [y], [Omega], first, second);
            string row = $"{family} {point}";
            double tolerance = (4 * Tolerance(point)) + rounding;
            Near(first[0], Omega * slope * slope, tolerance, $"w of {row}");
            Near(second[0], difference / point.Derivative, tolerance, $"r of {row}");
            kernel.ScoreResiduals([point.Eta], [y], [Omega], first);
            Near(first[0], Omega * scaled * slope, tolerance, $"s of {row}");
            kernel.PearsonResiduals([point.Eta], [y], [Omega], first);
            Near(first[0], Math.Sqrt(Omega) * scaled, tolerance, $"Pearson of {row}");
            kernel.Variance([point.Eta], first);
            double root = 1 / Standardized(1);
            Near(first[0], root * root, tolerance, $"V of {row}");
        }
    });

    [TestCaseSource(typeof(Pairs), nameof(Pairs.All))]
    public void DerivativeIsTheSlopeOfTheMean(Family family, Link link)
    {
        // Five-point central difference; its own error is about 1e-11 of the slope on this scale.
        var kernel = WorkingKernel.Create(family, link);
        for (double eta = -3.9; eta < 4; eta += 0.37)
        {
            double h = 1e-3 * Math.Abs(eta);
            double[] shifts = [-2 * h, -h, h, 2 * h, 0];
            double[] etas = [.. shifts.Select(shift => eta + shift)];
            double[] mean = new double[5];
            double[] derivative = new double[5];
            if (kernel.Working(etas, new double[5], [], mean, derivative).Invalid > 0)
                continue;

            kernel.Mean(etas, mean, derivative);
            double slope = (mean[0] - (8 * mean[1]) + (8 * mean[2]) - mean[3]) / (12 * h);
            Assert.That(derivative[4], Is.EqualTo(slope).Within(1e-9 * (1 + Math.Abs(slope))), $"η = {eta}");
        }
    }

    [TestCaseSource(typeof(ReferenceValues), nameof(Invertible))]
    public void LinkUndoesItsInverse(LinkPoint point)
    {
        double eta = Link.Parse(point.Link).Apply(point.Mean);
        double slack = 2 * Math.BitIncrement(Math.Abs(point.Mean)) * 2.3e-16 / Math.Abs(point.Derivative);
        Assert.That(eta, Is.EqualTo(point.Eta).Within(slack + (4e-16 * Math.Abs(point.Eta))));
    }

    /// <summary>A few ulp; beyond e^η ≈ 1 the cloglog repeats the rounding of e^η in its exponent.</summary>
    private static double Tolerance(LinkPoint point) =>
        point.Link == "cloglog" ? 2e-15 + (3e-16 * Math.Exp(point.Eta)) : 2e-15;

    private static void Near(double actual, double expected, double tolerance, string what = "")
    {
        double finite = Math.Clamp(expected, -double.MaxValue, double.MaxValue);

        // Below the normal numbers digits are lost by anyone.
        Assert.That(actual, Is.EqualTo(finite).Within(Math.Max(tolerance * Math.Abs(finite), 1e-307)), what);
    }
}
