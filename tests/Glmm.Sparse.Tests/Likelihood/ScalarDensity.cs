using Glmm.Sparse.Families;
using static System.Math;
using static Glmm.Sparse.Tests.Likelihood.ScalarGamma;

namespace Glmm.Sparse.Tests.Likelihood;

/// <summary>
/// The log-density of one response by the textbook's formula, with its derivatives in η: nothing here knows of the
/// engine's kernels.
/// </summary>
/// <param name="Family">
/// gaussian, binomial, poisson, gamma, inverse-gaussian, negative-binomial (V = μ + μ²/ξ), negative-binomial-1
/// (V = μ(1 + ξ)) or beta (shapes μξ and (1 − μ)ξ).
/// </param>
/// <param name="Link">The link.</param>
/// <param name="Dispersion">φ; the precision of a row of gaussian, gamma and inverse-gaussian is ω/φ.</param>
/// <param name="Shape">ξ of the last three families.</param>
internal sealed record ScalarDensity(string Family, Link Link, double Dispersion = 1, double Shape = double.NaN)
{
    /// <summary>Value of log f(y|η), its slope in η, minus its second derivative, and what that is expected to be.</summary>
    internal readonly record struct Row(double Value, double Score, double Observed, double Expected);

    /// <summary>The row's log-density; −∞ at an η to which no mean belongs.</summary>
    /// <param name="eta">η.</param>
    /// <param name="y">The response; binomial: the proportion of successes.</param>
    /// <param name="omega">ω: the trials of a proportion, a number of like rows for counts and beta.</param>
    internal Row At(double eta, double y, double omega)
    {
        ScalarMean at = ScalarMean.At(Link, eta);
        (double value, double first, double second, double information) = InMean(y, omega, at.Mean, at.Complement);
        return double.IsNaN(value)
            ? new Row(double.NegativeInfinity, 0, 0, 0)
            : new Row(
                value, first * at.First, -((second * at.First * at.First) + (first * at.Second)),
                information * at.First * at.First);
    }

    // log f, its two derivatives in μ, and the Fisher information about μ.
    private (double Value, double First, double Second, double Information) InMean(double y, double omega, double mu, double complement)
    {
        double precision = omega / Dispersion, ratio, size;
        switch (Family)
        {
            case "gaussian":
                return (
                    (0.5 * Log(precision / (2 * PI))) - (0.5 * precision * (y - mu) * (y - mu)),
                    precision * (y - mu), -precision, precision);
            case "binomial":
                double successes = omega * y, failures = omega * (1 - y);
                double choose = LogGamma(omega + 1) - LogGamma(successes + 1) - LogGamma(failures + 1);
                return (
                    choose + Times(successes, Log(mu)) + Times(failures, Log(complement)),
                    (successes / mu) - (failures / complement),
                    -(successes / (mu * mu)) - (failures / (complement * complement)),
                    omega / (mu * complement));
            case "poisson":
                return (
                    omega * (Times(y, Log(mu)) - mu - LogGamma(y + 1)), omega * ((y / mu) - 1), -omega * y / (mu * mu), omega / mu);
            case "gamma":
                return (
                    (precision * Log(precision * y / mu)) - (precision * y / mu) - Log(y) - LogGamma(precision),
                    precision * (y - mu) / (mu * mu), precision * (mu - (2 * y)) / (mu * mu * mu), precision / (mu * mu));
            case "inverse-gaussian":
                return (
                    (0.5 * Log(precision / (2 * PI * y * y * y))) - (precision * (y - mu) * (y - mu) / (2 * mu * mu * y)),
                    precision * (y - mu) / (mu * mu * mu), precision * ((2 * mu) - (3 * y)) / Pow(mu, 4),
                    precision / (mu * mu * mu));
            case "negative-binomial":
                ratio = (y + Shape) / (mu + Shape);
                return (
                    omega * (LogGamma(y + Shape) - LogGamma(Shape) - LogGamma(y + 1)
                        + Times(y, Log(mu / (mu + Shape))) + (Shape * Log(Shape / (mu + Shape)))),
                    omega * ((y / mu) - ratio), omega * ((ratio / (mu + Shape)) - (y / (mu * mu))), omega / (mu + (mu * mu / Shape)));
            case "negative-binomial-1":
                // The information has no closed form.
                size = mu / Shape;
                return (
                    omega * (LogGamma(y + size) - LogGamma(size) - LogGamma(y + 1)
                        - (size * Log(1 + Shape)) + (y * Log(Shape / (1 + Shape)))),
                    omega * (Digamma(y + size) - Digamma(size) - Log(1 + Shape)) / Shape,
                    omega * (Trigamma(y + size) - Trigamma(size)) / (Shape * Shape), double.NaN);
            case "beta":
                double a = mu * Shape, b = complement * Shape;
                double curvature = omega * Shape * Shape * (Trigamma(a) + Trigamma(b));
                return (
                    omega * (LogGamma(Shape) - LogGamma(a) - LogGamma(b) + ((a - 1) * Log(y)) + ((b - 1) * Log(1 - y))),
                    omega * Shape * (Digamma(b) - Digamma(a) + Log(y / (1 - y))), -curvature, curvature);
            default:
                throw new InvalidOperationException($"There is no formula for the family '{Family}'.");
        }
    }

    // 0 log 0 = 0.
    private static double Times(double factor, double logarithm) => factor == 0 ? 0 : factor * logarithm;
}
