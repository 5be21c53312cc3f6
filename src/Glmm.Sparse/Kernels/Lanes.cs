using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>Small helpers on eight lanes.</summary>
internal static class Lanes
{
    /// <summary>1 in every lane.</summary>
    public static Vector512<double> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<double>.One;
    }

    /// <summary>Moves infinities to the largest finite number of their sign. NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Finite(Vector512<double> x) =>
        Clamp(x, -double.MaxValue, double.MaxValue);

    /// <summary>max(low, min(high, x)); NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Clamp(Vector512<double> x, double low, double high) =>
        Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(low)), Vector512.Create(high));

    /// <summary>log(y/μ); log of the smallest normal number where y is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LogRatio(Vector512<double> y, Vector512<double> mean) =>
        VectorMath.Log(Clamp(y / mean, VectorMath.MinNormal, double.MaxValue));

    /// <summary>x log(x/m) − (x − m) ≥ 0 for x ≥ 0, m &gt; 0: one half of a Poisson deviance.</summary>
    /// <param name="x">x.</param>
    /// <param name="m">m.</param>
    /// <param name="difference">x − m, as exact as the caller has it.</param>
    /// <param name="logRatio">log(x/m); any finite number where x is 0.</param>
    /// <remarks>
    /// Loader (2000), "Fast and accurate computation of binomial probabilities": where x and m are close the terms
    /// cancel, so the series of log(x/m) = 2 atanh(v), v = (x − m)/(x + m), is summed with its first term taken out.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> RelativeEntropy(
        Vector512<double> x, Vector512<double> m, Vector512<double> difference, Vector512<double> logRatio)
    {
        var sum = x + m;
        var isClose = Vector512.LessThan(Vector512.Abs(difference), Vector512.Create(0.1) * sum);
        var v = difference / sum;
        var z = v * v;
        var p = Vector512.Create(1.0 / 17);
        p = VectorMath.Horner(p, z, 1.0 / 15);
        p = VectorMath.Horner(p, z, 1.0 / 13);
        p = VectorMath.Horner(p, z, 1.0 / 11);
        p = VectorMath.Horner(p, z, 1.0 / 9);
        p = VectorMath.Horner(p, z, 1.0 / 7);
        p = VectorMath.Horner(p, z, 1.0 / 5);
        p = VectorMath.Horner(p, z, 1.0 / 3);
        var close = v * (difference + ((x + x) * z * p));
        var apart = (x * logRatio) - difference;
        return Vector512.ConditionalSelect(isClose, close, apart);
    }

    /// <summary>A user's function of one number, lane by lane.</summary>
    public static Vector512<double> Map(Vector512<double> x, Func<double, double> function)
    {
        var result = x;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            result = result.WithElement(lane, function(x.GetElement(lane)));
        }

        return result;
    }
}
