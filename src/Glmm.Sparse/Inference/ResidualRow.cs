namespace Glmm.Sparse.Inference;

/// <summary>The residuals of one row; see <see cref="ResidualSet"/>.</summary>
/// <param name="Row">Zero-based row of the design.</param>
/// <param name="Mean">μ̂.</param>
/// <param name="LinearPredictor">η̂.</param>
/// <param name="Response">y − μ̂.</param>
/// <param name="Pearson">(y − μ̂)√(ω/V(μ̂)).</param>
/// <param name="Deviance">sign(y − μ̂)√d.</param>
/// <param name="Working">(y − μ̂)/δ.</param>
/// <param name="Quantile">Randomised quantile residual; NaN where the family has no distribution.</param>
public readonly record struct ResidualRow(
    int Row, double Mean, double LinearPredictor, double Response, double Pearson, double Deviance, double Working,
    double Quantile);
