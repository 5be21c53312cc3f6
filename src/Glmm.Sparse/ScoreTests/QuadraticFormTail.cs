using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.ScoreTests;

/// <summary>Upper tails of weighted sums of independent χ²₁ variables, Σ μ_j χ²_j, with weights of either
/// sign.</summary>
/// <remarks>
/// By the saddlepoint formula of Lugannani and Rice on the exact cumulant generating function −½Σ log(1 − 2ζμ_j)
/// (Kuonen 1999). A ratio of quadratic forms exceeds t where Σ (λ_j − t)χ²_j exceeds 0. The relative error is some
/// hundredths for a single χ²₁, a hundredth for four and 0.001 for nineteen equal weights, and levels off in the
/// tail.
/// </remarks>
internal static class QuadraticFormTail
{
    private const int MostSteps = 200;
    private static readonly double s_rootTwoPi = Math.Sqrt(2 * Math.PI);

    /// <summary>P(Σ_j (λ_j − t)χ²_j − t·χ²_m &gt; x).</summary>
    /// <param name="values">λ.</param>
    /// <param name="shift">t; 0 for a plain quadratic form.</param>
    /// <param name="zeros">m, how many λ of 0 there are beside; with a t of 0 they do not matter. Below 0 it takes as
    /// many of the λ that are 0 away.</param>
    /// <param name="x">The threshold.</param>
    /// <returns>The probability.</returns>
    internal static double UpperTail(ReadOnlySpan<double> values, double shift, int zeros, double x)
    {
        if (double.IsNaN(shift) || double.IsNaN(x)) return double.NaN;
        double most = 0, least = shift == 0 || zeros <= 0 ? 0 : -shift, scale = 0;
        foreach (double value in values)
        {
            most = Math.Max(most, value - shift);
            least = Math.Min(least, value - shift);
            scale = Math.Max(scale, Math.Abs(value));
        }

        if (most <= 1e-12 * scale) return x >= 0 ? 0 : 1;
        if (least >= 0 && x <= 0) return 1;
        double low = least < 0 ? 1 / (2 * least) : double.NegativeInfinity, high = 1 / (2 * most);
        double zeta = 0;
        var at = Evaluate(values, shift, zeros, 0);
        for (int step = 0; step < MostSteps && Math.Abs(at.First - x) > 1e-12 * Math.Sqrt(at.Second); step++)
        {
            if (at.First < x) low = zeta;
            else high = zeta;
            double next = zeta - ((at.First - x) / at.Second);
            if (!(next > low && next < high))
                next = double.IsInfinity(low) ? (2 * zeta) - (0.5 / most) : 0.5 * (low + high);
            if (next == zeta) break;
            zeta = next;
            at = Evaluate(values, shift, zeros, zeta);
        }

        double w = Math.CopySign(Math.Sqrt(Math.Max(0, 2 * ((zeta * x) - at.Value))), zeta);
        double u = zeta * Math.Sqrt(at.Second);
        if (Math.Abs(w) < 1e-4)
        {
            // The formula's own limit at the mean.
            double skewness = at.Third / Math.Pow(at.Second, 1.5);
            return NormalDistribution.UpperTail(w) - (skewness / (6 * s_rootTwoPi));
        }

        double tail = NormalDistribution.UpperTail(w) + (NormalDistribution.Density(w) * ((1 / u) - (1 / w)));
        return Math.Clamp(tail, 0, 1);
    }

    private static (double Value, double First, double Second, double Third) Evaluate(
        ReadOnlySpan<double> values, double shift, int zeros, double zeta)
    {
        double log = 0, first = 0, second = 0, third = 0;
        foreach (double value in values) Add(value - shift, 1, ref log, ref first, ref second, ref third);
        if (shift != 0 && zeros != 0) Add(-shift, zeros, ref log, ref first, ref second, ref third);
        return (-0.5 * log, first, 2 * second, 8 * third);

        void Add(double mu, int times, ref double log, ref double first, ref double second, ref double third)
        {
            double ratio = mu / (1 - (2 * zeta * mu));
            log += times * Math.Log(1 - (2 * zeta * mu));
            first += times * ratio;
            second += times * ratio * ratio;
            third += times * ratio * ratio * ratio;
        }
    }
}
