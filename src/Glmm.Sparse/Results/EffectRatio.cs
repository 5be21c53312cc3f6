namespace Glmm.Sparse.Results;

/// <summary>An exponentiated effect: an odds ratio (logit), a rate or mean ratio (log). Immutable.</summary>
/// <param name="Name">Name of the effect.</param>
/// <param name="Ratio">exp of the estimate; of an intercept the odds or the mean at 0 of all covariates.</param>
/// <param name="Lower">exp of the interval's lower bound.</param>
/// <param name="Upper">exp of the interval's upper bound.</param>
/// <param name="PValue">The p-value of the effect, of a ratio of 1.</param>
public sealed record EffectRatio(string Name, double Ratio, double Lower, double Upper, double PValue)
{
    /// <summary>Name, ratio, interval and p-value in a line.</summary>
    public override string ToString() => FixedEffectText.Line(this);
}
