using Glmm.Sparse.Families;
using MathNet.Numerics;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>A mean by plain formulas: μ, 1 − μ, dμ/dη and d²μ/dη².</summary>
internal readonly record struct ScalarMean(double Mean, double Complement, double First, double Second)
{
    /// <summary>Outside the link's range of η the mean is not a number.</summary>
    internal static ScalarMean At(Link link, double eta)
    {
        switch (link.Name)
        {
            case "identity":
                return new(eta, 1 - eta, 1, 0);
            case "log":
                double exp = Math.Exp(eta);
                return new(exp, 1 - exp, exp, exp);
            case "logit":
                double logit = 1 / (1 + Math.Exp(-eta)), rest = 1 / (1 + Math.Exp(eta));
                return new(logit, rest, logit * rest, logit * rest * (rest - logit));
            case "probit":
                double density = Math.Exp(-0.5 * eta * eta) / Math.Sqrt(2 * Math.PI);
                return new(Normal(eta), Normal(-eta), density, -eta * density);
            case "cloglog":
                // 1 − e^−h = 2 sinh(h/2) e^(−h/2) does not cancel.
                double h = Math.Exp(eta), complement = Math.Exp(-h);
                return new(2 * Math.Sinh(h / 2) * Math.Exp(-h / 2), complement, h * complement, h * complement * (1 - h));
            case "cauchit":
                double square = 1 + (eta * eta), slope = 1 / (Math.PI * square);
                return new(Math.Atan2(1, -eta) / Math.PI, Math.Atan2(1, eta) / Math.PI, slope, -2 * eta * slope / square);
            case "inverse":
                return eta > 0 ? new(1 / eta, 1 - (1 / eta), -1 / (eta * eta), 2 / (eta * eta * eta)) : None;
            case "sqrt":
                return eta > 0 ? new(eta * eta, 1 - (eta * eta), 2 * eta, 2) : None;
            case "inverse-square":
                double root = 1 / Math.Sqrt(eta);
                return eta > 0 ? new(root, 1 - root, -0.5 * root / eta, 0.75 * root / (eta * eta)) : None;
            default:
                throw new ArgumentException($"There is no formula for the link '{link}'.", nameof(link));
        }
    }

    private static ScalarMean None => new(double.NaN, double.NaN, double.NaN, double.NaN);

    private static double Normal(double x) => 0.5 * SpecialFunctions.Erfc(-x / Math.Sqrt(2));
}
