using System.Runtime.CompilerServices;

namespace Glmm.Sparse.Kernels;

/// <summary>Elementary functions of several rows, each within a few units in the last place.</summary>
/// <remarks>
/// <para>
/// The library's vector functions are either inexact near 0 (log1p, expm1) or take two to five times as long, depending
/// on how the JIT inlines them, so the kernels have their own. Each is one straight line of arithmetic, inlined
/// into the loop that uses it; nothing depends on the width of the hardware.
/// </para>
/// <para>
/// Sources: argument reductions of Cody &amp; Waite (1980) and of fdlibm; polynomial coefficients are Taylor's where
/// the series converges at once, else interpolated at the Chebyshev nodes of the reduced interval in 60 digits.
/// </para>
/// </remarks>
internal static partial class VectorMath<T>
    where T : struct, IRowVector<T>
{
    private const double Log2E = 1.4426950408889634;

    /// <summary>ln 2 in two parts; the first has trailing zeros, so its product with any exponent is exact.</summary>
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>1.5·2⁵²: adding it rounds to an integer, which the low bits of the sum then hold.</summary>
    private const double RoundingShift = 6755399441055744.0;

    private const int MantissaBits = 52;
    private const long ExponentBias = 1023;

    /// <summary>The smallest positive normal double.</summary>
    public const double MinNormal = 2.2250738585072014e-308;

    /// <summary>e^x for −708 ≤ x ≤ 709, which the caller sees to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp(T x)
    {
        var p = ReducedExpM1(x, out var power);
        return T.MultiplyAdd(power, p, power);
    }

    /// <summary>e^x − 1 for −708 ≤ x ≤ 709, exact near 0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpM1(T x)
    {
        var p = ReducedExpM1(x, out var power);
        return T.MultiplyAdd(power, p, power - 1);
    }

    /// <summary>log x for normal x &gt; 0, which the caller sees to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log(T x)
    {
        // x = 2^k m with √½ ≤ m < √2. The biased k is kept positive, because hardware below AVX-512 has no arithmetic
        // shift of 64-bit integers, and becomes a double by planting it in the mantissa of 2^52.
        const long SqrtHalf = 0x3FE6A09E667F3BCD;
        const long TwoTo52 = 0x4330000000000000;
        var biased = T.ShiftRight(T.AddBits(x, (ExponentBias << MantissaBits) - SqrtHalf), MantissaBits);
        var k = (biased | T.CreateBits(TwoTo52)) - (4503599627370496.0 + ExponentBias);
        var m = T.SubtractBits(x, T.ShiftLeft(T.AddBits(biased, -ExponentBias), MantissaBits));

        // log m = 2 atanh(s) with s = f/(2 + f), arranged as in fdlibm so that f enters exactly.
        var f = m - 1;
        var s = f / (f + 2);
        var half = 0.5 * f * f;
        var z = s * s;
        var tail = z * AtanhTail(z);
        var low = T.MultiplyAdd(s, half + tail, k * Ln2Low);
        return (k * Ln2High) - ((half - low) - f);
    }

    /// <summary>log(1 + x) for −½ ≤ x ≤ 1, exact near 0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LogP1(T x)
    {
        // 2 atanh(s) = 2s + s·z·P(z); x − s·x = 2s puts the rounding of s into a small term.
        var s = x / (x + 2);
        var z = s * s;
        return x - (s * (x - (z * AtanhTail(z))));
    }

    /// <summary>−log(1 − x) for 0 ≤ x ≤ ½, exact near 0 too; without the division of <see cref="LogP1"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinusLogOfComplement(T x)
    {
        var z = x * x;
        return T.MultiplyAdd(z, TailOfMinusLogOfComplement(x, z), x);
    }

    /// <summary>−log(1 − x) − x for 0 ≤ x ≤ ½, exact near 0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinusLogOfComplementBeyondFirst(T x)
    {
        var z = x * x;
        return z * TailOfMinusLogOfComplement(x, z);
    }

    /// <summary>arctan x for |x| ≤ tan(π/8), which the caller sees to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AtanNearZero(T x)
    {
        var z = x * x;
        var p = T.Create(0.016271944751624062);
        p = T.MultiplyAdd(p, z, -0.034558092551413795);
        p = T.MultiplyAdd(p, z, 0.045511081263251721);
        p = T.MultiplyAdd(p, z, -0.052303478730160745);
        p = T.MultiplyAdd(p, z, 0.058789145444006215);
        p = T.MultiplyAdd(p, z, -0.066664236280692582);
        p = T.MultiplyAdd(p, z, 0.076922963049744705);
        p = T.MultiplyAdd(p, z, -0.090909087510766359);
        p = T.MultiplyAdd(p, z, 0.11111111105106705);
        p = T.MultiplyAdd(p, z, -0.14285714285659326);
        p = T.MultiplyAdd(p, z, 0.19999999999999801);
        p = T.MultiplyAdd(p, z, -0.33333333333333331);
        return T.MultiplyAdd(x * z, p, x);
    }

    /// <summary>e^r − 1 and 2^k where x = k ln 2 + r, |r| ≤ ½ ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ReducedExpM1(T x, out T power)
    {
        var shifted = (x * Log2E) + RoundingShift;
        var k = shifted - RoundingShift;
        power = T.ShiftLeft(T.AddBits(shifted, ExponentBias), MantissaBits);
        var r = (x - (k * Ln2High)) - (k * Ln2Low);

        // (e^r − 1 − r)/r², Taylor; the first term left out is below 4e-18 of e^r. In three interleaved cubics
        // (Estrin): the processor looks only so far ahead, and one chain of twelve steps would be what it waits for.
        var r2 = r * r;
        var r4 = r2 * r2;
        var low = T.MultiplyAdd(T.MultiplyAdd(r, 1.0 / 120, 1.0 / 24), r2, T.MultiplyAdd(r, 1.0 / 6, 0.5));
        var middle = T.MultiplyAdd(
            T.MultiplyAdd(r, 1.0 / 362880, 1.0 / 40320), r2, T.MultiplyAdd(r, 1.0 / 5040, 1.0 / 720));
        var high = T.MultiplyAdd(
            T.MultiplyAdd(r, 1.0 / 6227020800, 1.0 / 479001600), r2, T.MultiplyAdd(r, 1.0 / 39916800, 1.0 / 3628800));
        var q = T.MultiplyAdd(T.MultiplyAdd(high, r4, middle), r4, low);
        return T.MultiplyAdd(r2, q, r);
    }

    /// <summary>(2 atanh(s) − 2s)/s³ as a polynomial in z = s² ≤ 1/9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T AtanhTail(T z)
    {
        var z2 = z * z;
        var z4 = z2 * z2;
        var low = T.MultiplyAdd(
            T.MultiplyAdd(z, 0.22222222717427864, 0.28571428567108759),
            z2,
            T.MultiplyAdd(z, 0.40000000000014585, 0.66666666666666663));
        var middle = T.MultiplyAdd(
            T.MultiplyAdd(z, 0.12001072809590713, 0.13314144209654935),
            z2,
            T.MultiplyAdd(z, 0.15385570064958623, 0.18181789436132859));
        var high = T.MultiplyAdd(z, 0.16164045611943531, 0.088007384861446741);
        return T.MultiplyAdd(T.MultiplyAdd(high, z4, middle), z4, low);
    }

    /// <summary>R(x), where −log(1 − x) = x + z R(x) with z = x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T TailOfMinusLogOfComplement(T x, T z)
    {
        // The even and the odd powers in two chains.
        var even = T.MultiplyAdd(z, -39.78171454749377, -65.72167934281815);
        even = T.MultiplyAdd(even, z, -22.20444949431861);
        even = T.MultiplyAdd(even, z, -2.1197916813685875);
        even = T.MultiplyAdd(even, z, 0.031586226609365387);
        even = T.MultiplyAdd(even, z, 0.12438027675436518);
        even = T.MultiplyAdd(even, z, 0.1666653777907552);
        even = T.MultiplyAdd(even, z, 0.24999999965862732);
        even = T.MultiplyAdd(even, z, 0.4999999999999988);
        var odd = T.MultiplyAdd(z, 11.500008783701439, 65.3541474449596);
        odd = T.MultiplyAdd(odd, z, 45.24946980748074);
        odd = T.MultiplyAdd(odd, z, 8.179108141219967);
        odd = T.MultiplyAdd(odd, z, 0.5402771661008552);
        odd = T.MultiplyAdd(odd, z, 0.1187838255904113);
        odd = T.MultiplyAdd(odd, z, 0.1428919506538255);
        odd = T.MultiplyAdd(odd, z, 0.20000002893232818);
        odd = T.MultiplyAdd(odd, z, 0.3333333333349246);
        return T.MultiplyAdd(odd, x, even);
    }
}
