using System.Globalization;

namespace Glmm.Sparse.Report;

/// <summary>Numbers and names as a reader wants them.</summary>
internal static class Words
{
    /// <summary>A number with some significant digits and a true minus sign.</summary>
    public static string Number(double value, int digits = 4)
    {
        if (double.IsNaN(value)) return "–";
        if (double.IsInfinity(value)) return value > 0 ? "∞" : "−∞";
        if (value == 0) return "0";
        int magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return Minus(magnitude is < -4 or >= 7
            ? Power(value, digits)
            : value.ToString($"F{Math.Max(0, digits - 1 - magnitude)}", CultureInfo.InvariantCulture));
    }

    /// <summary>A number with a fixed number of decimals and a true minus sign.</summary>
    public static string Fixed(double value, int decimals) => !double.IsFinite(value) || Math.Abs(value) >= 1e7
        ? Number(value)
        : Minus(value.ToString($"F{decimals}", CultureInfo.InvariantCulture));

    /// <summary>A whole number with thin spaces between thousands.</summary>
    public static string Count(long value) =>
        value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    /// <summary>A number of things, the word in the plural where it should be.</summary>
    public static string Count(long value, string thing, string? things = null) =>
        $"{Count(value)} {(value == 1 ? thing : things ?? thing + "s")}";

    /// <summary>A p-value.</summary>
    public static string Probability(double p) => p switch
    {
        double.NaN => "–",
        < 0.0001 => "< 0.0001",
        _ => p.ToString("F4", CultureInfo.InvariantCulture),
    };

    /// <summary>A p-value with its relation.</summary>
    public static string WithP(double p) => p < 0.0001 ? "p < 0.0001" : $"p = {Probability(p)}";

    /// <summary>A share in per cent.</summary>
    public static string Percent(double share, int decimals = 0) =>
        double.IsFinite(share) ? $"{Fixed(100 * share, decimals)} %" : "–";

    /// <summary>A level such as 0.95 in per cent.</summary>
    public static string Level(double level) =>
        (100 * level).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    /// <summary>A name that is not longer than there is room for.</summary>
    public static string Short(string name, int most) => name.Length <= most ? name : name[..(most - 1)] + "…";

    /// <summary>Names one behind the other, <c>and</c> before the last.</summary>
    public static string List(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "none",
        1 => names[0],
        _ => $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}",
    };

    /// <summary>A true minus sign for a hyphen.</summary>
    public static string Minus(string number) => number.Replace('-', '\u2212');

    private static string Power(double value, int digits)
    {
        string text = value.ToString($"e{digits - 1}", CultureInfo.InvariantCulture);
        int at = text.IndexOf('e', StringComparison.Ordinal);
        int exponent = int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture);
        return $"{text[..at]}e{exponent.ToString(CultureInfo.InvariantCulture)}";
    }
}
