using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Benchmarks;

/// <summary>What one row contributes.</summary>
/// <param name="Weight">w = ωδ²/V.</param>
/// <param name="Score">s = ω(y − μ)δ/V.</param>
/// <param name="Deviance">The unit deviance d.</param>
public readonly record struct ScalarRow(double Weight, double Score, double Deviance);

/// <summary>The textbook's formulas, one row at a time: what one would write without the kernels.</summary>
/// <remarks>Optimised at once: how far the tiers have come by the time of the measurement is luck.</remarks>
public static class ScalarRows
{
    public const double Theta = 2.5;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ScalarRow Poisson(double eta, double y, double omega)
    {
        double mu = Math.Exp(eta);
        return new(omega * mu, omega * (y - mu), 2 * omega * (TimesLog(y, y / mu) - (y - mu)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ScalarRow Binomial(double eta, double y, double omega)
    {
        double mu = 1 / (1 + Math.Exp(-eta));
        double deviance = TimesLog(y, y / mu) + TimesLog(1 - y, (1 - y) / (1 - mu));
        return new(omega * mu * (1 - mu), omega * (y - mu), 2 * omega * deviance);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ScalarRow NegativeBinomial(double eta, double y, double omega)
    {
        double mu = Math.Exp(eta), shrink = omega / (1 + (mu / Theta));
        double deviance = TimesLog(y, y / mu) - TimesLog(y + Theta, (y + Theta) / (mu + Theta));
        return new(shrink * mu, shrink * (y - mu), 2 * omega * deviance);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ScalarRow Gamma(double eta, double y, double omega)
    {
        double mu = Math.Exp(eta), relative = (y - mu) / mu;
        return new(omega, omega * relative, 2 * omega * (relative - Math.Log(y / mu)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ScalarRow Gaussian(double eta, double y, double omega) =>
        new(omega, omega * (y - eta), omega * (y - eta) * (y - eta));

    private static double TimesLog(double x, double ratio) => x == 0 ? 0 : x * Math.Log(ratio);
}
