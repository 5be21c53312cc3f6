using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>Small helpers on four lanes.</summary>
internal static class Lanes
{
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

    /// <summary>log(y/μ); log of the smallest normal number where y is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LogRatio(Vector256<double> y, Vector256<double> mean) =>
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
    public static Vector256<double> RelativeEntropy(
        Vector256<double> x, Vector256<double> m, Vector256<double> difference, Vector256<double> logRatio)
    {
        var sum = x + m;
        var isClose = Vector256.LessThan(Vector256.Abs(difference), Vector256.Create(0.1) * sum);
        var v = difference / sum;
        var z = v * v;
        var z2 = z * z;
        var low = VectorMath.MultiplyAdd(
            VectorMath.Linear(z, 1.0 / 7, 1.0 / 9), z2, VectorMath.Linear(z, 1.0 / 3, 1.0 / 5));
        var high = VectorMath.MultiplyAdd(
            VectorMath.Linear(z, 1.0 / 15, 1.0 / 17), z2, VectorMath.Linear(z, 1.0 / 11, 1.0 / 13));
        var p = VectorMath.MultiplyAdd(high, z2 * z2, low);
        var close = v * (difference + ((x + x) * z * p));
        var apart = (x * logRatio) - difference;
        return Vector256.ConditionalSelect(isClose, close, apart);
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
