using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>
/// Derivatives with respect to log φ, by which s = μ/φ has the derivative −s, G₁ −(G₁ + G₂), and G₂ −(2G₂ + G₃).
/// </content>
internal readonly partial struct NegativeBinomial1Variance<T> : IShapeLanes<T>
{
    /// <summary>The derivative of log(1 + φ)/φ with respect to log φ.</summary>
    private double Bend => _share - _slope;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfObjective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var rising = new RisingCount(y);
        return (at.Mean * Bend) + (rising.G1(Size(at)) - rising.More);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfScore<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var rising = new RisingCount(y);
        var size = Size(at);
        return -ShapeSlopeOfFirst<TLink>(rising.G1(size), rising.G2(size), at);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfWeight<TLink>(in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => Quotient<TLink>(at.Derivative, at) * (-_phi * _share);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var rising = new RisingCount(y);
        var size = Size(at);
        T m = TLink.RelativeDerivative(at), g2 = rising.G2(size);
        var ofFirst = ShapeSlopeOfFirst<TLink>(rising.G1(size), g2, at);
        var ofSecond = m * m * (g2 + g2 + rising.G3(size));
        return ChainRule<T>.Second(ofFirst, ofSecond, bend);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T ShapeSlopeOfFirst<TLink>(T g1, T g2, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        (at.Derivative * Bend) + (TLink.RelativeDerivative(at) * (g1 + g2));
}
