namespace Glmm.Sparse.Formula;

/// <summary>How p-values of several contrasts are adjusted for their number.</summary>
public enum PValueAdjustment
{
    /// <summary>They are left as they are.</summary>
    None,

    /// <summary>Multiplied by their number.</summary>
    Bonferroni,

    /// <summary>Holm's (1979) step-down method: controls the familywise error like Bonferroni's, and is never less
    /// powerful.</summary>
    Holm,
}
