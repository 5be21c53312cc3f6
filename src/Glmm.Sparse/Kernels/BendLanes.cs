namespace Glmm.Sparse.Kernels;

/// <summary>How a link bends: the logarithmic derivatives of δ = dμ/dη, row by row.</summary>
/// <param name="first">d log|δ|/dη.</param>
/// <param name="second">d² log|δ|/dη².</param>
internal readonly struct BendLanes<T>(T first, T second)
    where T : struct, IRowVector<T>
{
    /// <summary>d log|δ|/dη = δ'/δ.</summary>
    public readonly T First = first;

    /// <summary>d² log|δ|/dη².</summary>
    public readonly T Second = second;
}
