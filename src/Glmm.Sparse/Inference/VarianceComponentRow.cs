namespace Glmm.Sparse.Inference;

/// <summary>One estimate about variances; see <see cref="VarianceComponentInference"/>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="First">The random effect, or the name of the shape; empty for φ.</param>
/// <param name="Second">The other random effect of a covariance or correlation, else empty.</param>
/// <param name="Estimate">The estimate.</param>
/// <param name="StandardError">Its standard error; NaN on the boundary.</param>
/// <param name="Lower">Lower end of the interval; NaN where there is none.</param>
/// <param name="Upper">Upper end of the interval; NaN where there is none.</param>
/// <param name="Note">What is special about it in words, such as that it lies on the boundary; null mostly.</param>
public sealed record VarianceComponentRow(
    VarianceComponentKind Kind, string First, string Second, double Estimate, double StandardError, double Lower,
    double Upper, string? Note = null);
