using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

// The links whose means are proportions. Each computes the smaller of μ and 1 − μ from |η| alone, so both tails are
// exact to the last digit. All four saturate where the smaller one would leave the normal numbers.

/// <summary>μ = 1/(1 + e^−η).</summary>
internal readonly struct LogitLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, -700, 700);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        var odds = VectorMath<T>.Exp(-T.Abs(eta));
        var larger = T.One / (T.One + odds);
        var smaller = odds * larger;
        var negative = T.LessThan(eta, T.Zero);
        return new(
            eta,
            T.ConditionalSelect(negative, smaller, larger),
            T.ConditionalSelect(negative, larger, smaller),
            smaller * larger);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Logarithms(in MeanLanes<T> at, out T logMean, out T logComplement)
    {
        // log larger = −log(1 + e^−|η|) = log(1 − smaller); log smaller = log larger − |η|.
        var larger = VectorMath<T>.LogP1(-T.Min(at.Mean, at.Complement));
        logMean = larger + T.Min(at.Predictor, 0);
        logComplement = larger - T.Max(at.Predictor, 0);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T CrossEntropy<TLink>(T y, in MeanLanes<T> at)
        where TLink : struct, ILinkLanes<T>
    {
        // log(1 + e^−|η|) = −log(1 − smaller), and |η| for as much of the row as lies on the other side.
        var softness = VectorMath<T>.MinusLogOfComplement(T.Min(at.Mean, at.Complement));
        var missed = T.ConditionalSelect(T.LessThan(at.Predictor, T.Zero), y, T.One - y);
        return T.MultiplyAdd(T.Abs(at.Predictor), missed, softness);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at) => new(at.Complement - at.Mean, -2 * at.Derivative);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RelativeDerivative(in MeanLanes<T> at) => at.Complement;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RelativeBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T> => -at.Mean;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ComplementBend(in MeanLanes<T> at, in BendLanes<T> bend) => at.Complement;
}

/// <summary>μ = Φ(η), δ = φ(η).</summary>
internal readonly struct ProbitLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, -37.5, 37.5);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        var density = VectorMath<T>.NormalDensity(eta);
        var smaller = density * VectorMath<T>.MillsRatio(T.Abs(eta));
        var larger = T.One - smaller;
        var negative = T.LessThan(eta, T.Zero);
        return new(
            eta,
            T.ConditionalSelect(negative, smaller, larger),
            T.ConditionalSelect(negative, larger, smaller),
            density);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at) => new(-at.Predictor, T.Create(-1));
}

/// <summary>μ = 1 − exp(−e^η).</summary>
internal readonly struct CLogLogLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <summary>log 700: beyond it 1 − μ leaves the normal numbers.</summary>
    private const double Upper = 6.551080335043404;

    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, -700, Upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        var hazard = VectorMath<T>.Exp(eta);
        var complement = VectorMath<T>.Exp(-hazard);
        return new(eta, -VectorMath<T>.ExpM1(-hazard), complement, hazard * complement);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Logarithms(in MeanLanes<T> at, out T logMean, out T logComplement)
    {
        var upper = T.LessThan(at.Complement, at.Mean);
        logComplement = -VectorMath<T>.Exp(at.Predictor);
        logMean = T.ConditionalSelect(
            upper, VectorMath<T>.LogP1(-T.Min(at.Mean, at.Complement)), VectorMath<T>.Log(at.Mean));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at)
    {
        var hazard = at.Derivative / at.Complement;
        return new(T.One - hazard, -hazard);
    }

    /// <summary>1 − h/μ with the hazard h = e^η; as a series where h is small and the two nearly agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RelativeBend<TLink>(in MeanLanes<T> at, in BendLanes<T> bend)
        where TLink : struct, ILinkLanes<T>
    {
        // h/(1 − e^−h) generates Bernoulli's numbers; the first term left out is below 3e-15 of the sum.
        var hazard = -bend.Second;
        var z = hazard * hazard;
        var p = T.MultiplyAdd(z, 691.0 / 1307674368000, -1.0 / 47900160);
        p = T.MultiplyAdd(p, z, 1.0 / 1209600);
        p = T.MultiplyAdd(p, z, -1.0 / 30240);
        p = T.MultiplyAdd(p, z, 1.0 / 720);
        p = T.MultiplyAdd(p, z, -1.0 / 12);
        var small = T.MultiplyAdd(z, p, -0.5 * hazard);
        return T.ConditionalSelect(T.LessThan(hazard, T.Create(0.5)), small, T.One - (hazard / at.Mean));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ComplementBend(in MeanLanes<T> at, in BendLanes<T> bend) => T.One;
}

/// <summary>μ = ½ + arctan(η)/π.</summary>
internal readonly struct CauchitLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    private const double InversePi = 0.31830988618379067;

    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, -1e100, 1e100);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        // With x = |η|: arctan x = 0 + arctan x, π/4 + arctan((x − 1)/(x + 1)), π/2 − arctan(1/x), whichever has its
        // argument within tan(π/8); the last keeps the tail arctan(1/x)/π exact.
        const double TanPiOver8 = 0.41421356237309503;
        const double TanThreePiOver8 = 2.414213562373095;
        var x = T.Abs(eta);
        var isNear = T.LessThanOrEqual(x, T.Create(TanPiOver8));
        var isFar = T.LessThan(T.Create(TanThreePiOver8), x);
        var numerator = T.ConditionalSelect(
            isNear, -x, T.ConditionalSelect(isFar, T.One, T.One - x));
        var denominator = T.ConditionalSelect(
            isNear, T.One, T.ConditionalSelect(isFar, x, T.One + x));
        var start = T.ConditionalSelect(
            isNear,
            T.Create(0.5),
            T.ConditionalSelect(isFar, T.Zero, T.Create(0.25)));
        var angle = VectorMath<T>.AtanNearZero(numerator / denominator);
        var smaller = T.MultiplyAdd(angle, InversePi, start);
        var larger = T.One - smaller;
        var negative = T.LessThan(eta, T.Zero);
        return new(
            eta,
            T.ConditionalSelect(negative, smaller, larger),
            T.ConditionalSelect(negative, larger, smaller),
            T.Create(InversePi) / (T.One + (eta * eta)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at)
    {
        // With u = 1/(1 + η²) = πδ: −2ηu and 2(η² − 1)u².
        var u = Math.PI * at.Derivative;
        return new(-2 * at.Predictor * u, 2 * ((at.Predictor * at.Predictor) - 1) * u * u);
    }
}
