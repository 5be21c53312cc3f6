using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>The negative binomial of size s = μ/φ: V = μ(1 + φ), with a score of its own.</summary>
/// <remarks>
/// <para>
/// log f = log Γ(y + s) − log Γ(s) − s log(1 + φ) + y log(φ/(1 + φ)) − log y!. Of y ≥ 1 the first factor of the rising
/// factorial, s, is taken apart, log Γ(y + s) − log Γ(s) = log s + log Γ(s + 1 + (y − 1)) − log Γ(s + 1): then nothing
/// cancels for small means, and what is left, G₁ = sΔψ, G₂ = s²Δψ′ and G₃ = s³Δψ″ from s + 1 to s + y, is moderate for
/// every s. Their sum is differentiated with m = δ/μ, the link's l₁ and l₂, and m's own k₁ and k₂, as in
/// <see cref="PoissonVariance{T}"/>.
/// </para>
/// <para>
/// The expected weight is δ²/V, that of the quasi-likelihood with the same variance, for scoring: the expected
/// information has no closed form. The deviance is twice ω times the log-likelihood at μ = y less that at μ, which has
/// its maximum near y but not at y, so that it can fall a little below 0.
/// </para>
/// </remarks>
internal readonly partial struct NegativeBinomial1Variance<T> : IVarianceLanes<T>
    where T : struct, IRowVector<T>
{
    private readonly double _phi;
    private readonly double _logPhi;

    /// <summary>log(1 + φ)/φ.</summary>
    private readonly double _slope;

    /// <summary>1/(1 + φ).</summary>
    private readonly double _share;

    public NegativeBinomial1Variance(double phi)
    {
        _phi = phi;
        _logPhi = Math.Log(phi);
        _share = 1 / (1 + phi);

        // Kahan's correction of the rounding of 1 + φ.
        double u = 1 + phi;
        _slope = u == 1 ? 1 : Math.Log(u) / (u - 1);
    }

    /// <inheritdoc/>
    public static bool HasOwnScore => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Variance(in MeanLanes<T> at) => at.Mean / T.Create(_share);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Quotient<TLink>(T a, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => a * TLink.RelativeDerivative(at) * _share;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Standardize(T x, in MeanLanes<T> at) => x / T.Sqrt(at.Mean) * Math.Sqrt(_share);

    /// <summary>The objective less that at μ = y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T HalfDeviance<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> =>
        ObjectiveAt(y, at.Mean, TLink.LogMean(at))
            - ObjectiveAt(y, y, VectorMath<T>.Log(T.Max(y, VectorMath<T>.MinNormal)));

    /// <summary>s log(1 + φ) − log Γ(y + s) + log Γ(s) − y log φ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Objective<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => ObjectiveAt(y, at.Mean, TLink.LogMean(at));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T OwnScore<TLink>(T y, T difference, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        var rising = new RisingCount(y);
        var factors = rising.Any + rising.G1(Size(at));
        return (TLink.RelativeDerivative(at) * factors) - (at.Derivative * _slope);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T OwnWeight<TLink>(in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T> => Quotient<TLink>(at.Derivative, at);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T WeightBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> => bend.First + TLink.RelativeBend<TLink>(at, bend);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeight<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var rising = new RisingCount(y);
        var size = Size(at);
        var m = TLink.RelativeDerivative(at);
        var first = (at.Derivative * _slope) - (m * rising.G1(size));
        var second = -(m * m) * rising.G2(size);
        return ChainRule<T>.Second(first, second, bend) - (rising.Any * m * TLink.RelativeBend<TLink>(at, bend));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ObservedWeightSlope<TLink>(T y, T difference, in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        var rising = new RisingCount(y);
        var size = Size(at);
        var m = TLink.RelativeDerivative(at);
        var k1 = TLink.RelativeBend<TLink>(at, bend);
        var k2 = bend.Second - (m * k1);
        var first = (at.Derivative * _slope) - (m * rising.G1(size));
        var second = -(m * m) * rising.G2(size);
        var third = -(m * m * m) * rising.G3(size);
        return ChainRule<T>.Third(first, second, third, bend) - (rising.Any * m * ((k1 * k1) + k2));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T ObjectiveAt(T y, T mean, T logMean)
    {
        var rising = new RisingCount(y);
        var size = T.Min(mean / T.Create(_phi), 1e100);
        var logFactorial = VectorMath<T>.LogGammaDifference(size + 1, rising.More);
        return (mean * _slope) - logFactorial - (rising.Any * logMean) - (rising.More * _logPhi);
    }

    /// <summary>s, not beyond where G₁, G₂ and G₃ have reached their limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Size(in MeanLanes<T> at) => T.Min(at.Mean / T.Create(_phi), 1e100);

    /// <summary>A count y, and the factors s + 1, …, s + y − 1 of its rising factorial after the first.</summary>
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly struct RisingCount(T y)
    {
        /// <summary>1 if y ≥ 1, else 0.</summary>
        public readonly T Any = T.Min(y, 1);

        /// <summary>y − 1, or 0.</summary>
        public readonly T More = T.Max(y - 1, 0);

        /// <summary>s(ψ(s + y) − ψ(s + 1)).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T G1(T s) => s * VectorMath<T>.DigammaDifference(s + 1, More);

        /// <summary>s²(ψ′(s + y) − ψ′(s + 1)).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T G2(T s) => s * (s * VectorMath<T>.TrigammaDifference(s + 1, More));

        /// <summary>s³(ψ″(s + y) − ψ″(s + 1)).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T G3(T s) => s * (s * (s * VectorMath<T>.TetragammaDifference(s + 1, More)));
    }
}
