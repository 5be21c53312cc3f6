using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Glmm.Sparse.Kernels;

/// <summary>Elementary functions of four lanes, each within a few units in the last place.</summary>
/// <remarks>
/// <para>
/// The library's vector functions are either inexact near 0 (log1p, expm1) or take two to five times as long, depending
/// on how the JIT inlines them, so the kernels have their own. Each is one straight line of arithmetic, inlined
/// into the loop that uses it; nothing depends on the width of the hardware.
/// </para>
/// <para>
/// Four lanes, not eight: measured with AVX-512 they are as fast, and without it eight lanes exceed what the JIT
/// inlines and take four times as long.
/// </para>
/// <para>
/// Sources: argument reductions of Cody &amp; Waite (1980) and of fdlibm; polynomial coefficients are Taylor's where
/// the series converges at once, else interpolated at the Chebyshev nodes of the reduced interval in 60 digits.
/// </para>
/// </remarks>
internal static partial class VectorMath
{
    private const double Log2E = 1.4426950408889634;

    /// <summary>ln 2 in two parts; the first has trailing zeros, so its product with any exponent is exact.</summary>
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>1.5·2⁵²: adding it rounds to an integer, which the low bits of the sum then hold.</summary>
    private const double RoundingShift = 6755399441055744.0;

    private const int MantissaBits = 52;
    private const long ExponentBias = 1023;

    /// <summary>ln 2.</summary>
    public const double Ln2 = 0.69314718055994531;

    /// <summary>The smallest positive normal double.</summary>
    public const double MinNormal = 2.2250738585072014e-308;

    /// <summary>a·b + c, fused where the hardware has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    /// <summary>a·b + c with a constant c, the step of Horner's rule.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Horner(Vector256<double> sum, Vector256<double> x, double coefficient) =>
        Vector256.MultiplyAddEstimate(sum, x, Vector256.Create(coefficient));

    /// <summary>c₀ + c₁x, the leaf of Estrin's scheme.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Linear(Vector256<double> x, double c0, double c1) =>
        Vector256.MultiplyAddEstimate(x, Vector256.Create(c1), Vector256.Create(c0));

    /// <summary>e^x for −708 ≤ x ≤ 709, which the caller sees to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Exp(Vector256<double> x)
    {
        var p = ReducedExpM1(x, out var power);
        return MultiplyAdd(power, p, power);
    }

    /// <summary>e^x − 1 for −708 ≤ x ≤ 709, exact near 0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ExpM1(Vector256<double> x)
    {
        var p = ReducedExpM1(x, out var power);
        return MultiplyAdd(power, p, power - Vector256<double>.One);
    }

    /// <summary>log x for normal x &gt; 0, which the caller sees to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Log(Vector256<double> x)
    {
        var f = Mantissa(x, out var k, out _) - Vector256<double>.One;
        var low = MultiplyAdd(k, Vector256.Create(Ln2Low), -LogExcess(f));
        return MultiplyAdd(k, Vector256.Create(Ln2High), f + low);
    }

    /// <summary>m, k and 2^k where x = 2^k m with √½ ≤ m &lt; √2, for normal x &gt; 0; m = 1 and 2^k = 0 for x = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Mantissa(
        Vector256<double> x, out Vector256<double> exponent, out Vector256<double> power)
    {
        // The biased k is kept positive, because hardware below AVX-512 has no arithmetic shift of 64-bit lanes, and
        // becomes a double by planting it in the mantissa of 2^52.
        const long SqrtHalf = 0x3FE6A09E667F3BCD;
        const long TwoTo52 = 0x4330000000000000;
        var bits = x.AsInt64();
        var biased = Vector256.ShiftRightLogical(
            bits + Vector256.Create((ExponentBias << MantissaBits) - SqrtHalf), MantissaBits);
        exponent = (biased | Vector256.Create(TwoTo52)).AsDouble()
            - Vector256.Create(4503599627370496.0 + ExponentBias);
        var shifted = Vector256.ShiftLeft(biased, MantissaBits);
        power = shifted.AsDouble();
        return (bits - shifted + Vector256.Create(ExponentBias << MantissaBits)).AsDouble();
    }

    /// <summary>f − log(1 + f) ≥ 0 for √½ ≤ 1 + f &lt; √2, exact near 0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LogExcess(Vector256<double> f)
    {
        // log(1 + f) = 2 atanh(s) with s = f/(2 + f), arranged as in fdlibm so that f enters exactly.
        var s = f / (f + Vector256.Create(2.0));
        var half = Vector256.Create(0.5) * f * f;
        var z = s * s;
        return half - (s * (half + (z * AtanhTail(z))));
    }

    /// <summary>log(1 + x) for −½ ≤ x ≤ 1, exact near 0 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LogP1(Vector256<double> x)
    {
        // 2 atanh(s) = 2s + s·z·P(z); x − s·x = 2s puts the rounding of s into a small term.
        var s = x / (x + Vector256.Create(2.0));
        var z = s * s;
        return x - (s * (x - (z * AtanhTail(z))));
    }

    /// <summary>arctan x for |x| ≤ tan(π/8), which the caller sees to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AtanNearZero(Vector256<double> x)
    {
        var z = x * x;
        var p = Vector256.Create(0.016271944751624062);
        p = Horner(p, z, -0.034558092551413795);
        p = Horner(p, z, 0.045511081263251721);
        p = Horner(p, z, -0.052303478730160745);
        p = Horner(p, z, 0.058789145444006215);
        p = Horner(p, z, -0.066664236280692582);
        p = Horner(p, z, 0.076922963049744705);
        p = Horner(p, z, -0.090909087510766359);
        p = Horner(p, z, 0.11111111105106705);
        p = Horner(p, z, -0.14285714285659326);
        p = Horner(p, z, 0.19999999999999801);
        p = Horner(p, z, -0.33333333333333331);
        return MultiplyAdd(x * z, p, x);
    }

    /// <summary>e^r − 1 and 2^k where x = k ln 2 + r, |r| ≤ ½ ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ReducedExpM1(Vector256<double> x, out Vector256<double> power)
    {
        var shifted = (x * Vector256.Create(Log2E)) + Vector256.Create(RoundingShift);
        var k = shifted - Vector256.Create(RoundingShift);
        power = Vector256.ShiftLeft(shifted.AsInt64() + Vector256.Create(ExponentBias), MantissaBits).AsDouble();
        var r = (x - (k * Vector256.Create(Ln2High))) - (k * Vector256.Create(Ln2Low));

        // (e^r − 1 − r)/r², Taylor; the first term left out is below 4e-18 of e^r. In three interleaved cubics
        // (Estrin): the processor looks only so far ahead, and one chain of twelve steps would be what it waits for.
        var r2 = r * r;
        var r4 = r2 * r2;
        var low = MultiplyAdd(Linear(r, 1.0 / 24, 1.0 / 120), r2, Linear(r, 0.5, 1.0 / 6));
        var middle = MultiplyAdd(Linear(r, 1.0 / 40320, 1.0 / 362880), r2, Linear(r, 1.0 / 720, 1.0 / 5040));
        var high = MultiplyAdd(
            Linear(r, 1.0 / 479001600, 1.0 / 6227020800), r2, Linear(r, 1.0 / 3628800, 1.0 / 39916800));
        var q = MultiplyAdd(MultiplyAdd(high, r4, middle), r4, low);
        return MultiplyAdd(r2, q, r);
    }

    /// <summary>(2 atanh(s) − 2s)/s³ as a polynomial in z = s² ≤ 1/9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> AtanhTail(Vector256<double> z)
    {
        var z2 = z * z;
        var z4 = z2 * z2;
        var low = MultiplyAdd(
            Linear(z, 0.28571428567108759, 0.22222222717427864),
            z2,
            Linear(z, 0.66666666666666663, 0.40000000000014585));
        var middle = MultiplyAdd(
            Linear(z, 0.13314144209654935, 0.12001072809590713),
            z2,
            Linear(z, 0.18181789436132859, 0.15385570064958623));
        var high = Linear(z, 0.088007384861446741, 0.16164045611943531);
        return MultiplyAdd(MultiplyAdd(high, z4, middle), z4, low);
    }
}
