namespace Glmm.Sparse.Families;

/// <summary>The links that have a kernel.</summary>
internal enum LinkKind
{
    /// <summary>η = μ.</summary>
    Identity,

    /// <summary>η = log μ.</summary>
    Log,

    /// <summary>η = log(μ/(1 − μ)).</summary>
    Logit,

    /// <summary>η = Φ⁻¹(μ).</summary>
    Probit,

    /// <summary>η = log(−log(1 − μ)).</summary>
    CLogLog,

    /// <summary>η = tan(π(μ − ½)).</summary>
    Cauchit,

    /// <summary>η = 1/μ.</summary>
    Inverse,

    /// <summary>η = √μ.</summary>
    Sqrt,

    /// <summary>η = 1/μ².</summary>
    InverseSquare,

    /// <summary>The user's own.</summary>
    Custom,
}
