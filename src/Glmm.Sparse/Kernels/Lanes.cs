using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>Small helpers on eight rows.</summary>
internal static class Lanes<T>
    where T : struct, IRowVector<T>
{
    /// <summary>A little below 2¹⁰²³ √2, up to which the power of two of a number is finite.</summary>
    private const double LargestRatio = 1e308;

    /// <summary>Moves infinities to the largest finite number of their sign. NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Finite(T x) =>
        Clamp(x, -double.MaxValue, double.MaxValue);

    /// <summary>max(low, min(high, x)); NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Clamp(T x, double low, double high) =>
        T.Min(T.Max(x, low), high);

    /// <summary>x log(x/m) − (x − m) ≥ 0 for x ≥ 0, m &gt; 0: one half of a Poisson deviance.</summary>
    /// <param name="x">x.</param>
    /// <param name="m">m.</param>
    /// <param name="relative">t = (x − m)/m, as exact as the caller has it.</param>
    /// <remarks>
    /// With 1 + t = 2^k (1 + f) it is m 2^k ((1 + f) log(1 + f) − f) + x k ln 2 − m (2^k − 1). Where x and m are close,
    /// k = 0 and f = t, and the first term, which is all that is left, keeps its digits; elsewhere nothing cancels.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RelativeEntropy(
        T x, T m, T relative)
    {
        // A larger ratio keeps the x of its logarithm, whose size is all that then matters.
        var t = T.Min(relative, LargestRatio);
        var mantissa = VectorMath<T>.Mantissa(T.One + t, out var k, out var power);
        var f = T.ConditionalSelect(
            T.Equals(k, T.Zero), t, mantissa - T.One);
        var entropy = (f * f) - (mantissa * VectorMath<T>.LogExcess(f));
        var scaled = T.Min(m * power, double.MaxValue);
        return T.MultiplyAdd(
            scaled, entropy, (x * (k * VectorMath<T>.Ln2)) - (scaled - m));
    }

    /// <summary>t − log(1 + t) ≥ 0 for t = y/μ − 1: one half of a gamma deviance.</summary>
    /// <param name="relative">t = (y − μ)/μ, as exact as the caller has it.</param>
    /// <param name="ratio">1 + t = y/μ, likewise, which is no longer in t where y ≪ μ.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogExcess(T relative, T ratio)
    {
        var u = Clamp(ratio, VectorMath<T>.MinNormal, LargestRatio);
        var mantissa = VectorMath<T>.Mantissa(u, out var k, out _);
        var f = T.ConditionalSelect(
            T.Equals(k, T.Zero), relative, mantissa - T.One);
        return ((relative - f) - (k * VectorMath<T>.Ln2)) + VectorMath<T>.LogExcess(f);
    }

    /// <summary>A user's function of one number, lane by lane.</summary>
    public static T Map(T x, Func<double, double> function)
    {
        Span<double> rows = stackalloc double[T.Count];
        RowBlocks<T>.Store(x, rows, 0);
        foreach (ref double row in rows)
        {
            row = function(row);
        }

        return RowBlocks<T>.Load(rows, 0);
    }
}
