using System.Globalization;

namespace Glmm.Sparse.Results;

/// <summary>Numbers as a person reads them; NA where there is none.</summary>
internal static class NumberFormat
{
    // Below it R prints "<2e-16": 2⁻⁵², the spacing of doubles at 1.
    private const double SmallestProbability = 2.220446049250313e-16;

    private const string Missing = "NA";
    private const int MostDecimals = 9;

    /// <summary>Some significant digits, in scientific form where that is shorter.</summary>
    public static string Significant(double? value, int digits)
    {
        if (value is not { } number || double.IsNaN(number)) return Missing;
        if (double.IsInfinity(number)) return number > 0 ? "Inf" : "-Inf";
        if (number == 0) return "0";
        int magnitude = Magnitude(number);
        return magnitude < -5 || magnitude >= 15
            ? number.ToString($"e{digits - 1}", CultureInfo.InvariantCulture)
                .Replace("e-0", "e-", StringComparison.Ordinal)
                .Replace("e+0", "e+", StringComparison.Ordinal)
            : number.ToString($"F{Math.Max(0, digits - 1 - magnitude)}", CultureInfo.InvariantCulture);
    }

    /// <summary>A number of decimals.</summary>
    public static string Fixed(double? value, int decimals) => value is { } number
        ? Math.Abs(number) < 1e15
            ? WithoutMinusZero(number.ToString($"F{decimals}", CultureInfo.InvariantCulture))
            : Significant(number, 4)
        : Missing;

    /// <summary>
    /// How to write the numbers of a column: all with the decimals that show some digits of even the smallest, or each
    /// on its own where those would be too many.
    /// </summary>
    public static Func<double?, string> ColumnFormat(IEnumerable<double?> values, int digits)
    {
        double[] sizes = [.. values.Where(static v => v is not (null or 0)).Select(static v => Math.Abs(v!.Value))];
        int decimals = sizes.Length == 0 ? digits - 1 : Math.Max(1, digits - 1 - Magnitude(sizes.Min()));
        return decimals <= MostDecimals ? value => Fixed(value, decimals) : value => Significant(value, digits);
    }

    /// <summary>
    /// The p-values of a column as R's format.pval prints them: three digits of even the smallest, in scientific form
    /// those below 0.001 where that is shorter, and "&lt;2e-16" below the spacing of doubles.
    /// </summary>
    public static string[] Probabilities(IReadOnlyList<double?> values)
    {
        Func<double, string> plain = ShortestFormat([.. values.OfType<double>().Where(static p => p >= 0.001)]);
        Func<double, string> small = ShortestFormat(
            [.. values.OfType<double>().Where(static p => p is < 0.001 and >= SmallestProbability)]);
        return
        [
            .. values.Select(value => value switch
            {
                null => Missing,
                < SmallestProbability => "<2e-16",
                { } p and < 0.001 => small(p),
                { } p => plain(p),
            }),
        ];
    }

    /// <summary>Fixed or scientific form, the shorter one, with the digits that three of each number need.</summary>
    private static Func<double, string> ShortestFormat(double[] values)
    {
        int significant = 1;
        int decimals = 0;
        foreach (double value in values)
        {
            // The digits that are left of three once trailing zeros are gone.
            string text = value.ToString("0.##e+00", CultureInfo.InvariantCulture);
            int digits = Math.Max(1, text.IndexOf('e', StringComparison.Ordinal) - 1);
            int exponent = int.Parse(text.AsSpan(text.IndexOf('e', StringComparison.Ordinal) + 1),
                CultureInfo.InvariantCulture);
            significant = Math.Max(significant, digits);
            decimals = Math.Max(decimals, digits - 1 - exponent);
        }

        int fixedWidth = decimals == 0 ? 1 : 2 + decimals;
        int scientificWidth = (significant == 1 ? 1 : 1 + significant) + 4;
        string format = fixedWidth <= scientificWidth
            ? $"F{decimals}"
            : $"0.{new string('0', significant - 1)}e-00";
        return value => value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string WithoutMinusZero(string text) =>
        text.AsSpan().ContainsAnyInRange('1', '9') ? text : text.TrimStart('-');

    private static int Magnitude(double value) => (int)Math.Floor(Math.Log10(Math.Abs(value)));
}
