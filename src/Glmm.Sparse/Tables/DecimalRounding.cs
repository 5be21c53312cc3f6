using System.Numerics;

namespace Glmm.Sparse.Tables;

/// <summary>Rounds decimal fractions to the nearest double, ties to even.</summary>
/// <remarks>Lemire (2021), Number parsing at a gigabyte per second, §5 and 6, for few enough decimals that one
/// multiplication by a reciprocal of 128 bits always decides.</remarks>
internal static class DecimalRounding
{
    /// <summary>The most decimals it takes.</summary>
    public const int MostDecimals = 27;

    private const int MantissaBits = 52;
    private const int ExponentBias = 1023;

    /// <summary>For ties: with more decimals than this, a 64-bit mantissa cannot lie half-way.</summary>
    private const int MostDecimalsOfTies = 4;

    /// <summary>The upper 128 bits of 5 to the power of minus the decimals, rounded up.</summary>
    private static readonly (ulong High, ulong Low)[] Reciprocals = MakeReciprocals();

    /// <summary>The double next to mantissa · 10^−decimals.</summary>
    /// <param name="mantissa">Not 0.</param>
    /// <param name="decimals">From 0 to <see cref="MostDecimals"/>.</param>
    public static double Round(ulong mantissa, int decimals)
    {
        int zeros = BitOperations.LeadingZeroCount(mantissa);
        ulong normal = mantissa << zeros;
        (ulong powerHigh, ulong powerLow) = Reciprocals[decimals];
        ulong high = Math.BigMul(normal, powerHigh, out ulong low);
        if ((high & 0x1FF) == 0x1FF)
        {
            ulong carry = Math.BigMul(normal, powerLow, out _);
            low += carry;
            if (low < carry) high++;
        }

        // One bit more than the mantissa has, to round by.
        int upper = (int)(high >> 63);
        int shift = upper + 63 - (MantissaBits + 1) - 1;
        ulong rounded = high >> shift;

        // ⌊log2 10^−decimals⌋, exactly so for such exponents.
        int exponent = ((-217_706 * decimals) >> 16) + 63 + upper - zeros;
        if (low <= 1 && decimals <= MostDecimalsOfTies && (rounded & 3) == 1 && rounded << shift == high)
            rounded &= ~1UL;
        rounded += rounded & 1;
        rounded >>= 1;

        // A carry out of the mantissa leaves it zero and the exponent one larger, as it should.
        ulong bits = ((ulong)(exponent + ExponentBias - 1) << MantissaBits) + rounded;
        return BitConverter.UInt64BitsToDouble(bits);
    }

    private static (ulong High, ulong Low)[] MakeReciprocals()
    {
        var reciprocals = new (ulong High, ulong Low)[MostDecimals + 1];
        reciprocals[0] = (1UL << 63, 0);
        for (int decimals = 1; decimals <= MostDecimals; decimals++)
        {
            BigInteger power = BigInteger.Pow(5, decimals);
            BigInteger reciprocal = ((BigInteger.One << ((int)power.GetBitLength() + 127)) / power) + 1;
            reciprocals[decimals] = ((ulong)(reciprocal >> 64), (ulong)(reciprocal & ulong.MaxValue));
        }

        return reciprocals;
    }
}
