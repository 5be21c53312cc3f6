namespace Glmm.Sparse.Results;

/// <summary>A profile likelihood interval. Immutable.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Estimate">Its estimate; NaN for a correlation with an effect whose variance is 0.</param>
/// <param name="Lower">The lower bound; NaN where it was not found.</param>
/// <param name="Upper">The upper bound; NaN where it was not found.</param>
/// <param name="Level">Its level, such as 0.95.</param>
/// <param name="LowerBound">What the lower bound is.</param>
/// <param name="UpperBound">What the upper bound is.</param>
public sealed record ProfileInterval(
    ProfileParameter Parameter, double Estimate, double Lower, double Upper, double Level, ProfileBound LowerBound,
    ProfileBound UpperBound);
