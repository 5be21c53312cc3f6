namespace Glmm.Sparse.Families;

/// <summary>The open set in which a family's mean lives.</summary>
public enum MeanDomain
{
    /// <summary>Every finite number.</summary>
    Real,

    /// <summary>μ &gt; 0.</summary>
    Positive,

    /// <summary>0 &lt; μ &lt; 1.</summary>
    UnitInterval,
}
