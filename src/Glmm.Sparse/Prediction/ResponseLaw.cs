using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Prediction;

/// <summary>The distribution of a response given its mean. Immutable and thread-safe; allocates nothing.</summary>
internal abstract class ResponseLaw
{
    private protected ResponseLaw(Family family, double dispersion) => (Family, Dispersion) = (family, dispersion);

    /// <summary>The family.</summary>
    protected Family Family { get; }

    /// <summary>φ.</summary>
    protected double Dispersion { get; }

    /// <summary>The law of a family; null where it has none: no likelihood, or a count with a dispersion other than
    /// 1.</summary>
    internal static ResponseLaw? Of(Family family, double dispersion)
    {
        if (!family.HasLikelihood) return null;
        bool plain = Math.Abs(dispersion - 1) < 1e-12;
        return family.Kind switch
        {
            VarianceKind.Constant => new Normal(family, dispersion),
            VarianceKind.Gamma => new Gamma(family, dispersion),
            VarianceKind.InverseGaussian => new InverseGaussian(family, dispersion),
            VarianceKind.Binomial when plain => new Binomial(family),
            VarianceKind.Poisson when plain => new Poisson(family),
            VarianceKind.NegativeBinomial when plain => new NegativeBinomial(family),
            VarianceKind.NegativeBinomial1 when plain => new NegativeBinomial1(family),
            VarianceKind.Beta when plain => new Beta(family),
            _ => null,
        };
    }

    /// <summary>The distance of neighbouring values, or 0 for a continuous response.</summary>
    /// <param name="weight">ω.</param>
    internal virtual double Spacing(double weight) => 0;

    /// <summary>P(Y ≤ y).</summary>
    /// <param name="y">The value; of a discrete response one it can take.</param>
    /// <param name="mean">μ inside the family's domain.</param>
    /// <param name="weight">ω.</param>
    internal abstract double Cdf(double y, double mean, double weight);

    /// <summary>The standard deviation of a response.</summary>
    internal double Deviation(double mean, double weight) =>
        Math.Sqrt(Dispersion * Family.Variance(mean) / (WeightsRepeat ? 1 : weight));

    /// <summary>A weight repeats a row, so that it does not ask what a new one is like.</summary>
    protected virtual bool WeightsRepeat => false;

    private sealed class Normal(Family family, double dispersion) : ResponseLaw(family, dispersion)
    {
        internal override double Cdf(double y, double mean, double weight) =>
            NormalDistribution.Cdf((y - mean) * Math.Sqrt(weight / Dispersion));
    }

    private sealed class Gamma(Family family, double dispersion) : ResponseLaw(family, dispersion)
    {
        internal override double Cdf(double y, double mean, double weight) =>
            IncompleteGamma.Lower(weight / Dispersion, y / mean * (weight / Dispersion));
    }

    private sealed class InverseGaussian(Family family, double dispersion) : ResponseLaw(family, dispersion)
    {
        // Shuster (1968), with e^{2λ/μ}Φ(−t) as φ(s) times Mills' ratio of t, which does not overflow.
        internal override double Cdf(double y, double mean, double weight)
        {
            if (double.IsNaN(y) || double.IsNaN(mean)) return double.NaN;
            if (y <= 0) return 0;
            if (double.IsPositiveInfinity(y)) return 1;
            double root = Math.Sqrt(weight / Dispersion / y), s = root * ((y / mean) - 1), t = root * ((y / mean) + 1);
            double mills = RowVector128.Get(VectorMath<RowVector128>.MillsRatio(RowVector128.Create(t)), 0);
            return Math.Min(1, NormalDistribution.Cdf(s) + (NormalDistribution.Density(s) * mills));
        }
    }

    private sealed class Binomial(Family family) : ResponseLaw(family, 1)
    {
        internal override double Spacing(double weight) => 1 / weight;

        internal override double Cdf(double y, double mean, double weight)
        {
            double successes = Math.Round(y * weight);
            if (successes < 0) return 0;
            return successes >= weight
                ? 1
                : IncompleteBeta.Regularized(weight - successes, successes + 1, 1 - mean, mean);
        }
    }

    private abstract class Count(Family family) : ResponseLaw(family, 1)
    {
        protected override bool WeightsRepeat => true;

        internal override double Spacing(double weight) => 1;
    }

    private sealed class Poisson(Family family) : Count(family)
    {
        internal override double Cdf(double y, double mean, double weight) =>
            y < 0 ? 0 : IncompleteGamma.Upper(y + 1, mean);
    }

    private sealed class NegativeBinomial(Family family) : Count(family)
    {
        private readonly double _size = family.Shape!.Value.Value;

        internal override double Cdf(double y, double mean, double weight) => y < 0
            ? 0
            : IncompleteBeta.Regularized(_size, y + 1, _size / (_size + mean), mean / (_size + mean));
    }

    private sealed class NegativeBinomial1(Family family) : Count(family)
    {
        private readonly double _excess = family.Shape!.Value.Value;

        internal override double Cdf(double y, double mean, double weight) => y < 0
            ? 0
            : IncompleteBeta.Regularized(mean / _excess, y + 1, 1 / (1 + _excess), _excess / (1 + _excess));
    }

    private sealed class Beta(Family family) : ResponseLaw(family, 1)
    {
        private readonly double _precision = family.Shape!.Value.Value;

        protected override bool WeightsRepeat => true;

        internal override double Cdf(double y, double mean, double weight) =>
            IncompleteBeta.Regularized(mean * _precision, (1 - mean) * _precision, y, 1 - y);
    }
}
