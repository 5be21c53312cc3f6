using Glmm.Sparse.Families;

namespace Glmm.Sparse.Kernels;

/// <summary>The linear predictors that a link maps into a family's domain: an open interval.</summary>
/// <param name="Lower">Its excluded lower end.</param>
/// <param name="Upper">Its excluded upper end.</param>
/// <param name="LowerStandIn">What is evaluated in place of an η at or below <paramref name="Lower"/>.</param>
/// <param name="UpperStandIn">What is evaluated in place of an η at or above <paramref name="Upper"/>.</param>
/// <param name="ExcludesZero">η = 0 is excluded although it lies inside.</param>
/// <remarks>
/// Outside, the mean stays a small distance inside the edge and the row is counted as invalid, so that the caller can
/// shorten its step.
/// </remarks>
internal readonly record struct PredictorDomain(
    double Lower, double Upper, double LowerStandIn, double UpperStandIn, bool ExcludesZero = false)
{
    /// <summary>2⁻²⁶ = √ε: near enough to the edge to be next to it, far enough for δ²/V to be moderate.</summary>
    private const double Near = 1.0 / (1 << 26);

    /// <summary>A positive η below this is an η of 0.</summary>
    private const double Zero = MeanBounds.AlmostZero;

    private static readonly PredictorDomain _everything =
        new(double.NegativeInfinity, double.PositiveInfinity, double.MinValue, double.MaxValue);

    private static readonly PredictorDomain _positive = _everything with { Lower = Zero, LowerStandIn = Near };

    private static readonly PredictorDomain _unit = _positive with { Upper = 1, UpperStandIn = 1 - Near };

    private static readonly PredictorDomain _negative = _everything with { Upper = -Zero, UpperStandIn = -Near };

    private static readonly PredictorDomain _aboveOne = _everything with { Lower = 1, LowerStandIn = 1 + Near };

    /// <summary>Every finite η is inside.</summary>
    public bool IsWholeLine =>
        double.IsNegativeInfinity(Lower) && double.IsPositiveInfinity(Upper) && !ExcludesZero;

    /// <summary>The domain of a link under a family.</summary>
    public static PredictorDomain Of(Link link, MeanDomain domain) => (link.Kind, domain) switch
    {
        (LinkKind.Identity, MeanDomain.Positive) => _positive,
        (LinkKind.Identity, MeanDomain.UnitInterval) => _unit,
        (LinkKind.Log, MeanDomain.UnitInterval) => _negative,
        (LinkKind.Inverse, MeanDomain.Real) => _everything with { ExcludesZero = true },
        (LinkKind.Inverse, MeanDomain.Positive) => _positive,
        (LinkKind.Inverse or LinkKind.InverseSquare, MeanDomain.UnitInterval) => _aboveOne,
        (LinkKind.Sqrt, MeanDomain.UnitInterval) => _unit,
        (LinkKind.Sqrt or LinkKind.InverseSquare, _) => _positive,
        _ => _everything,
    };
}
