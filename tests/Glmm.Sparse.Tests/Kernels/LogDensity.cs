using Glmm.Sparse.Families;
using MathNet.Numerics;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>Log-densities of one row as the textbooks print them, with another library's log Γ.</summary>
internal static class LogDensity
{
    /// <summary>log f(y) with mean μ, prior weight ω, dispersion φ and shape ξ.</summary>
    public static double Of(Family family, double y, double mu, double omega, double phi, double xi) =>
        family.Name switch
        {
            "gaussian" => -0.5 * (Math.Log(2 * Math.PI * phi / omega) + (omega * (y - mu) * (y - mu) / phi)),
            "binomial" => SpecialFunctions.GammaLn(omega + 1) - SpecialFunctions.GammaLn((omega * y) + 1)
                - SpecialFunctions.GammaLn((omega * (1 - y)) + 1)
                + (omega * ((y * Math.Log(mu)) + ((1 - y) * Math.Log(1 - mu)))),
            "poisson" => omega * ((y * Math.Log(mu)) - mu - SpecialFunctions.GammaLn(y + 1)),
            "gamma" => Gamma(y, omega / phi, mu),
            "inverse-gaussian" => 0.5 * (Math.Log(omega / (2 * Math.PI * phi * y * y * y))
                - (omega * (y - mu) * (y - mu) / (phi * mu * mu * y))),
            "negative-binomial" => omega * NegativeBinomial(y, mu, xi),
            "negative-binomial-1" => omega * NegativeBinomial(y, mu, mu / xi),
            "beta" => omega * Beta(y, mu * xi, (1 - mu) * xi),
            _ => throw new ArgumentException(family.Name),
        };

    private static double Gamma(double y, double shape, double mu) =>
        (shape * Math.Log(shape / mu)) - SpecialFunctions.GammaLn(shape) + ((shape - 1) * Math.Log(y))
        - (shape * y / mu);

    private static double NegativeBinomial(double y, double mu, double size) =>
        SpecialFunctions.GammaLn(y + size) - SpecialFunctions.GammaLn(size) - SpecialFunctions.GammaLn(y + 1)
        + (size * Math.Log(size / (size + mu))) + (y == 0 ? 0 : y * Math.Log(mu / (size + mu)));

    private static double Beta(double y, double a, double b) =>
        SpecialFunctions.GammaLn(a + b) - SpecialFunctions.GammaLn(a) - SpecialFunctions.GammaLn(b)
        + ((a - 1) * Math.Log(y)) + ((b - 1) * Math.Log(1 - y));
}
