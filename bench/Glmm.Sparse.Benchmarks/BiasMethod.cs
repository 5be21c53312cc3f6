using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A method of the study: a name for its column, and how it fits.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Fit">Fits a design with one random effect.</param>
internal sealed record BiasMethod(string Name, Func<ClusteredDesign, Family, BiasEstimate> Fit)
{
    private static readonly FitOptions _first = new() { Threads = 1 };
    private static readonly FitOptions _second = _first with { Order = 2 };

    /// <summary>All methods, in the order of the table.</summary>
    internal static IReadOnlyList<BiasMethod> All { get; } =
    [
        new("MQL", (design, family) => Of(Mql.Fit(design, family, options: _first))),
        new("MQL, 2nd order", (design, family) => Of(Mql.Fit(design, family, options: _second))),
        new("PQL", (design, family) => Of(Pql.Fit(design, family, options: _first))),
        new("PQL, corrected", (design, family) => VarianceCorrection.Apply(design, family, _first)),
        new("PQL, 2nd order", (design, family) => Of(Pql.Fit(design, family, options: _second))),
        new("Laplace", (design, family) => Of(Laplace.Fit(design, family, options: _first))),
        new("AGHQ", (design, family) => Of(AdaptiveQuadrature.Fit(design, family, options: _first))),
    ];

    private static BiasEstimate Of(GlmmFit fit) => new(
        [.. fit.FixedEffects.Select(e => e.Estimate)], fit.Covariance[0, 0], fit.Converged, fit.DataPasses);
}

/// <summary>What a method says of a data set.</summary>
/// <param name="FixedEffects">α̂.</param>
/// <param name="Variance">τ̂².</param>
/// <param name="Converged">Whether it is a solution.</param>
/// <param name="Passes">Sweeps over the data.</param>
internal readonly record struct BiasEstimate(double[] FixedEffects, double Variance, bool Converged, int Passes);
