using Glmm.Sparse.Families;
using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Prediction;

/// <summary>Means of rows given η, or of a population given its spread, with NaN where η is NaN. Immutable and
/// thread-safe.</summary>
internal sealed class TargetMeans(WorkingKernel kernel)
{
    private readonly PopulationMean _population = new(kernel);
    private readonly PredictorDomain _domain = PredictorDomain.Of(kernel.Link, kernel.Family.Domain);
    private readonly LinkKind _kind = kernel.Link.Kind;

    /// <summary>Means and their derivatives in η.</summary>
    /// <param name="eta">η, n; may be overwritten.</param>
    /// <param name="spread">s² = zᵀDz, n, for means of a population; empty for means at η.</param>
    /// <param name="mean">Receives the means, n.</param>
    /// <param name="slope">Receives their derivatives, n.</param>
    internal void Fill(Span<double> eta, ReadOnlySpan<double> spread, Span<double> mean, Span<double> slope)
    {
        if (spread.IsEmpty) kernel.Mean(eta, mean, slope);
        else _population.Fill(eta, spread, mean, slope);

        // The kernel makes a number of everything.
        for (int i = 0; i < eta.Length; i++)
        {
            if (double.IsNaN(eta[i])) mean[i] = slope[i] = double.NaN;
        }
    }

    /// <summary>Ends of intervals of η overwritten by means. An end beyond the link's domain has the mean that is
    /// approached at the domain's edge: 0 for the square root of a count, ∞ for an inverse.</summary>
    /// <param name="ends">η, n; overwritten.</param>
    /// <param name="spread">As in <see cref="Fill"/>.</param>
    /// <param name="work">Scratch, n.</param>
    /// <param name="slope">Scratch, n.</param>
    internal void FillEnds(Span<double> ends, ReadOnlySpan<double> spread, Span<double> work, Span<double> slope)
    {
        for (int i = 0; i < ends.Length; i++) work[i] = Math.Clamp(ends[i], _domain.Lower, _domain.Upper);
        bool hasEdges = !_domain.IsWholeLine && (spread.IsEmpty || _kind == LinkKind.Identity);
        Fill(work, spread, slope, work);
        for (int i = 0; i < ends.Length; i++)
        {
            if (double.IsNaN(ends[i])) continue;
            ends[i] = !hasEdges || (ends[i] > _domain.Lower && ends[i] < _domain.Upper)
                ? slope[i]
                : EdgeMean(ends[i] <= _domain.Lower ? _domain.Lower : _domain.Upper);
        }
    }

    // The edges are next to 0, 1 or ±∞.
    private double EdgeMean(double edge) => _kind switch
    {
        LinkKind.Log => Math.Exp(edge),
        LinkKind.Inverse or LinkKind.InverseSquare => edge < 0.5 ? double.PositiveInfinity : 1,
        _ => edge < 0.5 ? 0 : edge,
    };
}
