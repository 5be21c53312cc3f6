using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>Beta of shapes a = μφ and b = (1 − μ)φ: V = μ(1 − μ)/(1 + φ), with a score of its own.</summary>
/// <remarks>
/// <para>
/// Where the precision φ is large, log Γ(φ), log Γ(a) and log Γ(b) are huge and nearly cancel. So Stirling's terms of
/// the three are put together, and what they leave is Binet's R: with K = μ log(μ/y) + (1 − μ) log((1 − μ)/(1 − y)),
/// log f = ½ log(φ/2π) + R(φ) − R(a) − R(b) + ½ log(μ(1 − μ)) − φK − log(y(1 − y)).
/// </para>
/// <para>
/// Derivatives are taken of −log μ − log(1 − μ) + log Γ(a + 1) + log Γ(b + 1) − a log y − b log(1 − y), where nothing
/// cancels for extreme means. With m = δ/μ and c = δ/(1 − μ), those of the part after the first two terms, with respect
/// to μ and times δ, δ² and δ³, are G₁ = φδ(ψ(a + 1) − ψ(b + 1) − log(y/(1 − y))),
/// G₂ = m²a²ψ′(a + 1) + c²b²ψ′(b + 1) and G₃ = m³a³ψ″(a + 1) − c³b³ψ″(b + 1); the first two terms are those of
/// <see cref="BinomialVariance{T}"/>. The second derivative with respect to μ does not depend on y, so it is the
/// expected information too (Ferrari &amp; Cribari-Neto 2004).
/// </para>
/// <para>
/// The deviance is twice ω times the log-likelihood at μ = y less that at μ, which has its maximum near y but not at y,
/// so that it can fall a little below 0.
/// </para>
/// <para>
/// The larger parts are calls: inlined together, they would use up what the JIT grants to the loop around them.
/// </para>
/// </remarks>
internal readonly partial struct BetaVariance<T>(double precision) : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    public static bool HasOwnScore => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => at.Mean * at.Complement / T.Create(1 + precision);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => a * (at.Derivative / (at.Mean * at.Complement)) * (1 + precision);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) =>
        x / T.Sqrt(at.Mean * at.Complement) * Math.Sqrt(1 + precision);

    /// <summary>The objective less that at μ = y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var failures = T.One - y;
        var perfect = Remainders(y, failures) - (0.5 * (LogOf(y) + LogOf(failures)));
        return Objective<TLink>(y, difference, at) - perfect;
    }

    /// <summary>R(a) + R(b) − ½ log(μ(1 − μ)) + φK.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        TLink.Logarithms(at, out var logMean, out var logComplement);
        var free = Remainders(at.Mean, at.Complement) - (0.5 * (logMean + logComplement));
        return T.MultiplyAdd(Divergence(y, difference, at, logMean, logComplement), precision, free);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T OwnScore<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        (TLink.RelativeDerivative(at) - ComplementDerivative(at)) - G1(y, at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T OwnWeight<TLink>(in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        T m = TLink.RelativeDerivative(at), c = ComplementDerivative(at);
        return (m * m) + (c * c) + G2(m, c, at);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        T m = TLink.RelativeDerivative(at), c = ComplementDerivative(at);
        T ofMean = m * m, ofComplement = c * c, g2 = G2(m, c, at);
        var slope = (ofMean * TLink.RelativeBend<TLink>(at, bend))
            + (ofComplement * TLink.ComplementBend(at, bend)) + (g2 * bend.First);
        return (slope + slope + G3(m, c, at)) / (ofMean + ofComplement + g2);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        T m = TLink.RelativeDerivative(at), c = ComplementDerivative(at);
        var ofLogarithms = (c * TLink.ComplementBend(at, bend)) - (m * TLink.RelativeBend<TLink>(at, bend));
        return ChainRule<T>.Second(G1(y, at), G2(m, c, at), bend) + ofLogarithms;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        T m = TLink.RelativeDerivative(at), c = ComplementDerivative(at);
        var m1 = TLink.RelativeBend<TLink>(at, bend);
        var m2 = bend.Second - (m * m1);
        var c1 = TLink.ComplementBend(at, bend);
        var c2 = bend.Second + (c * c1);
        var ofLogarithms = (c * ((c1 * c1) + c2)) - (m * ((m1 * m1) + m2));
        return ChainRule<T>.Third(G1(y, at), G2(m, c, at), G3(m, c, at), bend) + ofLogarithms;
    }

    /// <summary>K, the two halves of a relative entropy, whose linear terms cancel.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T Divergence(T y, T difference, in MeanLanes<T> at, T logMean, T logComplement)
    {
        var failures = T.One - y;
        return Lanes<T>.RelativeEntropy(at.Mean, y, -difference, logMean - LogOf(y))
            + Lanes<T>.RelativeEntropy(at.Complement, failures, difference, logComplement - LogOf(failures));
    }

    /// <summary>R(a) + R(b).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Remainders(T mean, T complement) =>
        VectorMath<T>.LogGammaRemainder(Lanes<T>.Clamp(mean * precision, 1e-300, 1e100))
        + VectorMath<T>.LogGammaRemainder(Lanes<T>.Clamp(complement * precision, 1e-300, 1e100));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T G1(T y, in MeanLanes<T> at)
    {
        var ofMean = VectorMath<T>.Digamma(Shape(at.Mean) + 1) - LogOf(y);
        var ofComplement = VectorMath<T>.Digamma(Shape(at.Complement) + 1) - LogOf(T.One - y);
        return at.Derivative * ((ofMean - ofComplement) * precision);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T G2(T m, T c, in MeanLanes<T> at)
    {
        T a = Shape(at.Mean), b = Shape(at.Complement);
        T ma = m * a, cb = c * b;
        return (ma * (ma * VectorMath<T>.Trigamma(a + 1))) + (cb * (cb * VectorMath<T>.Trigamma(b + 1)));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T G3(T m, T c, in MeanLanes<T> at)
    {
        T a = Shape(at.Mean), b = Shape(at.Complement);
        T ma = m * a, cb = c * b;
        return (ma * (ma * (ma * VectorMath<T>.Tetragamma(a + 1))))
            - (cb * (cb * (cb * VectorMath<T>.Tetragamma(b + 1))));
    }

    /// <summary>c = δ/(1 − μ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ComplementDerivative(in MeanLanes<T> at) => at.Derivative / at.Complement;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Shape(T share) => T.Min(share * precision, 1e100);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T LogOf(T y) => VectorMath<T>.Log(T.Max(y, VectorMath<T>.MinNormal));
}
