using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>Small helpers on several rows.</summary>
internal static class Lanes<T>
    where T : struct, IRowVector<T>
{
    /// <summary>Moves infinities to the largest finite number of their sign. NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Finite(T x) =>
        Clamp(x, -double.MaxValue, double.MaxValue);

    /// <summary>max(low, min(high, x)); NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Clamp(T x, double low, double high) =>
        T.Min(T.Max(x, low), high);

    /// <summary>log(y/μ); log of the smallest normal number where y is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogRatio(T y, T mean) =>
        VectorMath<T>.Log(Clamp(y / mean, VectorMath<T>.MinNormal, double.MaxValue));

    /// <summary>x log(x/m) − (x − m) ≥ 0 for x ≥ 0, m &gt; 0: one half of a Poisson deviance.</summary>
    /// <param name="x">x.</param>
    /// <param name="m">m.</param>
    /// <param name="difference">x − m, as exact as the caller has it.</param>
    /// <param name="logRatio">log(x/m); any finite number where x is 0.</param>
    /// <remarks>
    /// Loader (2000), "Fast and accurate computation of binomial probabilities": where x and m are close the terms
    /// cancel, so the series of log(x/m) = 2 atanh(v), v = (x − m)/(x + m), is summed with its first term taken out.
    /// Both ways are gone at once, which costs less than one after the other would: neither waits for the other.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T RelativeEntropy(T x, T m, T difference, T logRatio)
    {
        var sum = x + m;
        var isClose = T.LessThan(T.Abs(difference), 0.1 * sum);
        var v = difference / sum;
        var z = v * v;
        var z2 = z * z;
        var low = T.MultiplyAdd(T.MultiplyAdd(z, 1.0 / 9, 1.0 / 7), z2, T.MultiplyAdd(z, 1.0 / 5, 1.0 / 3));
        var high = T.MultiplyAdd(T.MultiplyAdd(z, 1.0 / 17, 1.0 / 15), z2, T.MultiplyAdd(z, 1.0 / 13, 1.0 / 11));
        var p = T.MultiplyAdd(high, z2 * z2, low);
        var close = v * (difference + ((x + x) * z * p));
        var apart = (x * logRatio) - difference;
        return T.ConditionalSelect(isClose, close, apart);
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
