namespace Glmm.Sparse.Kernels;

/// <summary>
/// What a variance with a shape ξ adds: derivatives with respect to log ξ on a block of rows, prior weights left out.
/// </summary>
internal interface IShapeLanes<T>
    where T : struct, IRowVector<T>
{
    /// <summary>Of the objective; may be infinite, is never NaN.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <typeparam name="TLink">The link.</typeparam>
    public T ShapeSlopeOfObjective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>Of the score.</summary>
    /// <inheritdoc cref="ShapeSlopeOfObjective"/>
    public T ShapeSlopeOfScore<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>Of the expected weight.</summary>
    public T ShapeSlopeOfWeight<TLink>(in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>;

    /// <summary>Of the observed weight.</summary>
    /// <param name="y">The response.</param>
    /// <param name="difference">y − μ, exact in the tails.</param>
    /// <param name="at">The mean.</param>
    /// <param name="bend">How the link bends there.</param>
    /// <typeparam name="TLink">The link.</typeparam>
    public T ShapeSlopeOfObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>;
}
