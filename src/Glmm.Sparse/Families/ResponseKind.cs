namespace Glmm.Sparse.Families;

/// <summary>The sets of responses that the built-in families allow.</summary>
internal enum ResponseKind
{
    /// <summary>Every finite number.</summary>
    Finite,

    /// <summary>0 ≤ y ≤ 1.</summary>
    Proportion,

    /// <summary>0 &lt; y &lt; 1.</summary>
    OpenProportion,

    /// <summary>0, 1, 2, …</summary>
    Count,

    /// <summary>y ≥ 0.</summary>
    NonNegative,

    /// <summary>y &gt; 0.</summary>
    Positive,
}
