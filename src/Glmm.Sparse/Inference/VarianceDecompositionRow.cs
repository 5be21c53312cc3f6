namespace Glmm.Sparse.Inference;

/// <summary>R² and ICC with one choice of the residual variance; see <see cref="VarianceDecomposition"/>.</summary>
/// <param name="Kind">The choice.</param>
/// <param name="ResidualVariance">σ²_ε on the scale of the link.</param>
/// <param name="MarginalR2">σ²_f/(σ²_f + σ²_α + σ²_ε), explained by fixed effects.</param>
/// <param name="ConditionalR2">(σ²_f + σ²_α)/(σ²_f + σ²_α + σ²_ε), explained by fixed and random effects.</param>
/// <param name="AdjustedIcc">σ²_α/(σ²_α + σ²_ε), the variance partition coefficient given the fixed effects.</param>
/// <param name="UnadjustedIcc">σ²_α/(σ²_f + σ²_α + σ²_ε).</param>
public sealed record VarianceDecompositionRow(
    VarianceDecompositionKind Kind, double ResidualVariance, double MarginalR2, double ConditionalR2,
    double AdjustedIcc, double UnadjustedIcc);
