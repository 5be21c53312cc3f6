using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Simulation;

/// <summary>Draws a response given the linear predictor: a family, its link and its dispersion. Immutable.</summary>
internal sealed class ResponseDistribution
{
    // Above it neighbouring doubles are more than 1 apart, and a count is no longer a count.
    private const double LargestCountMean = 1L << 52;

    // The mean is the kernel's to say.
    private const string KernelsOwn = "kernel";

    private readonly string _family;
    private readonly string _link;
    private readonly double _phi;
    private readonly double _theta;
    private readonly WorkingKernel? _kernel;

    /// <summary>Checks that family, link, dispersion and θ go together.</summary>
    /// <exception cref="InvalidModelOptionException">They do not.</exception>
    public ResponseDistribution(string family, string? link, double? dispersion, double? theta)
    {
        string[] links = LinksOf(family);
        _family = family;
        _link = link ?? links[0];
        if (Array.IndexOf(links, _link) < 0)
        {
            throw new InvalidModelOptionException(
                $"The link '{_link}' cannot be simulated for family {family}; use {string.Join(", ", links)}.");
        }

        if (dispersion is not null && !HasDispersion(family))
        {
            throw new InvalidModelOptionException(
                $"Family {family} has no dispersion to choose; leave the dispersion out.");
        }

        _phi = Positive("dispersion", dispersion ?? 1);
        if (family == "negative-binomial")
        {
            _theta = Positive("theta", theta ?? throw new InvalidModelOptionException(
                "Family negative-binomial needs theta, its size: the variance is mu + mu^2/theta."));
        }
        else if (theta is not null)
        {
            throw new InvalidModelOptionException(
                $"theta belongs to family negative-binomial, not to {family}; leave it out.");
        }
    }

    private ResponseDistribution(Family family, Link link)
    {
        (_family, _link, _phi) = (family.Name, KernelsOwn, 1);
        _theta = family.Shape!.Value.Value;
        _kernel = WorkingKernel.Create(family, link);
    }

    /// <summary>The distribution of a family at a dispersion; the families with a score of their own are in.</summary>
    /// <param name="family">The family, its shape at the value to draw with.</param>
    /// <param name="link">The link.</param>
    /// <param name="dispersion">φ; families that have none do not ask.</param>
    /// <returns>The distribution.</returns>
    /// <exception cref="InvalidModelOptionException">There is no distribution to draw from.</exception>
    public static ResponseDistribution Of(Family family, Link link, double dispersion) =>
        family.Kind is VarianceKind.Beta or VarianceKind.NegativeBinomial1
            ? new ResponseDistribution(family, link)
            : new ResponseDistribution(
                family.Name, link.Name, HasDispersion(family.Name) ? dispersion : null, family.Theta);

    /// <summary>Draws a response.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="eta">The linear predictor.</param>
    /// <returns>y, or NaN where the linear predictor gives no mean that the family allows.</returns>
    public double Draw(RandomSource random, double eta) => Draw(random, eta, _phi);

    /// <summary>Draws a response of a row whose dispersion differs from the others'.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="eta">The linear predictor.</param>
    /// <param name="phi">φ/ω of the row.</param>
    /// <returns>y, or NaN where the linear predictor gives no mean that the family allows.</returns>
    public double Draw(RandomSource random, double eta, double phi) => _family switch
    {
        "binomial" => DrawBinary(random, eta),
        "gaussian" => Mean(eta) + Math.Sqrt(phi) * random.NextNormal(),
        "beta" => DrawProportion(random, Mean(eta)),
        _ => DrawPositive(random, Mean(eta), phi),
    };

    /// <summary>The families that have a dispersion.</summary>
    internal static bool HasDispersion(string family) => family is "gaussian" or "gamma" or "inverse-gaussian";

    // Two gammas' share, kept inside the open interval; where both are too small for doubles, one end or the other.
    private double DrawProportion(RandomSource random, double mu)
    {
        if (!(mu > 0 && mu < 1)) return double.NaN;
        double left = RandomVariates.Gamma(random, mu * _theta);
        double right = RandomVariates.Gamma(random, (1 - mu) * _theta);
        double share = left + right > 0 ? left / (left + right) : random.NextUniform() <= mu ? 1 : 0;
        const double Least = 1.0 / (1L << 53);
        return Math.Clamp(share, Least, 1 - Least);
    }

    private double DrawPositive(RandomSource random, double mu, double phi)
    {
        if (!double.IsFinite(mu) || mu <= 0) return double.NaN;
        switch (_family)
        {
            case "gamma":
                return mu * phi * RandomVariates.Gamma(random, 1 / phi);
            case "inverse-gaussian":
                return RandomVariates.InverseGaussian(random, mu, 1 / phi);
            case "negative-binomial-1":
                mu = _theta * RandomVariates.Gamma(random, mu / _theta);
                break;
            case "negative-binomial":
                mu *= RandomVariates.Gamma(random, _theta) / _theta;
                break;
        }

        return mu < LargestCountMean ? RandomVariates.Poisson(random, mu) : double.NaN;
    }

    /// <summary>
    /// A binary response through its latent variable, 1 where ε ≤ η with ε from the link's own distribution: no
    /// distribution function is needed, and nothing is lost in the tails.
    /// </summary>
    private double DrawBinary(RandomSource random, double eta)
    {
        bool success;
        switch (_link)
        {
            case "logit":
                double u = random.NextUniform();
                success = PortableMath.Log(u / (1 - u)) <= eta;
                break;
            case "probit":
                success = random.NextNormal() <= eta;
                break;
            case "cauchit":
                // A ratio of two independent normals is Cauchy.
                double numerator = random.NextNormal();
                success = numerator / random.NextNormal() <= eta;
                break;
            case "cloglog":
                // 1 − exp(−e^η) is the chance that a standard exponential is at most e^η.
                success = RandomVariates.Exponential(random) <= PortableMath.Exp(eta);
                break;
            default:
                double mu = Mean(eta);
                if (!(mu >= 0 && mu <= 1)) return double.NaN;
                success = random.NextUniform() <= mu;
                break;
        }

        return success ? 1 : 0;
    }

    private double Mean(double eta) => _link switch
    {
        KernelsOwn => KernelMean(eta),
        "identity" => eta,
        "log" => PortableMath.Exp(eta),
        "inverse" => 1 / eta,
        "sqrt" => eta >= 0 ? eta * eta : double.NaN,
        "inverse-square" => eta > 0 ? 1 / Math.Sqrt(eta) : double.NaN,
        _ => throw new InvalidOperationException($"The link '{_link}' has no mean here."),
    };

    private double KernelMean(double eta)
    {
        Span<double> mean = stackalloc double[1], derivative = stackalloc double[1];
        _kernel!.Mean([eta], mean, derivative);
        return mean[0];
    }

    /// <summary>The links that a family can be simulated with, the usual one first.</summary>
    private static string[] LinksOf(string family) => family switch
    {
        "gaussian" => ["identity", "log", "inverse"],
        "binomial" => ["logit", "probit", "cloglog", "cauchit", "log", "identity"],
        "poisson" => ["log", "identity", "sqrt"],
        "gamma" => ["inverse", "log", "identity"],
        "inverse-gaussian" => ["inverse-square", "inverse", "log", "identity"],
        "negative-binomial" => ["log", "identity", "sqrt"],
        "quasi" or "quasibinomial" or "quasipoisson" => throw new InvalidModelOptionException(
            $"Family {family} has a mean and a variance but no distribution to draw from; simulate a full family."),
        _ => throw new InvalidModelOptionException(
            $"There is no family '{family}' to simulate; use gaussian, binomial, poisson, gamma, inverse-gaussian or "
            + "negative-binomial."),
    };

    private static double Positive(string name, double value) => double.IsFinite(value) && value > 0
        ? value
        : throw new InvalidModelOptionException(string.Create(
            CultureInfo.InvariantCulture, $"The {name} must be a finite number above 0, not {value:R}."));
}
