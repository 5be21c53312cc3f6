using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Prediction;

/// <summary>The distribution of a response given its mean, as mixtures need it. Immutable and thread-safe; allocates
/// nothing after construction.</summary>
internal sealed class ResponseLaw
{
    private readonly Family _family;
    private readonly double _dispersion;
    private readonly ResponseCumulative _cumulative;

    private ResponseLaw(Family family, double dispersion)
    {
        (_family, _dispersion) = (family, dispersion);
        _cumulative = ResponseCumulative.Create(family, dispersion);
    }

    /// <summary>The law of a family; null where it has none: no likelihood, or a count with a dispersion other than
    /// 1.</summary>
    internal static ResponseLaw? Of(Family family, double dispersion) =>
        ResponseCumulative.Missing(family, dispersion) is null ? new ResponseLaw(family, dispersion) : null;

    /// <summary>The distance of neighbouring values, or 0 for a continuous response.</summary>
    /// <param name="weight">ω.</param>
    internal double Spacing(double weight) => !_cumulative.IsDiscrete ? 0 : _family.IsBinomial ? 1 / weight : 1;

    /// <summary>P(Y ≤ y).</summary>
    /// <param name="y">The value; of a discrete response one it can take.</param>
    /// <param name="mean">μ inside the family's domain.</param>
    /// <param name="weight">ω.</param>
    internal double Cdf(double y, double mean, double weight) => _cumulative.Tails(y, mean, weight).Lower;

    /// <summary>The standard deviation of a response. A weight that repeats a row does not ask what a new one is
    /// like.</summary>
    internal double Deviation(double mean, double weight)
    {
        bool divides = _family.IsBinomial ||
            _family.Kind is VarianceKind.Constant or VarianceKind.Gamma or VarianceKind.InverseGaussian;
        return Math.Sqrt(_dispersion * _family.Variance(mean) / (divides ? weight : 1));
    }
}
