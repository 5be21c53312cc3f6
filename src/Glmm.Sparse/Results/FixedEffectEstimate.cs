namespace Glmm.Sparse.Results;

/// <summary>A fixed effect, or a combination of them, with its test and interval. Immutable.</summary>
/// <param name="Name">Name of the effect.</param>
/// <param name="Estimate">wᵀα̂, on the scale of the linear predictor.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Statistic">(Estimate − hypothesis)/standard error: t, or z where the degrees of freedom are
/// infinite.</param>
/// <param name="DegreesOfFreedom">Degrees of freedom of t; infinite for z.</param>
/// <param name="PValue">Two-sided p-value, exact in the far tails.</param>
/// <param name="Lower">Lower bound of the interval.</param>
/// <param name="Upper">Upper bound of the interval.</param>
public sealed record FixedEffectEstimate(
    string Name, double Estimate, double StandardError, double Statistic, double DegreesOfFreedom, double PValue,
    double Lower, double Upper)
{
    /// <summary>Name, estimate, standard error, statistic and p-value in a line.</summary>
    public override string ToString() => FixedEffectText.Line(this);
}
