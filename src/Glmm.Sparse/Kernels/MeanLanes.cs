using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>What a link makes of four linear predictors.</summary>
/// <param name="predictor">η, moved inside the domain and saturated.</param>
/// <param name="mean">μ = g⁻¹(η).</param>
/// <param name="complement">1 − μ without cancellation; meaningless unless μ lies in (0, 1).</param>
/// <param name="derivative">δ = dμ/dη.</param>
internal readonly struct MeanLanes(
    Vector256<double> predictor, Vector256<double> mean, Vector256<double> complement, Vector256<double> derivative)
{
    /// <summary>η, moved inside the domain and saturated.</summary>
    public readonly Vector256<double> Predictor = predictor;

    /// <summary>μ.</summary>
    public readonly Vector256<double> Mean = mean;

    /// <summary>1 − μ.</summary>
    public readonly Vector256<double> Complement = complement;

    /// <summary>δ = dμ/dη.</summary>
    public readonly Vector256<double> Derivative = derivative;
}
