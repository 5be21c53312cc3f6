using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

// How the score bends, by the formulas of ScoreSlope. Of the link they need l₁ and l₂, the logarithmic derivatives of
// δ, and m = δ/μ (RelativeDerivative) with its own: k₁ (RelativeBend), which the link knows without cancellation, and
// k₂ = l₂ − m k₁.

/// <content>q = δ: a = l.</content>
internal readonly partial struct ConstantVariance<T>
{
    /// <inheritdoc/>
    public static Type? LinkOfConstantQuotient => typeof(IdentityLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> => bend.First + bend.First;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> => at.Derivative * (at.Derivative - (difference * bend.First));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> =>
        at.Derivative * ((3 * at.Derivative * bend.First)
            - (difference * ((bend.First * bend.First) + bend.Second)));
}

/// <content>s = y m − (1 − y)c with c = δ/(1 − μ); w = m c.</content>
internal readonly partial struct BinomialVariance<T>
{
    /// <inheritdoc/>
    public static Type? LinkOfConstantQuotient => typeof(LogitLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> =>
        bend.First + TLink.RelativeBend<TLink>(at, bend) + (at.Derivative / at.Complement);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var successes = TLink.RelativeDerivative(at) * TLink.RelativeBend<TLink>(at, bend);
        var failures = at.Derivative / at.Complement * TLink.ComplementBend(at, bend);
        return ((T.One - y) * failures) - (y * successes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var m = TLink.RelativeDerivative(at);
        var m1 = TLink.RelativeBend<TLink>(at, bend);
        var m2 = bend.Second - (m * m1);
        var c = at.Derivative / at.Complement;
        var c1 = TLink.ComplementBend(at, bend);
        var c2 = bend.Second + (c * c1);
        return ((T.One - y) * (c * ((c1 * c1) + c2))) - (y * (m * ((m1 * m1) + m2)));
    }
}

/// <content>q = m, r = δ: a = k, b = l.</content>
internal readonly partial struct PoissonVariance<T>
{
    /// <inheritdoc/>
    public static Type? LinkOfConstantQuotient => typeof(LogLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> => bend.First + TLink.RelativeBend<TLink>(at, bend);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> =>
        Quotient<TLink>(
            ScoreSlope<T>.First<TLink>(y, difference, at, TLink.RelativeBend<TLink>(at, bend), bend.First), at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var a1 = TLink.RelativeBend<TLink>(at, bend);
        var a2 = bend.Second - (TLink.RelativeDerivative(at) * a1);
        return Quotient<TLink>(ScoreSlope<T>.Second<TLink>(y, difference, at, bend, new(a1, a2), bend), at);
    }
}

/// <content>q = m/μ, r = m: a₁ = k₁ − m, b = k.</content>
internal readonly partial struct GammaVariance<T>
{
    /// <inheritdoc/>
    public static Type? LinkOfConstantQuotient => typeof(InverseLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> => 2 * TLink.RelativeBend<TLink>(at, bend);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var b1 = TLink.RelativeBend<TLink>(at, bend);
        var a1 = b1 - TLink.RelativeDerivative(at);
        return Quotient<TLink>(ScoreSlope<T>.First<TLink>(y, difference, at, a1, b1), at);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var m = TLink.RelativeDerivative(at);
        var b1 = TLink.RelativeBend<TLink>(at, bend);
        var b2 = bend.Second - (m * b1);
        var a1 = b1 - m;
        var a2 = b2 - (m * b1);
        return Quotient<TLink>(ScoreSlope<T>.Second<TLink>(y, difference, at, bend, new(a1, a2), new(b1, b2)), at);
    }
}

/// <content>q = m/μ², r = m/μ: a₁ = k₁ − 2m, b₁ = k₁ − m.</content>
internal readonly partial struct InverseGaussianVariance<T>
{
    /// <inheritdoc/>
    public static Type? LinkOfConstantQuotient => typeof(InverseSquareLanes<T>);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> =>
        (2 * TLink.RelativeBend<TLink>(at, bend)) - TLink.RelativeDerivative(at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var m = TLink.RelativeDerivative(at);
        var b1 = TLink.RelativeBend<TLink>(at, bend) - m;
        return Quotient<TLink>(ScoreSlope<T>.First<TLink>(y, difference, at, b1 - m, b1), at);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var m = TLink.RelativeDerivative(at);
        var k1 = TLink.RelativeBend<TLink>(at, bend);
        var change = m * k1;
        var b1 = k1 - m;
        var b2 = bend.Second - change - change;
        var a1 = b1 - m;
        var a2 = b2 - change;
        return Quotient<TLink>(ScoreSlope<T>.Second<TLink>(y, difference, at, bend, new(a1, a2), new(b1, b2)), at);
    }
}

/// <content>
/// With ρ = μ/(μ + θ), whose derivative is mρ(1 − ρ): q = m(1 − ρ), r = δ(1 − ρ), a₁ = k₁ − mρ, b₁ = l₁ − mρ.
/// </content>
internal readonly partial struct NegativeBinomialVariance<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        // k₁ + b₁, but what cancels first, as in b₁.
        var m = TLink.RelativeDerivative(at);
        var k1 = TLink.RelativeBend<TLink>(at, bend);
        var reciprocal = T.One / (at.Mean + theta);
        return T.ConditionalSelect(
            T.LessThan(at.Mean, T.Create(theta)),
            (bend.First + k1) - (m * (at.Mean * reciprocal)),
            k1 + k1 + (m * (theta * reciprocal)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var part = Part<TLink>(at, bend, out var b1);
        var a1 = TLink.RelativeBend<TLink>(at, bend) - part;
        return Quotient<TLink>(ScoreSlope<T>.First<TLink>(y, difference, at, a1, b1), at);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        // The derivative of mρ is mρ(k₁ + m(1 − ρ)) = mρ b₁.
        var part = Part<TLink>(at, bend, out var b1);
        var k1 = TLink.RelativeBend<TLink>(at, bend);
        var b2 = bend.Second - (part * b1);
        var a1 = k1 - part;
        var a2 = b2 - (TLink.RelativeDerivative(at) * k1);
        return Quotient<TLink>(ScoreSlope<T>.Second<TLink>(y, difference, at, bend, new(a1, a2), new(b1, b2)), at);
    }

    /// <summary>mρ, and b₁.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Part<TLink>(in MeanLanes<T> at, in BendLanes<T> bend, out T b1)
        where TLink : struct, ILinkLanes<T>
    {
        // b₁ = l₁ − mρ = k₁ + m(1 − ρ), by whichever part of m is the smaller one.
        var m = TLink.RelativeDerivative(at);
        var reciprocal = T.One / (at.Mean + theta);
        var part = m * (at.Mean * reciprocal);
        b1 = T.ConditionalSelect(
            T.LessThan(at.Mean, T.Create(theta)),
            bend.First - part,
            TLink.RelativeBend<TLink>(at, bend) + (m * (theta * reciprocal)));
        return part;
    }
}
