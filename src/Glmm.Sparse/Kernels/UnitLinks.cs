using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

// The links whose means are proportions. Each computes the smaller of μ and 1 − μ from |η| alone, so both tails are
// exact to the last digit. All four saturate where the smaller one would leave the normal numbers.

/// <summary>μ = 1/(1 + e^−η).</summary>
internal readonly struct LogitLanes : ILinkLanes
{
    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, -700, 700);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta)
    {
        var odds = VectorMath.Exp(-Vector256.Abs(eta));
        var larger = Lanes.One / (Lanes.One + odds);
        var smaller = odds * larger;
        var negative = Vector256.LessThan(eta, Vector256<double>.Zero);
        return new(
            eta,
            Vector256.ConditionalSelect(negative, smaller, larger),
            Vector256.ConditionalSelect(negative, larger, smaller),
            smaller * larger);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Logarithms(
        in MeanLanes at, out Vector256<double> logMean, out Vector256<double> logComplement)
    {
        // log larger = −log(1 + e^−|η|) = log(1 − smaller); log smaller = log larger − |η|.
        var larger = VectorMath.LogP1(-Vector256.Min(at.Mean, at.Complement));
        logMean = larger + Vector256.Min(at.Predictor, Vector256<double>.Zero);
        logComplement = larger - Vector256.Max(at.Predictor, Vector256<double>.Zero);
    }
}

/// <summary>μ = Φ(η), δ = φ(η).</summary>
internal readonly struct ProbitLanes : ILinkLanes
{
    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, -37.5, 37.5);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta)
    {
        var density = VectorMath.NormalDensity(eta);
        var smaller = density * VectorMath.MillsRatio(Vector256.Abs(eta));
        var larger = Lanes.One - smaller;
        var negative = Vector256.LessThan(eta, Vector256<double>.Zero);
        return new(
            eta,
            Vector256.ConditionalSelect(negative, smaller, larger),
            Vector256.ConditionalSelect(negative, larger, smaller),
            density);
    }
}

/// <summary>μ = 1 − exp(−e^η).</summary>
internal readonly struct CLogLogLanes : ILinkLanes
{
    /// <summary>log 700: beyond it 1 − μ leaves the normal numbers.</summary>
    private const double Upper = 6.551080335043404;

    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, -700, Upper);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta)
    {
        var hazard = VectorMath.Exp(eta);
        var complement = VectorMath.Exp(-hazard);
        return new(eta, -VectorMath.ExpM1(-hazard), complement, hazard * complement);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Logarithms(
        in MeanLanes at, out Vector256<double> logMean, out Vector256<double> logComplement)
    {
        var upper = Vector256.GreaterThan(at.Mean, at.Complement);
        logComplement = -VectorMath.Exp(at.Predictor);
        logMean = Vector256.ConditionalSelect(
            upper, VectorMath.LogP1(-Vector256.Min(at.Mean, at.Complement)), VectorMath.Log(at.Mean));
    }
}

/// <summary>μ = ½ + arctan(η)/π.</summary>
internal readonly struct CauchitLanes : ILinkLanes
{
    private const double InversePi = 0.31830988618379067;

    /// <inheritdoc/>
    public static bool MeansAreProportions => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, -1e100, 1e100);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta)
    {
        // With x = |η|: arctan x = 0 + arctan x, π/4 + arctan((x − 1)/(x + 1)), π/2 − arctan(1/x), whichever has its
        // argument within tan(π/8); the last keeps the tail arctan(1/x)/π exact.
        const double TanPiOver8 = 0.41421356237309503;
        const double TanThreePiOver8 = 2.414213562373095;
        var x = Vector256.Abs(eta);
        var isNear = Vector256.LessThanOrEqual(x, Vector256.Create(TanPiOver8));
        var isFar = Vector256.GreaterThan(x, Vector256.Create(TanThreePiOver8));
        var numerator = Vector256.ConditionalSelect(
            isNear, -x, Vector256.ConditionalSelect(isFar, Lanes.One, Lanes.One - x));
        var denominator = Vector256.ConditionalSelect(
            isNear, Lanes.One, Vector256.ConditionalSelect(isFar, x, Lanes.One + x));
        var start = Vector256.ConditionalSelect(
            isNear,
            Vector256.Create(0.5),
            Vector256.ConditionalSelect(isFar, Vector256<double>.Zero, Vector256.Create(0.25)));
        var angle = VectorMath.AtanNearZero(numerator / denominator);
        var smaller = VectorMath.MultiplyAdd(angle, Vector256.Create(InversePi), start);
        var larger = Lanes.One - smaller;
        var negative = Vector256.LessThan(eta, Vector256<double>.Zero);
        return new(
            eta,
            Vector256.ConditionalSelect(negative, smaller, larger),
            Vector256.ConditionalSelect(negative, larger, smaller),
            Vector256.Create(InversePi) / (Lanes.One + (eta * eta)));
    }
}
