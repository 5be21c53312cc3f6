using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Prediction;

/// <content>Mixtures under the links <c>inverse</c> and <c>inverse-square</c>, whose means grow without bound towards
/// the edge of the link's domain, which a normal η may well cross.</content>
/// <remarks>
/// An η beyond the edge has no law; its response counts as the largest there is, ∞ or 1, so that F stays below
/// P(η inside) and a quantile above that has no search. A gaussian response lets 1/η be negative: there −Y at −η is
/// what Y is at η.
/// </remarks>
internal sealed partial class ResponseMixture
{
    // A quantile this near to the end of F is the end.
    private const double LeastInside = 1e-9;

    // Up to this width, relative to the distance from the edge, the normal curve has nothing beyond the edge: Φ(−7.7).
    private const double NarrowWidth = 0.13;

    private bool IsOnBothSides => _kernel.Link.Kind == LinkKind.Inverse && _meanDomain == MeanDomain.Real;

    // P(η inside the domain).
    private double Inside(double eta, double s) => NormalDistribution.Cdf((eta - _edge) / Math.Max(s, 1e-300));

    private double InverseCdf(double y, double eta, double s, double weight)
    {
        double sum = InsideCdf(y, eta, s, weight);
        if (IsOnBothSides) sum += Inside(-eta, s) - InsideCdf(-y, -eta, s, weight);
        return Math.Clamp(sum, 0, 1);
    }

    // P(Y ≤ y and η inside).
    private double InsideCdf(double y, double eta, double s, double weight)
    {
        if (double.IsPositiveInfinity(y)) return Inside(eta, s);
        double mean = y + (0.5 * _law.Spacing(weight)), away = 0, width = double.PositiveInfinity;
        if (mean > 0)
        {
            away = _kernel.Link.Apply(mean) - _edge;
            double power = _kernel.Link.Kind == LinkKind.Inverse ? 1 : 2;
            width = power * (away + _edge) * (_law.Deviation(mean, weight) / mean);
        }

        return double.IsFinite(width) && width <= NarrowWidth * away
            ? Mix(y, eta, s, weight, _edge + away, -width)
            : OnLogScale(y, eta, s, weight, width / away);
    }

    // ∫ P(Y ≤ y | η) dN(η; η̂, s²) over t = log(η − edge), where it is smooth and ends by itself: the density to the
    // right, and to the left eᵗ and P(Y ≤ y | η), which falls that way.
    private double OnLogScale(double y, double eta, double s, double weight, double relativeWidth)
    {
        double distance = eta - _edge, end = distance + (8.5 * s), scale = s / Math.Max(s, distance), sum = 0;
        if (!(end > 0)) return 0;
        double curve = relativeWidth > 0 ? relativeWidth : 1; // not a number where y is next to 0
        double step = 1 / Math.Sqrt(
            Square(1 / (0.8 * scale)) + Square(1 / (0.25 * curve)) + Square(1 / (0.2 * 0.25 * Math.PI)));
        double ratio = Math.Exp(-step), away = end;
        bool isRoot = _kernel.Link.Kind == LinkKind.InverseSquare;
        for (int node = 0; node < MostNodes; node++, away *= ratio)
        {
            double z = (away - distance) / s;
            if (z < -8.5) break;
            double density = away / s * NormalDistribution.Density(z);
            double mean = 1 / (isRoot ? Math.Sqrt(_edge + away) : _edge + away);
            if (_meanDomain == MeanDomain.UnitInterval) mean = Math.Min(mean, 1 - (1.0 / (1L << 53)));
            double term = density * _law.Cdf(y, mean, weight);
            sum += term;

            // To the left of the peak of eᵗ times the density.
            if (z * away < s && term < 1e-13) break;
        }

        return sum * step;
    }
}
