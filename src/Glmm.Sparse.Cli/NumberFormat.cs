using System.Globalization;

namespace Glmm.Sparse.Cli;

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
        if (value is not { } number) return Missing;
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
            ? number.ToString($"F{decimals}", CultureInfo.InvariantCulture)
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

    /// <summary>A p-value as R prints it: three digits, "&lt;2e-16" where it is below the spacing of doubles.</summary>
    public static string Probability(double? p) => p switch
    {
        null => Missing,
        < SmallestProbability => "<2e-16",
        < 1e-4 => p.Value.ToString("0.00e-00", CultureInfo.InvariantCulture),
        < 0.001 => Fixed(p, 6),
        < 0.01 => Fixed(p, 5),
        _ => Fixed(p, 4),
    };

    private static int Magnitude(double value) => (int)Math.Floor(Math.Log10(Math.Abs(value)));
}
