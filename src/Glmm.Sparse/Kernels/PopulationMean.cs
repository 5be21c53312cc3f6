using System.Runtime.CompilerServices;
using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>
/// The mean of a population, m(η, s²) = ∫ g⁻¹(η + sz)φ(z) dz with s² = zᵀDz, and its derivative in η. Immutable and
/// thread-safe; allocates nothing once its grids are made.
/// </summary>
/// <remarks>
/// Closed forms for the identity (η), log (exp(η + s²/2)), probit (Φ(η/√(1 + s²))) and square root (η² + s²) links, as
/// if the inverse link held on the whole line; the trapezoidal rule (<see cref="NormalGrid"/>) for the others, to a
/// relative 1e-10. 1/η and 1/√η have no mean over a normal η, which comes near 0 or below however rarely: for these
/// links the random effects within six standard deviations are meant, and the mean is NaN where 0 is less than 6.5 of
/// them away.
/// </remarks>
internal sealed class PopulationMean(WorkingKernel kernel)
{
    private const double Tail = 6.7;
    private const double InverseTail = 6;
    private const double InverseClearance = 6.5;
    private const int BlockNodes = 64;

    // −log of the relative error that is aimed at.
    private const double Digits = 26.5;

    private readonly LinkKind _kind = kernel.Link.Kind;

    /// <summary>Means and derivatives of rows.</summary>
    /// <param name="eta">η, n; overwritten.</param>
    /// <param name="spread">s², n.</param>
    /// <param name="mean">Receives m, n.</param>
    /// <param name="derivative">Receives dm/dη, n.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Fill(Span<double> eta, ReadOnlySpan<double> spread, Span<double> mean, Span<double> derivative)
    {
        switch (_kind)
        {
            case LinkKind.Identity:
                kernel.Mean(eta, mean, derivative);
                break;
            case LinkKind.Log:
                for (int i = 0; i < eta.Length; i++) eta[i] += 0.5 * spread[i];
                kernel.Mean(eta, mean, derivative);
                break;
            case LinkKind.Probit:
                for (int i = 0; i < eta.Length; i++) eta[i] /= Math.Sqrt(1 + spread[i]);
                kernel.Mean(eta, mean, derivative);
                for (int i = 0; i < eta.Length; i++) derivative[i] /= Math.Sqrt(1 + spread[i]);
                break;
            case LinkKind.Sqrt:
                for (int i = 0; i < eta.Length; i++)
                    (mean[i], derivative[i]) = (Math.FusedMultiplyAdd(eta[i], eta[i], spread[i]), 2 * eta[i]);
                break;
            default:
                for (int i = 0; i < eta.Length; i++)
                    mean[i] = Integrate(eta[i], Math.Sqrt(spread[i]), out derivative[i]);
                break;
        }
    }

    private double Integrate(double eta, double s, out double derivative)
    {
        derivative = double.NaN;
        if (!double.IsFinite(eta) || !double.IsFinite(s)) return double.NaN;

        // How far off the real line the mean is analytic as a function of η: the nearest pole, or where exp(−exp η)
        // begins to grow. Towards an exponential tail the integrand's peak moves from 0 by up to s.
        double strip, shift = s == 0 ? 0 : Math.Min(s, Math.Abs(eta) / s);
        switch (_kind)
        {
            case LinkKind.Logit: strip = Math.PI; break;
            case LinkKind.CLogLog:
                // Above, dμ/dη peaks at η = 0 however far that is.
                (strip, shift) = (0.4 * Math.PI, eta > 0 && s > 0 ? eta / s : shift);
                break;
            case LinkKind.Cauchit: (strip, shift) = (1, 0.5); break;
            case LinkKind.Inverse or LinkKind.InverseSquare:
                if (Math.Abs(eta) < InverseClearance * s || (_kind == LinkKind.InverseSquare && eta <= 0))
                    return double.NaN;
                return Sum(NormalGrid.NotAbove(0.35), eta, s, InverseTail, InverseTail, out derivative);
            default:
                return Refine(eta, s, out derivative);
        }

        double distance = strip / s;
        NormalGrid grid = NormalGrid.NotAbove(
            s == 0 ? double.MaxValue : 2 * Math.PI * distance / (Digits + (0.5 * distance * distance)));
        double limit = NormalGrid.Reach;
        return Sum(
            grid, eta, s, Math.Min(limit, eta > 0 ? Tail + shift : Tail),
            Math.Min(limit, eta > 0 ? Tail : Tail + shift), out derivative);
    }

    // A user's link, of which nothing is known: halve the step until nothing changes.
    private double Refine(double eta, double s, out double derivative)
    {
        double step = 0.5, mean = Sum(NormalGrid.NotAbove(step), eta, s, Tail, Tail, out derivative);
        for (int halving = 0; halving < 9; halving++)
        {
            double before = mean;
            step *= 0.5;
            mean = Sum(NormalGrid.NotAbove(step), eta, s, Tail, Tail, out derivative);
            if (Math.Abs(mean - before) <= 1e-11 * Math.Abs(mean)) break;
        }

        return mean;
    }

    // Σ w_k g⁻¹(η + shk) for −below ≤ kh ≤ above, and a few k more, so that the vectors of the kernel are full.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Sum(NormalGrid grid, double eta, double s, double below, double above, out double derivative)
    {
        Span<double> nodes = stackalloc double[BlockNodes], means = stackalloc double[BlockNodes];
        Span<double> derivatives = stackalloc double[BlockNodes];
        ReadOnlySpan<double> weights = grid.Weights;
        double step = s * grid.Step, sum = 0, slope = 0;
        int start = -(int)(below / grid.Step), length = (int)(above / grid.Step) + 1 - start;
        length = (length + NormalGrid.Excess - 1) / NormalGrid.Excess * NormalGrid.Excess;
        for (int first = start; first < start + length; first += BlockNodes)
        {
            int count = Math.Min(BlockNodes, start + length - first);
            for (int i = 0; i < count; i++) nodes[i] = Math.FusedMultiplyAdd(step, first + i, eta);
            kernel.Mean(nodes[..count], means[..count], derivatives[..count]);
            for (int i = 0; i < count; i++)
            {
                double weight = weights[Math.Abs(first + i)];
                sum = Math.FusedMultiplyAdd(weight, means[i], sum);
                slope = Math.FusedMultiplyAdd(weight, derivatives[i], slope);
            }
        }

        derivative = slope;
        return sum;
    }
}
