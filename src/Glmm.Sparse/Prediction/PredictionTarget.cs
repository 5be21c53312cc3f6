namespace Glmm.Sparse.Prediction;

/// <summary>What is predicted of a row (x, z, offset o) of a cluster whose random effects have mode b̂.</summary>
public enum PredictionTarget
{
    /// <summary>The linear predictor η = o + xᵀα̂ + zᵀb̂; without zᵀb̂ where the cluster is not known.</summary>
    LinearPredictor,

    /// <summary>The mean of a response of this cluster, g⁻¹(η); for a cluster that is not known the mean at b = 0, that
    /// of the typical cluster, which is not the population's mean unless the link is the identity.</summary>
    ConditionalMean,

    /// <summary>The mean of the population, ∫ g⁻¹(o + xᵀα̂ + zᵀb) dN(b; 0, D): over all clusters, whichever the row's
    /// own is. Links <c>inverse</c> and <c>inverse-square</c> have no such mean, for some η = o + xᵀα̂ + zᵀb come near 0
    /// or below however rarely; for them it is the mean over all b within six standard deviations of zᵀb, and NaN where η
    /// at b = 0 is less than 6.5 of them from 0.</summary>
    PopulationMean,
}
