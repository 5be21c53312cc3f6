namespace Glmm.Sparse.Simulation;

/// <summary>The model that a simulated data set comes from. Immutable; change a copy with <c>with</c>.</summary>
/// <remarks>
/// η = α₁ + α₂x₁ + … + α_p time + β₁ + β₂ time with (β₁, β₂) ~ N(0, D) per cluster; x₁… are standard normal and time
/// runs 0, 1/9, 2/9, … within a cluster.
/// </remarks>
public sealed record SimulationOptions
{
    /// <summary>gaussian, binomial, poisson, gamma, inverse-gaussian or negative-binomial.</summary>
    public required string Family { get; init; }

    /// <summary>The link; the family's usual one when null.</summary>
    public string? Link { get; init; }

    /// <summary>Number of clusters, k.</summary>
    public required int Clusters { get; init; }

    /// <summary>Mean number of rows in a cluster; the number is Poisson but at least 2.</summary>
    public required int ClusterSize { get; init; }

    /// <summary>Every cluster has exactly <see cref="ClusterSize"/> rows.</summary>
    public bool FixedSize { get; init; }

    /// <summary>
    /// α: the intercept, the coefficients of x₁…x_{p−2}, and that of time. One value is the intercept alone, two are
    /// the intercept and time.
    /// </summary>
    public required IReadOnlyList<double> FixedEffects { get; init; }

    /// <summary>
    /// √diag D: the standard deviation of the random intercept and, when there are two, of the slope of time.
    /// </summary>
    public required IReadOnlyList<double> RandomEffectDeviations { get; init; }

    /// <summary>Correlation of random intercept and slope, in [−1, 1].</summary>
    public double Correlation { get; init; }

    /// <summary>
    /// φ (for gaussian the residual variance), above 0; 1 when null. Only for gaussian, gamma and inverse-gaussian.
    /// </summary>
    public double? Dispersion { get; init; }

    /// <summary>θ of the negative binomial, V = μ + μ²/θ; null for the other families.</summary>
    public double? Theta { get; init; }

    /// <summary>The same seed gives the same data on any machine.</summary>
    public required ulong Seed { get; init; }
}
