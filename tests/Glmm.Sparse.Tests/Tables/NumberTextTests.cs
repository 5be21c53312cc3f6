using System.Globalization;
using System.Text;
using CsCheck;
using Glmm.Sparse.Tables;
using NUnit.Framework;

namespace Glmm.Sparse.Tests.Tables;

[TestFixture]
internal sealed class NumberTextTests
{
    // (2m + 1) / 2 with an m of 53 bits, or of fewer and more halves, times a power of ten that leaves 64 bits.
    private static readonly Gen<ulong> HalfWay = Gen.Select(
        Gen.ULong[1UL << 52, (1UL << 53) - 1], Gen.OneOf<ulong>(1, 5, 10, 25, 50, 100, 125, 250, 500, 625),
        static (m, factor) => ((2 * m) + 1) * factor);

    [TestCase("0", 0)]
    [TestCase("-0.5", -0.5)]
    [TestCase("+7", 7)]
    [TestCase(".25", 0.25)]
    [TestCase("3.", 3)]
    [TestCase("1e5", 1e5)]
    [TestCase("1.5E-10", 1.5e-10)]
    [TestCase(" 12 ", 12)]
    [TestCase("9007199254740992", 9007199254740992)]
    [TestCase("1000000000000000000000", 1e21)]
    [TestCase("0.1234567890123456789012345", 0.1234567890123456789012345)]
    [TestCase("000000000000000000000000012.5", 12.5)]
    [TestCase("Inf", double.PositiveInfinity)]
    [TestCase("-inf", double.NegativeInfinity)]
    [TestCase("Infinity", double.PositiveInfinity)]
    [TestCase("1e999", double.PositiveInfinity)]
    [TestCase("NaN", double.NaN)]
    [TestCase("nan", double.NaN)]
    public void NumbersAreReadAsRWritesThem(string text, double value)
    {
        Assert.That(NumberText.TryParse(text, out double actual), Is.True);
        Assert.That(actual, Is.EqualTo(value));
        Assert.That(TableColumn.IsMissingValue(actual), Is.False);
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("-")]
    [TestCase(".")]
    [TestCase("1,000")]
    [TestCase("1 000")]
    [TestCase("0x1A")]
    [TestCase("3+")]
    [TestCase("1e")]
    [TestCase("--1")]
    [TestCase("1.2.3")]
    [TestCase("∞")]
    [TestCase("$5")]
    [TestCase("(5)")]
    [TestCase("NA")]
    [TestCase("9007199254740993", Description = "not exact, so an identifier")]
    [TestCase("12345678901234567890")]
    public void OthersAreNoNumbers(string text) => Assert.That(NumberText.TryParse(text, out _), Is.False);

    [Test]
    public void EveryDoubleReadsBackToTheBit() => Gen.Double
        .Where(double.IsFinite)
        .Sample(
            value =>
            {
                string text = value.ToString("R", CultureInfo.InvariantCulture);
                bool read = NumberText.TryParse(Encoding.UTF8.GetBytes(text), out double actual);
                return read && BitConverter.DoubleToInt64Bits(actual) == BitConverter.DoubleToInt64Bits(value);
            },
            iter: 50_000);

    [Test]
    public void ShortDecimalsRoundAsTheFrameworkRoundsThem() =>
        Gen.Select(Gen.Long[-1_000_000_000_000_000, 1_000_000_000_000_000], Gen.Int[0, 22])
        .Sample(
            (mantissa, decimals) =>
            {
                string digits = Math.Abs(mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
                string text = (mantissa < 0 ? "-" : "") + digits[..^decimals] + "." + digits[^decimals..];
                return NumberText.TryParse(text, out double actual)
                    && actual == double.Parse(text, CultureInfo.InvariantCulture);
            },
            iter: 50_000);

    /// <summary>Fractions of more digits than a double holds, those half-way between two doubles among them.</summary>
    [Test]
    public void LongDecimalsRoundAsTheFrameworkRoundsThem() =>
        Gen.Select(
            Gen.OneOf(Gen.ULong[1, 9_999_999_999_999_999_999], HalfWay), Gen.Int[1, DecimalRounding.MostDecimals])
        .Sample(
            (mantissa, decimals) =>
            {
                string digits = mantissa.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
                string text = digits[..^decimals] + "." + digits[^decimals..];
                double expected = double.Parse(text, CultureInfo.InvariantCulture);
                return NumberText.TryParse(text, out double actual) && actual == expected
                    && DecimalRounding.Round(mantissa, decimals) == expected;
            },
            iter: 100_000);
}
