using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>What a link makes of eight linear predictors.</summary>
/// <param name="predictor">η, moved inside the domain and saturated.</param>
/// <param name="mean">μ = g⁻¹(η).</param>
/// <param name="complement">1 − μ without cancellation; only where the mean lies in (0, 1), otherwise meaningless.</param>
/// <param name="derivative">δ = dμ/dη.</param>
internal readonly struct MeanLanes(
    Vector512<double> predictor, Vector512<double> mean, Vector512<double> complement, Vector512<double> derivative)
{
    /// <summary>η, moved inside the domain and saturated.</summary>
    public readonly Vector512<double> Predictor = predictor;

    /// <summary>μ.</summary>
    public readonly Vector512<double> Mean = mean;

    /// <summary>1 − μ.</summary>
    public readonly Vector512<double> Complement = complement;

    /// <summary>δ = dμ/dη.</summary>
    public readonly Vector512<double> Derivative = derivative;
}
