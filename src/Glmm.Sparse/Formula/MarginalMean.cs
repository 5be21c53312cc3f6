using Glmm.Sparse.Results;

namespace Glmm.Sparse.Formula;

/// <summary>An estimated marginal mean. Immutable.</summary>
/// <param name="Levels">The levels of the factors that the means are over, then of those they are by.</param>
/// <param name="Link">The mean of the linear predictor, the mean offset in, with its test against 0 and its
/// interval.</param>
/// <param name="Response">The inverse link of it: the mean response where all random effects are 0.</param>
/// <param name="ResponseStandardError">Its standard error, by the delta method.</param>
/// <param name="ResponseLower">Lower bound, the inverse link of the interval's.</param>
/// <param name="ResponseUpper">Upper bound.</param>
public sealed record MarginalMean(
    IReadOnlyList<string> Levels, FixedEffectEstimate Link, double Response, double ResponseStandardError,
    double ResponseLower, double ResponseUpper)
{
    /// <summary>Levels, mean and interval on the scale of the linear predictor in a line.</summary>
    public override string ToString() => Link.ToString();
}
