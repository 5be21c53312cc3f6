namespace Glmm.Sparse.Inference;

/// <summary>How much a finding matters.</summary>
public enum ConvergenceSeverity
{
    /// <summary>As it should be, or a fact to know.</summary>
    Note,

    /// <summary>Estimates stand, but some of what is inferred from them may not.</summary>
    Warning,

    /// <summary>Do not use the estimates.</summary>
    Problem,
}
