namespace Glmm.Sparse.Results;

/// <summary>One fixed effect of a fit.</summary>
/// <param name="Name">Name of the column of X.</param>
/// <param name="Estimate">α̂_j on the scale of the linear predictor.</param>
/// <param name="StandardError">√Cov(α̂)_jj.</param>
public readonly record struct FixedEffect(string Name, double Estimate, double StandardError)
{
    /// <summary>Wald statistic, estimate over standard error.</summary>
    public double Z => Estimate / StandardError;
}
