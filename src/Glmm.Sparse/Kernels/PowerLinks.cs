using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

// The links whose means need not be proportions. The complement matters only when the family confines μ to (0, 1); it
// is then written without cancellation, and removed by the JIT otherwise.

/// <summary>μ = η.</summary>
internal readonly struct IdentityLanes : ILinkLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, -1e150, 1e150);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta) => new(eta, eta, Lanes.One - eta, Lanes.One);
}

/// <summary>μ = e^η = δ.</summary>
internal readonly struct LogLanes : ILinkLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, -700, 700);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta)
    {
        var mean = VectorMath.Exp(eta);
        return new(eta, mean, -VectorMath.ExpM1(eta), mean);
    }
}

/// <summary>μ = 1/η, δ = −μ²; η of either sign when the mean may be any number.</summary>
internal readonly struct InverseLanes : ILinkLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) =>
        Vector256.CopySign(Lanes.Clamp(Vector256.Abs(eta), 1e-75, 1e75), eta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta)
    {
        var mean = Lanes.One / eta;
        return new(eta, mean, (eta - Lanes.One) * mean, -(mean * mean));
    }
}

/// <summary>μ = η², δ = 2η, η &gt; 0.</summary>
internal readonly struct SqrtLanes : ILinkLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, 1e-75, 1e75);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta) =>
        new(eta, eta * eta, (Lanes.One - eta) * (Lanes.One + eta), eta + eta);
}

/// <summary>μ = 1/√η, δ = −½ μ³ = −½ μ/η, η &gt; 0.</summary>
internal readonly struct InverseSquareLanes : ILinkLanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Saturate(Vector256<double> eta) => Lanes.Clamp(eta, 1e-100, 1e100);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MeanLanes Invert(Vector256<double> eta)
    {
        var mean = Lanes.One / Vector256.Sqrt(eta);
        var complement = (eta - Lanes.One) / (eta * (Lanes.One + mean));
        return new(eta, mean, complement, Vector256.Create(-0.5) * mean / eta);
    }
}
