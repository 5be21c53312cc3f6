using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>Derivatives with respect to log φ, by which a and b are their own.</content>
internal readonly partial struct BetaVariance<T> : IShapeLanes<T>
{
    /// <summary>aR′(a) + bR′(b) + φK.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfObjective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        TLink.Logarithms(at, out var logMean, out var logComplement);
        var divergence = Divergence(y, difference, at, logMean, logComplement);
        T a = Lanes<T>.Clamp(at.Mean * precision, 1e-100, 1e100);
        T b = Lanes<T>.Clamp(at.Complement * precision, 1e-100, 1e100);
        var remainders = (a * VectorMath<T>.DigammaRemainder(a)) + (b * VectorMath<T>.DigammaRemainder(b));
        return T.MultiplyAdd(divergence, precision, remainders);
    }

    /// <summary>−G₁ − ma²ψ′(a + 1) + cb²ψ′(b + 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfScore<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        T m = TLink.RelativeDerivative(at), c = ComplementDerivative(at);
        T a = Shape(at.Mean), b = Shape(at.Complement);
        var ofMean = m * (a * (a * VectorMath<T>.Trigamma(a + 1)));
        var ofComplement = c * (b * (b * VectorMath<T>.Trigamma(b + 1)));
        return (ofComplement - ofMean) - G1(y, at);
    }

    /// <summary>m²(2a²ψ′(a + 1) + a³ψ″(a + 1)), and the same of c and b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfWeight<TLink>(in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        T m = TLink.RelativeDerivative(at), c = ComplementDerivative(at);
        return (m * m * SlopeOfSquare(Shape(at.Mean))) + (c * c * SlopeOfSquare(Shape(at.Complement)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> =>
        ChainRule<T>.Second(
            -ShapeSlopeOfScore<TLink>(y, difference, at), ShapeSlopeOfWeight<TLink>(at), bend);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T SlopeOfSquare(T a)
    {
        var trigamma = VectorMath<T>.Trigamma(a + 1);
        return a * (a * T.MultiplyAdd(a, VectorMath<T>.Tetragamma(a + 1), trigamma + trigamma));
    }
}
