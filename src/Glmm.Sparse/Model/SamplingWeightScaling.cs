namespace Glmm.Sparse.Model;

/// <summary>What becomes of the sampling weights of the rows of a cluster before they are used.</summary>
/// <remarks>Only their ratios within a cluster say which rows stand for more; their level would count as information
/// and bias D (Pfeffermann et al. 1998; Rabe-Hesketh &amp; Skrondal 2006; Carle 2009).</remarks>
public enum SamplingWeightScaling
{
    /// <summary>They add up to the number of the cluster's rows (method 2 of Rabe-Hesketh &amp; Skrondal).</summary>
    ClusterSize,

    /// <summary>They add up to the cluster's effective sample size, (Σw)²/Σw² (method 1).</summary>
    EffectiveSize,

    /// <summary>They are used as they are.</summary>
    None,
}
