using System.Runtime.CompilerServices;
using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Prediction;

/// <summary>
/// The distribution of a new response whose linear predictor is itself uncertain, η ~ N(η̂, v): distribution function
/// F(y) = ∫ P(Y ≤ y | η) dN(η; η̂, v) and quantiles. Immutable and thread-safe; allocates nothing.
/// </summary>
/// <remarks>
/// P(Y ≤ y | η) falls (or, for decreasing links, rises) from 1 to 0 around η_y = g(y) over a width w that has nothing
/// to do with √v. A normal curve Φ(±(η_y − η)/w) of that place and width has a closed mixture, Φ(±(η_y − η̂)/√(v +
/// w²)); what it leaves lives near η_y alone and is summed by the trapezoidal rule with a step that suits both scales.
/// So the work does not grow as either scale shrinks; the error is below 1e-8 where the link is analytic on the
/// family's domain.
/// </remarks>
internal sealed partial class ResponseMixture
{
    private const int BlockNodes = 16;
    private const int MostNodes = 20_000;

    private readonly WorkingKernel _kernel;
    private readonly ResponseLaw _law;
    private readonly double _strip;
    private readonly MeanDomain _meanDomain;
    private readonly bool _isNormal;
    private readonly bool _isInverse;
    private readonly double _edge;

    /// <param name="kernel">The kernel of family and link.</param>
    /// <param name="law">The law of the response.</param>
    internal ResponseMixture(WorkingKernel kernel, ResponseLaw law)
    {
        (_kernel, _law, _meanDomain) = (kernel, law, kernel.Family.Domain);
        _isNormal = kernel.Family.HasConstantVariance && kernel.Link.Kind == LinkKind.Identity;

        // Of 1/η and 1/√η: the η of the largest mean, 1 or ∞.
        _isInverse = kernel.Link.Kind is LinkKind.Inverse or LinkKind.InverseSquare;
        _edge = !_isInverse ? double.NegativeInfinity : _meanDomain == MeanDomain.UnitInterval ? 1 : 0;

        // How far off the real line g⁻¹ and what is made of it stay tame: exp(−eᶯ) up to π/2, exp(−e²ᶯ), of a gaussian
        // or inverse gaussian response, up to π/4.
        bool squares = kernel.Family.Kind is VarianceKind.Constant or VarianceKind.InverseGaussian;
        _strip = kernel.Link.Kind switch
        {
            LinkKind.Logit => Math.PI,
            LinkKind.Log when squares => 0.25 * Math.PI,
            LinkKind.Log or LinkKind.CLogLog => 0.5 * Math.PI,
            LinkKind.Cauchit => 1,
            _ => double.PositiveInfinity,
        };
    }

    /// <summary>The interval of a new response from its lower to its upper quantile.</summary>
    /// <param name="eta">η̂.</param>
    /// <param name="variance">v.</param>
    /// <param name="weight">ω.</param>
    /// <param name="level">Probability to cover; of a discrete response at least that.</param>
    internal (double Lower, double Upper) Interval(double eta, double variance, double weight, double level)
    {
        if (!double.IsFinite(eta) || !double.IsFinite(variance) || !(weight > 0) || !double.IsFinite(weight))
            return (double.NaN, double.NaN);
        double tail = 0.5 * (1 - level);
        if (_isNormal)
        {
            double deviation = _law.Deviation(eta, weight);
            double half = -NormalDistribution.Quantile(tail) * Math.Sqrt(variance + (deviation * deviation));
            return (eta - half, eta + half);
        }

        return (Quantile(tail, eta, variance, weight), Quantile(1 - tail, eta, variance, weight));
    }

    /// <summary>The least y with F(y) ≥ p; ∞ where there is none.</summary>
    internal double Quantile(double p, double eta, double variance, double weight)
    {
        double start = eta;
        if (_isInverse)
        {
            double s = Math.Sqrt(variance), away = Math.Max(Math.Abs(eta - _edge), s);
            if (!IsOnBothSides && p > Inside(eta, s) - LeastInside)
                return _meanDomain == MeanDomain.UnitInterval ? 1 : double.PositiveInfinity;
            start = _edge + (IsOnBothSides && eta < 0 ? -away : away);
        }

        double spacing = _law.Spacing(weight), middle = MeanAt(start, out double slope);
        double deviation = _law.Deviation(middle, weight);
        double width = Math.Sqrt((deviation * deviation) + Math.Min(variance * slope * slope, middle * middle));
        double z = NormalDistribution.Quantile(p);
        return spacing > 0
            ? Discrete(p, eta, variance, weight, spacing, (middle + (z * width)) / spacing, width / spacing)
            : Continuous(p, eta, variance, weight, middle, middle + (z * width), width);
    }

    /// <summary>F(y).</summary>
    internal double Cdf(double y, double eta, double variance, double weight)
    {
        if (y < 0 && _meanDomain != MeanDomain.Real) return 0;
        if (_meanDomain == MeanDomain.UnitInterval && y >= 1) return 1;
        double s = Math.Sqrt(variance);
        if (s < 1e-12 * (1 + Math.Abs(eta))) return _law.Cdf(y, MeanAt(eta, out _), weight);
        if (_isInverse) return InverseCdf(y, eta, s, weight);

        // Where the mean is y, or halfway to its neighbour.
        double place = _kernel.Link.Apply(y + (0.5 * _law.Spacing(weight)));
        if (!double.IsFinite(place)) place = eta;
        double mean = MeanAt(place, out double slope), width = _law.Deviation(mean, weight) / slope;
        return Mix(y, eta, s, weight, place, width);
    }

    // F(y) by a transition of P(Y ≤ y | η) at a place and of a width, which is negative where it rises.
    private double Mix(double y, double eta, double s, double weight, double place, double width)
    {
        if (!(Math.Abs(width) < 1e100)) width = 1e100;
        double sign = width < 0 ? -1 : 1;
        width = Math.Max(Math.Abs(width), 1e-100);
        double sum = NormalDistribution.Cdf(sign * (place - eta) / Math.Sqrt((s * s) + (width * width)));
        double step = 1 / Math.Sqrt(Square(1 / (0.8 * s)) + Square(1 / (0.25 * width)) + Square(1 / (0.2 * _strip)));
        double centre = Math.Clamp(place, eta - (8 * s), eta + (8 * s));
        return Math.Clamp(
            sum + Side(y, eta, s, weight, place, sign * width, centre, step) +
            Side(y, eta, s, weight, place, sign * width, centre - step, -step), 0, 1);
    }

    // What the normal curve leaves, from a point on in one direction until it or the density has vanished.
    [SkipLocalsInit]
    private double Side(
        double y, double eta, double s, double weight, double place, double width, double from, double step)
    {
        Span<double> nodes = stackalloc double[BlockNodes], means = stackalloc double[BlockNodes];
        Span<double> slopes = stackalloc double[BlockNodes];
        double sum = 0;
        for (int first = 0; first < MostNodes; first += BlockNodes)
        {
            for (int i = 0; i < BlockNodes; i++) nodes[i] = Math.FusedMultiplyAdd(step, first + i, from);
            _kernel.Mean(nodes, means, slopes);
            double largest = 0;
            for (int i = 0; i < BlockNodes; i++)
            {
                double density = NormalDistribution.Density((nodes[i] - eta) / s) / s;
                if (density * s < 1e-17) continue;
                double reached = nodes[i] > _edge ? _law.Cdf(y, means[i], weight) : 0;
                double rest = reached - NormalDistribution.Cdf((place - nodes[i]) / width);
                largest = Math.Max(largest, Math.Abs(rest));
                sum = Math.FusedMultiplyAdd(density, rest, sum);
            }

            // No further density this way, or nothing left beyond the transition.
            bool outside = Math.Abs(nodes[^1] - eta) > 8.5 * s && (nodes[^1] - eta) * step > 0;
            if (outside || (largest < 1e-12 && Math.Abs(nodes[^1] - place) > 6 * Math.Abs(width))) break;
        }

        return sum * Math.Abs(step);
    }

    // Steps of doubling length to a bracket, then bisection, all on whole numbers.
    private double Discrete(
        double p, double eta, double variance, double weight, double spacing, double guess, double width)
    {
        // Rounding of F must not put a quantile one higher.
        double goal = p - 1e-10, most = _meanDomain == MeanDomain.UnitInterval ? Math.Ceiling(weight) : 1e15;
        bool Reaches(double count) => Cdf(count * spacing, eta, variance, weight) >= goal;
        double at = Math.Clamp(Math.Floor(guess), 0, most), stride = Math.Max(1, Math.Floor(0.05 * width));
        double low = -1, high = most;
        if (Reaches(at))
        {
            high = at;
            while (high > 0)
            {
                double below = Math.Max(-1, high - stride);
                if (below < 0 || !Reaches(below))
                {
                    low = below;
                    break;
                }

                (high, stride) = (below, 2 * stride);
            }
        }
        else
        {
            low = at;
            while (low + stride < most)
            {
                double above = low + stride;
                if (Reaches(above))
                {
                    high = above;
                    break;
                }

                (low, stride) = (above, 2 * stride);
            }

            // Beyond what doubles count one by one: no lower end is told.
            if (high == most && !Reaches(most)) return p < 0.5 ? double.NaN : double.PositiveInfinity;
        }

        while (high - low > 1)
        {
            double middle = Math.Floor(0.5 * (low + high));
            if (Reaches(middle)) high = middle;
            else low = middle;
        }

        return high * spacing;
    }

    // Brackets, then the Illinois variant of regula falsi, on a scale without ends.
    private double Continuous(
        double p, double eta, double variance, double weight, double middle, double guess, double width)
    {
        double ToWorking(double y) => _meanDomain switch
        {
            MeanDomain.Real => y,
            MeanDomain.Positive => Math.Log(y),
            _ => Math.Log(y / (1 - y)),
        };
        double ToResponse(double t) => _meanDomain switch
        {
            MeanDomain.Real => t,
            MeanDomain.Positive => Math.Exp(t),
            _ => 1 / (1 + Math.Exp(-t)),
        };
        double Value(double t) => Cdf(ToResponse(t), eta, variance, weight) - p;
        double t = ToWorking(guess), stride = _meanDomain == MeanDomain.Real
            ? 0.5 * width
            : 0.5 * Math.Min(5, width / middle);
        if (!double.IsFinite(t)) t = ToWorking(middle);
        double value = Value(t), other = t, otherValue = value;
        for (int step = 0; step < 80 && (value < 0) == (otherValue < 0); step++, stride *= 2)
        {
            (t, value) = (other, otherValue);
            other = t + (value < 0 ? stride : -stride);
            otherValue = Value(other);
        }

        if ((value < 0) == (otherValue < 0)) return value < 0 ? double.PositiveInfinity : ToResponse(other);
        int side = 0;
        for (int step = 0; step < 100 && Math.Abs(other - t) > 1e-11 * (Math.Abs(t) + Math.Abs(other)); step++)
        {
            double next = ((t * otherValue) - (other * value)) / (otherValue - value), nextValue = Value(next);
            if (Math.Abs(nextValue) < 1e-13) return ToResponse(next);
            if ((nextValue < 0) == (value < 0))
            {
                (t, value) = (next, nextValue);
                if (side == 1) otherValue *= 0.5;
                side = 1;
            }
            else
            {
                (other, otherValue) = (next, nextValue);
                if (side == -1) value *= 0.5;
                side = -1;
            }
        }

        return ToResponse(Math.Abs(value) < Math.Abs(otherValue) ? t : other);
    }

    private double MeanAt(double eta, out double slope)
    {
        double mean = 0;
        slope = 0;
        _kernel.Mean(new ReadOnlySpan<double>(in eta), new Span<double>(ref mean), new Span<double>(ref slope));
        return mean;
    }

    private static double Square(double x) => x * x;
}
