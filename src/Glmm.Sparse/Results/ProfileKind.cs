namespace Glmm.Sparse.Results;

/// <summary>What a profiled parameter is.</summary>
public enum ProfileKind
{
    /// <summary>A fixed effect.</summary>
    FixedEffect,

    /// <summary>The standard deviation of a random effect, √D_aa.</summary>
    StandardDeviation,

    /// <summary>The correlation of two random effects.</summary>
    Correlation,

    /// <summary>The dispersion φ.</summary>
    Dispersion,

    /// <summary>The family's shape.</summary>
    Shape,
}
