
namespace Glmm.Sparse.Kernels;

/// <summary>What a link makes of a block of linear predictors.</summary>
/// <param name="predictor">η, moved inside the domain and saturated.</param>
/// <param name="mean">μ = g⁻¹(η).</param>
/// <param name="complement">1 − μ without cancellation; meaningless unless μ lies in (0, 1).</param>
/// <param name="derivative">δ = dμ/dη.</param>
internal readonly struct MeanLanes<T>(T predictor, T mean, T complement, T derivative)
    where T : struct, IRowVector<T>
{
    /// <summary>η, moved inside the domain and saturated.</summary>
    public readonly T Predictor = predictor;

    /// <summary>μ.</summary>
    public readonly T Mean = mean;

    /// <summary>1 − μ.</summary>
    public readonly T Complement = complement;

    /// <summary>δ = dμ/dη.</summary>
    public readonly T Derivative = derivative;
}
