using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <content>
/// Derivatives with respect to log θ. They are short because 1 − ρ = θ/(μ + θ), the only place of θ in the score, has
/// the derivative ρ(1 − ρ), ρ = μ/(μ + θ).
/// </content>
internal readonly partial struct NegativeBinomialVariance<T> : IShapeLanes<T>
{
    /// <summary>θ(log(1 + μ/θ) − ρ) + y(1 − ρ), two terms that are never negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfObjective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        // log(1 + μ/θ) is −log(1 − ρ), of which ρ is the first term, or, with 1 − ρ the smaller one,
        // log(μ/θ) − log(1 − (1 − ρ)).
        var size = T.Create(theta);
        var isLarge = T.LessThan(size, at.Mean);
        var reciprocal = T.One / (at.Mean + theta);
        var share = theta * reciprocal;
        var rho = at.Mean * reciprocal;
        var smaller = T.ConditionalSelect(isLarge, share, rho);
        var rest = VectorMath<T>.MinusLogOfComplementBeyondFirst(smaller);
        var large = (TLink.LogMean(at) - _logTheta) + (rest + (share - rho));
        return T.MultiplyAdd(y, share, theta * T.ConditionalSelect(isLarge, large, rest));
    }

    /// <summary>sρ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfScore<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        Quotient<TLink>(difference, at) * (at.Mean / (at.Mean + theta));

    /// <summary>wρ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfWeight<TLink>(in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        Quotient<TLink>(at.Derivative, at) * (at.Mean / (at.Mean + theta));

    /// <summary>−d(sρ)/dη: the observed weight of a score with qρ for q, which adds m(1 − ρ) to a₁ and b₁.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ShapeSlopeOfObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        // a₁ + m(1 − ρ) is b₁ − mρ.
        var part = Part<TLink>(at, bend, out var b1);
        var reciprocal = T.One / (at.Mean + theta);
        var other = TLink.RelativeDerivative(at) * (theta * reciprocal);
        var slope = ScoreSlope<T>.First<TLink>(y, difference, at, b1 - part, b1 + other);
        return Quotient<TLink>(slope, at) * (at.Mean * reciprocal);
    }
}
