namespace Glmm.Sparse.Inference;

/// <summary>The reference distribution of Wald statistics: how many degrees of freedom t and F have.</summary>
public enum DegreesOfFreedomMethod
{
    /// <summary>Infinitely many: the normal and chi-square distributions, Wald z.</summary>
    Infinite,

    /// <summary>n − p, those of the residuals, as if rows were independent.</summary>
    Residual,

    /// <summary>
    /// The rows' degrees of freedom divided as by SAS's <c>ddfm=betwithin</c>: a column that varies within some cluster
    /// has n − k − (number of such columns), one that does not, the intercept too, k − (number of those).
    /// </summary>
    BetweenWithin,

    /// <summary>k − 1, those of the clusters: what goes with cluster-robust covariances.</summary>
    Clusters,

    /// <summary>
    /// Satterthwaite's (1946): those of the chi-square distribution whose variance matches that of the estimated
    /// variance of the contrast, from the observed information on the variance parameters; as lmerTest (Kuznetsova,
    /// Brockhoff &amp; Christensen 2017).
    /// </summary>
    Satterthwaite,

    /// <summary>
    /// Kenward &amp; Roger's (1997): a covariance adjusted for small samples, a scaled F and its degrees of freedom,
    /// from the expected information; as pbkrtest (Halekoh &amp; Højsgaard 2014) and SAS's <c>ddfm=kr</c>.
    /// </summary>
    KenwardRoger,
}
