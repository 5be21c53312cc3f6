using Glmm.Sparse.Results;

namespace Glmm.Sparse.Formula;

/// <summary>A difference of two marginal means. Immutable.</summary>
/// <param name="By">The levels of the factors that the means are by; empty where there are none.</param>
/// <param name="Difference">The difference on the scale of the linear predictor, with its unadjusted test.</param>
/// <param name="Ratio">exp of it for the links log and logit, a ratio of means or odds; else null.</param>
/// <param name="AdjustedPValue">The p-value adjusted for the number of pairs with the same levels of
/// <paramref name="By"/>.</param>
public sealed record MarginalContrast(
    IReadOnlyList<string> By, FixedEffectEstimate Difference, EffectRatio? Ratio, double AdjustedPValue)
{
    /// <summary>The difference in a line.</summary>
    public override string ToString() => Difference.ToString();
}
