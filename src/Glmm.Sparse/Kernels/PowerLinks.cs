using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

// The links whose means need not be proportions. The complement matters only when the family confines μ to (0, 1); it
// is then written without cancellation, and removed by the JIT otherwise, or left out where it takes more than a step.

/// <summary>μ = η.</summary>
internal readonly struct IdentityLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, -1e150, 1e150);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement) => new(eta, eta, T.One - eta, T.One);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at) => new(T.Zero, T.Zero);
}

/// <summary>μ = e^η = δ.</summary>
internal readonly struct LogLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, -700, 700);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        var mean = VectorMath<T>.Exp(eta);
        return new(eta, mean, withComplement ? -VectorMath<T>.ExpM1(eta) : mean, mean);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RelativeDerivative(in MeanLanes<T> at) => T.One;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogMean(in MeanLanes<T> at) => at.Predictor;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogRatio(T y, in MeanLanes<T> at) =>
        VectorMath<T>.Log(T.Max(y, VectorMath<T>.MinNormal)) - at.Predictor;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at) => new(T.One, T.Zero);
}

/// <summary>μ = 1/η, δ = −μ²; η of either sign when the mean may be any number.</summary>
internal readonly struct InverseLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) =>
        T.CopySign(Lanes<T>.Clamp(T.Abs(eta), 1e-75, 1e75), eta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        var mean = T.One / eta;
        return new(eta, mean, (eta - T.One) * mean, -(mean * mean));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at) => new(-2 * at.Mean, 2 * at.Mean * at.Mean);
}

/// <summary>μ = η², δ = 2η, η &gt; 0.</summary>
internal readonly struct SqrtLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, 1e-75, 1e75);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement) =>
        new(eta, eta * eta, (T.One - eta) * (T.One + eta), eta + eta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at)
    {
        var reciprocal = T.One / at.Predictor;
        return new(reciprocal, -(reciprocal * reciprocal));
    }
}

/// <summary>μ = 1/√η, δ = −½ μ³ = −½ μ/η, η &gt; 0.</summary>
internal readonly struct InverseSquareLanes<T> : ILinkLanes<T>
    where T : struct, IRowVector<T>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Saturate(T eta) => Lanes<T>.Clamp(eta, 1e-100, 1e100);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes<T> Invert(T eta, bool withComplement)
    {
        var mean = T.One / T.Sqrt(eta);
        var complement = (eta - T.One) / (eta * (T.One + mean));
        return new(eta, mean, complement, -0.5 * mean / eta);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public BendLanes<T> Bend(in MeanLanes<T> at)
    {
        var reciprocal = T.One / at.Predictor;
        return new(-1.5 * reciprocal, 1.5 * reciprocal * reciprocal);
    }
}
