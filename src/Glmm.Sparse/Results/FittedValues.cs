namespace Glmm.Sparse.Results;

/// <summary>Fitted values and residuals, one entry per row of the design, in its row order.</summary>
/// <param name="Mean">μ̂.</param>
/// <param name="LinearPredictor">η̂.</param>
/// <param name="PearsonResidual">(y − μ̂)√(ω/V(μ̂)), not divided by √φ.</param>
/// <param name="DevianceResidual">sign(y − μ̂)√d.</param>
public sealed record FittedValues(
    double[] Mean, double[] LinearPredictor, double[] PearsonResidual, double[] DevianceResidual);
