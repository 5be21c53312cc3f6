using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Glmm.Sparse.Tables;

/// <summary>
/// Reads a number as R writes it: decimal with an optional exponent, or NaN, Inf, Infinity in any case. No thousands
/// separators, no hexadecimal. Spaces around it do not matter.
/// </summary>
public static class NumberText
{
    /// <summary>
    /// Below this, mantissa and power of ten are exact doubles and one operation rounds once (Clinger 1990).
    /// </summary>
    private const ulong LargestExactMantissa = 1UL << 53;

    private const int ExactDigits = 15;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ];

    /// <summary>Reads a number, correctly rounded.</summary>
    /// <param name="utf8">The text in UTF-8.</param>
    /// <param name="value">The number; an infinity where it is too large for a double.</param>
    /// <returns>
    /// False where the text is no number, or is a whole number of more digits than a double can hold (an identifier,
    /// in all likelihood: rounding would merge different ones).
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out double value)
    {
        int at = 0;
        bool negative = false;
        if (utf8.Length > 0 && utf8[0] is (byte)'-' or (byte)'+')
        {
            negative = utf8[0] == (byte)'-';
            at = 1;
        }

        ulong mantissa = 0;
        int digits = 0; // from the first that is not 0
        int decimals = 0;
        bool hasDigit = false;
        bool inDecimals = false;
        for (; at < utf8.Length; at++)
        {
            uint digit = (uint)utf8[at] - '0';
            if (digit <= 9)
            {
                mantissa = (10 * mantissa) + digit;
                hasDigit = true;
                if (mantissa > 0) digits++;
                if (inDecimals) decimals++;
            }
            else if (utf8[at] == (byte)'.' && !inDecimals)
            {
                inDecimals = true;
            }
            else
            {
                break;
            }
        }

        // 19 digits cannot overflow 64 bits.
        double magnitude;
        if (at < utf8.Length || !hasDigit || digits > 19)
            return TryParseSlowly(utf8, out value);
        if (mantissa <= LargestExactMantissa && decimals <= 22)
            magnitude = mantissa / PowersOfTen[decimals];
        else if (inDecimals && decimals <= DecimalRounding.MostDecimals && mantissa > 0)
            magnitude = DecimalRounding.Round(mantissa, decimals);
        else
            return TryParseSlowly(utf8, out value);
        value = negative ? -magnitude : magnitude;
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out double)"/>
    /// <param name="text">The text.</param>
    /// <param name="value">The number.</param>
    public static bool TryParse(string text, out double value) => TryParse(Encoding.UTF8.GetBytes(text), out value);

    internal static bool IsNumber(string text) => TryParse(text, out _);

    internal static bool IsNumber(ReadOnlySpan<byte> utf8) => TryParse(utf8, out _);

    /// <summary>Whether a text is a number but for a comma where the point should be.</summary>
    internal static bool IsDecimalComma(string text) =>
        text.AsSpan().Count(',') == 1 && !text.Contains('.', StringComparison.Ordinal)
        && IsNumber(text.Replace(',', '.'));

    private static bool TryParseSlowly(ReadOnlySpan<byte> utf8, out double value)
    {
        ReadOnlySpan<byte> text = utf8.Trim(" \t"u8);
        ReadOnlySpan<byte> unsigned = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        bool negative = text.Length > 0 && text[0] == (byte)'-';
        if (unsigned.Length == 0)
        {
            value = 0;
            return false;
        }

        // Keeps double.Parse from accepting words of its own, such as a currency sign or the infinity symbol.
        if (unsigned[0] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'.'))
        {
            if (Ascii.EqualsIgnoreCase(unsigned, "nan"u8))
                value = double.NaN;
            else if (Ascii.EqualsIgnoreCase(unsigned, "inf"u8) || Ascii.EqualsIgnoreCase(unsigned, "infinity"u8))
                value = negative ? double.NegativeInfinity : double.PositiveInfinity;
            else
                value = 0;
            return value != 0;
        }

        const NumberStyles style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, style, CultureInfo.InvariantCulture, out value)) return false;
        return unsigned.Length <= ExactDigits || unsigned.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || IsExact(unsigned, value);
    }

    private static bool IsExact(ReadOnlySpan<byte> digits, double value) =>
        double.IsFinite(value)
        && BigInteger.Parse(Encoding.ASCII.GetString(digits), CultureInfo.InvariantCulture)
            == new BigInteger(Math.Abs(value));
}
