using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>
/// The distribution function of a response given its mean, of every family that has one: what randomised quantile
/// residuals, prediction intervals and the check of zeros are made of. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Both tails have full relative precision where they are small. The prior weight ω is the number of trials of a binomial
/// row, which is a proportion; it divides the dispersion of gaussian, gamma and inverse gaussian, φ/ω; the others, whose
/// rows it repeats, do not look at it.
/// </remarks>
internal sealed class ResponseCumulative
{
    private readonly VarianceKind _kind;
    private readonly double _phi;
    private readonly double _shape;

    private ResponseCumulative(VarianceKind kind, double phi, double shape) => (_kind, _phi, _shape) = (kind, phi, shape);

    /// <summary>The response takes single values with positive probability.</summary>
    internal bool IsDiscrete => _kind is VarianceKind.Binomial or VarianceKind.Poisson
        or VarianceKind.NegativeBinomial or VarianceKind.NegativeBinomial1;

    /// <summary>Why a family with a dispersion has no distribution function, in words; null where it has one.</summary>
    /// <param name="family">The family; its shape is the value it holds.</param>
    /// <param name="dispersion">φ.</param>
    internal static string? Missing(Family family, double dispersion)
    {
        if (!family.HasLikelihood || family.Kind == VarianceKind.Custom)
        {
            return $"Family {family.Name} has a mean and a variance but no distribution; use a family that has one" +
                (ReferenceEquals(family.LikelihoodCounterpart, family)
                    ? "."
                    : $", such as {family.LikelihoodCounterpart.Name}.");
        }

        bool hasDispersion = family.Kind is VarianceKind.Constant or VarianceKind.Gamma or VarianceKind.InverseGaussian;
        return hasDispersion || dispersion == 1
            ? null
            : $"Family {family.Name} with a dispersion other than 1 has no distribution; hold the dispersion at 1, or " +
              $"choose a family that has the extra variance, such as negative-binomial.";
    }

    /// <summary>The distribution function of a family.</summary>
    /// <param name="family">The family; its shape is the value it holds.</param>
    /// <param name="dispersion">φ of gaussian, gamma and inverse gaussian; 1 for the others.</param>
    /// <exception cref="InvalidModelOptionException">There is none.</exception>
    internal static ResponseCumulative Create(Family family, double dispersion) =>
        Missing(family, dispersion) is { } reason
            ? throw new InvalidModelOptionException(reason)
            : new ResponseCumulative(family.Kind, dispersion, family.Shape?.Value ?? 1);

    /// <summary>P(Y ≤ y) and P(Y &gt; y).</summary>
    /// <param name="y">The response; of binomial a proportion of the trials.</param>
    /// <param name="mean">μ, inside the family's domain.</param>
    /// <param name="weight">ω.</param>
    internal (double Lower, double Upper) Tails(double y, double mean, double weight) => _kind switch
    {
        VarianceKind.Constant => Normal((y - mean) * Math.Sqrt(weight / _phi)),
        VarianceKind.Gamma => IncompleteGamma.Tails(weight / _phi, weight / _phi * (y / mean)),
        VarianceKind.InverseGaussian => InverseGaussian(y, mean, weight / _phi),
        VarianceKind.Beta => IncompleteBeta.Tails(mean * _shape, (1 - mean) * _shape, y, 1 - y),
        VarianceKind.Binomial => Binomial(Count(y * weight), weight, mean),
        VarianceKind.Poisson => Poisson(Count(y), mean),
        VarianceKind.NegativeBinomial =>
            NegativeBinomial(Count(y), _shape, _shape / (_shape + mean), mean / (_shape + mean)),
        VarianceKind.NegativeBinomial1 =>
            NegativeBinomial(Count(y), mean / _shape, 1 / (1 + _shape), _shape / (1 + _shape)),
        _ => throw new InvalidOperationException($"Variance {_kind} has no distribution."),
    };

    /// <summary>P(Y &lt; y) and P(Y ≥ y).</summary>
    /// <param name="y">The response.</param>
    /// <param name="mean">μ.</param>
    /// <param name="weight">ω.</param>
    internal (double Lower, double Upper) TailsBelow(double y, double mean, double weight)
    {
        if (!IsDiscrete) return Tails(y, mean, weight);
        return Tails(_kind == VarianceKind.Binomial ? y - (1 / weight) : y - 1, mean, weight);
    }

    /// <summary>P(Y = 0).</summary>
    /// <param name="mean">μ.</param>
    /// <param name="weight">ω.</param>
    internal double Zero(double mean, double weight) => _kind switch
    {
        VarianceKind.Binomial => Math.Pow(1 - mean, weight),
        VarianceKind.Poisson => Math.Exp(-mean),
        VarianceKind.NegativeBinomial => Math.Exp(-_shape * IncompleteBeta.LogOnePlus(mean / _shape)),
        VarianceKind.NegativeBinomial1 => Math.Exp(-mean / _shape * IncompleteBeta.LogOnePlus(_shape)),
        _ => 0,
    };

    // A proportion of trials is a whole number of them but for rounding.
    private static double Count(double y)
    {
        double whole = Math.Round(y);
        return Math.Abs(y - whole) <= 1e-7 * Math.Max(1, Math.Abs(y)) ? whole : Math.Floor(y);
    }

    private static (double Lower, double Upper) Normal(double z) =>
        (NormalDistribution.UpperTail(-z), NormalDistribution.UpperTail(z));

    // P(Y ≤ y) = P(a gamma of shape y + 1 exceeds μ).
    private static (double Lower, double Upper) Poisson(double y, double mean)
    {
        if (y < 0) return (0, 1);
        (double below, double above) = IncompleteGamma.Tails(y + 1, mean);
        return (above, below);
    }

    private static (double Lower, double Upper) Binomial(double successes, double trials, double mean)
    {
        if (successes < 0) return (0, 1);
        return successes >= trials
            ? (1, 0)
            : IncompleteBeta.Tails(trials - successes, successes + 1, 1 - mean, mean);
    }

    private static (double Lower, double Upper) NegativeBinomial(double y, double size, double failure, double success) =>
        y < 0 ? (0, 1) : IncompleteBeta.Tails(size, y + 1, failure, success);

    // Φ(a) + e^{2λ/μ}Φ(−b) with a = √(λ/y)(y/μ − 1), b = √(λ/y)(y/μ + 1); since b² − a² = 4λ/μ the second term is
    // φ(a) times the Mills ratio of b, which cannot overflow.
    private static (double Lower, double Upper) InverseGaussian(double y, double mean, double lambda)
    {
        if (!(y > 0)) return (0, 1);
        double root = Math.Sqrt(lambda / y), a = root * ((y - mean) / mean), b = root * ((y + mean) / mean);
        double density = NormalDistribution.Density(a), far = density * MillsRatio(b);
        (double lower, double upper) = Normal(a);
        return a > 0 ? (1 - (density * (MillsRatio(a) - MillsRatio(b))), density * (MillsRatio(a) - MillsRatio(b)))
            : (lower + far, upper - far);
    }

    private static double MillsRatio(double x) =>
        RowVector128.Get(VectorMath<RowVector128>.MillsRatio(RowVector128.Create(x)), 0);
}
