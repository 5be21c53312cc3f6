using System.Globalization;
using System.Text;

namespace Glmm.Sparse.Formula;

/// <summary>Spells numbers, strings and names as R's deparse does.</summary>
internal static class RSpelling
{
    /// <summary>Words that R would not take for a name.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "TRUE", "FALSE", "NA", "NaN", "Inf", "NULL", "if", "else", "for", "while", "repeat", "function", "in",
        "next", "break", "pi",
    };

    /// <summary>
    /// Up to 15 significant digits, fixed unless the exponent form is shorter: <c>2</c>, <c>0.5</c>, <c>1e+05</c>.
    /// </summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "NaN" : value > 0 ? "Inf" : "-Inf";
        if (value == 0) return "0";
        string scientific = value.ToString("0.##############e+00", CultureInfo.InvariantCulture);
        int mark = scientific.IndexOf('e', StringComparison.Ordinal);
        int exponent = int.Parse(scientific.AsSpan(mark + 1), CultureInfo.InvariantCulture);
        int digits = scientific.AsSpan(0, mark).Count('.') == 0 ? 1 : mark - 1 - (value < 0 ? 1 : 0);
        int decimals = Math.Max(0, digits - 1 - exponent);
        string @fixed = value.ToString(
            string.Create(CultureInfo.InvariantCulture, $"F{decimals}"), CultureInfo.InvariantCulture);
        return @fixed.Length <= scientific.Length ? @fixed : scientific;
    }

    /// <summary>A text in quotes, quotes and backslashes inside escaped.</summary>
    public static string Quoted(string text, char quote)
    {
        var quoted = new StringBuilder().Append(quote);
        foreach (char c in text)
        {
            if (c == quote || c == '\\') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append(quote).ToString();
    }

    /// <summary>A name, in backquotes where R could not read it otherwise.</summary>
    public static string Name(string name)
    {
        bool plain = (char.IsLetter(name[0]) || (name[0] == '.' && !(name.Length > 1 && char.IsAsciiDigit(name[1]))))
            && name.All(c => char.IsLetterOrDigit(c) || c is '.' or '_')
            && !Reserved.Contains(name);
        return plain ? name : Quoted(name, '`');
    }
}
