using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>Small helpers on four lanes.</summary>
internal static class Lanes
{
    /// <summary>A little below 2¹⁰²³ √2, up to which the power of two of a number is finite.</summary>
    private const double LargestRatio = 1e308;

    /// <summary>1 in every lane.</summary>
    public static Vector256<double> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<double>.One;
    }

    /// <summary>Moves infinities to the largest finite number of their sign. NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Finite(Vector256<double> x) =>
        Clamp(x, -double.MaxValue, double.MaxValue);

    /// <summary>max(low, min(high, x)); NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Clamp(Vector256<double> x, double low, double high) =>
        Vector256.MinNative(Vector256.MaxNative(x, Vector256.Create(low)), Vector256.Create(high));

    /// <summary>x log(x/m) − (x − m) ≥ 0 for x ≥ 0, m &gt; 0: one half of a Poisson deviance.</summary>
    /// <param name="x">x.</param>
    /// <param name="m">m.</param>
    /// <param name="relative">t = (x − m)/m, as exact as the caller has it.</param>
    /// <remarks>
    /// With 1 + t = 2^k (1 + f) it is m 2^k ((1 + f) log(1 + f) − f) + x k ln 2 − m (2^k − 1). Where x and m are close,
    /// k = 0 and f = t, and the first term, which is all that is left, keeps its digits; elsewhere nothing cancels.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> RelativeEntropy(
        Vector256<double> x, Vector256<double> m, Vector256<double> relative)
    {
        // A larger ratio keeps the x of its logarithm, whose size is all that then matters.
        var t = Vector256.MinNative(relative, Vector256.Create(LargestRatio));
        var mantissa = VectorMath.Mantissa(One + t, out var k, out var power);
        var f = Vector256.ConditionalSelect(
            Vector256.Equals(k, Vector256<double>.Zero), t, mantissa - One);
        var entropy = (f * f) - (mantissa * VectorMath.LogExcess(f));
        var scaled = Vector256.MinNative(m * power, Vector256.Create(double.MaxValue));
        return VectorMath.MultiplyAdd(
            scaled, entropy, (x * (k * Vector256.Create(VectorMath.Ln2))) - (scaled - m));
    }

    /// <summary>t − log(1 + t) ≥ 0 for t = y/μ − 1: one half of a gamma deviance.</summary>
    /// <param name="relative">t = (y − μ)/μ, as exact as the caller has it.</param>
    /// <param name="ratio">1 + t = y/μ, likewise, which is no longer in t where y ≪ μ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LogExcess(Vector256<double> relative, Vector256<double> ratio)
    {
        var u = Clamp(ratio, VectorMath.MinNormal, LargestRatio);
        var mantissa = VectorMath.Mantissa(u, out var k, out _);
        var f = Vector256.ConditionalSelect(
            Vector256.Equals(k, Vector256<double>.Zero), relative, mantissa - One);
        return ((relative - f) - (k * Vector256.Create(VectorMath.Ln2))) + VectorMath.LogExcess(f);
    }

    /// <summary>A user's function of one number, lane by lane.</summary>
    public static Vector256<double> Map(Vector256<double> x, Func<double, double> function)
    {
        var result = x;
        for (int lane = 0; lane < Vector256<double>.Count; lane++)
        {
            result = result.WithElement(lane, function(x.GetElement(lane)));
        }

        return result;
    }
}
