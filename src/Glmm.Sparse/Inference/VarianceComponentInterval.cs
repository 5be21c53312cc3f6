namespace Glmm.Sparse.Inference;

/// <summary>How intervals of variances and standard deviations are made. Those of correlations are by Fisher's z
/// throughout, those of covariances symmetric.</summary>
public enum VarianceComponentInterval
{
    /// <summary>Normal on the scale of the logarithm of the standard deviation.</summary>
    LogScale,

    /// <summary>Satterthwaite's: the estimate is taken for a multiple of a chi-square variable with 2(v/se)² degrees of
    /// freedom, as is exact for balanced one-way layouts of mean squares.</summary>
    Satterthwaite,
}
