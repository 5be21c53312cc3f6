using System.Globalization;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>Reads the text of options; every failure names the option and what it takes.</summary>
internal static class OptionText
{
    /// <summary>One of some names.</summary>
    public static T Choice<T>(string option, string text, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        foreach ((string name, T value) in choices)
        {
            if (name == text) return value;
        }

        var names = new string[choices.Length];
        for (int i = 0; i < names.Length; i++) names[i] = choices[i].Name;
        throw NoChoice(option, text, names, " or ");
    }

    /// <summary>The error of a name that an option does not know.</summary>
    public static InvalidModelOptionException NoChoice(
        string option, string text, IReadOnlyCollection<string> names, string separator = ", ")
    {
        string meant = NearestName.Suggestion(text, names);
        return new InvalidModelOptionException(
            $"{option} cannot be '{text}'{meant}; use {string.Join(separator, names)}.");
    }

    /// <summary>A finite number.</summary>
    public static double Number(string option, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        && double.IsFinite(value)
            ? value
            : throw new InvalidModelOptionException($"{option} must be a finite number, not '{text}'.");

    /// <summary>Finite numbers with commas between them.</summary>
    public static double[] Numbers(string option, string text) =>
        [.. text.Split(',').Select(part => Number(option, part.Trim()))];

    /// <summary>The probability of <c>--level</c>, or null where it was left out.</summary>
    public static double? Level(string? text)
    {
        if (text is null) return null;
        double level = Number("--level", text);
        return level is > 0 and < 1
            ? level
            : throw new InvalidModelOptionException(
                $"--level must lie between 0 and 1, such as 0.95, not '{text}'.");
    }

    /// <summary>A whole number within bounds.</summary>
    public static int WholeNumber(string option, string text, int least, int most = int.MaxValue) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
        && value >= least && value <= most
            ? value
            : throw new InvalidModelOptionException(most == int.MaxValue
                ? $"{option} must be a whole number of {least} or more, not '{text}'."
                : $"{option} must be a whole number from {least} to {most}, not '{text}'.");

    /// <summary>FACTOR=LEVEL pairs, one for each factor.</summary>
    public static Dictionary<string, string> Pairs(string option, IEnumerable<string> texts)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == text.Length - 1)
            {
                throw new InvalidModelOptionException(
                    $"{option} must name a factor and what follows it, as in FACTOR=LEVEL, not '{text}'.");
            }

            if (!pairs.TryAdd(text[..equals].Trim(), text[(equals + 1)..]))
            {
                throw new InvalidModelOptionException(
                    $"{option} is given twice for factor '{text[..equals].Trim()}'; give it once.");
            }
        }

        return pairs;
    }

    /// <summary>
    /// Levels with commas between them; one that holds a comma or a quote is put in double quotes, and a quote within
    /// is doubled.
    /// </summary>
    public static IReadOnlyList<string> Levels(string option, string factor, string text)
    {
        var levels = new List<string>();
        int position = 0;
        do
        {
            levels.Add(NextLevel(option, factor, text, ref position));
        }
        while (position++ < text.Length);

        if (levels.GroupBy(static level => level).FirstOrDefault(static group => group.Count() > 1) is { } repeated)
        {
            throw new InvalidModelOptionException(
                $"{option} lists the level '{repeated.Key}' of factor '{factor}' twice; list it once.");
        }

        return levels;
    }

    private static string NextLevel(string option, string factor, string text, ref int position)
    {
        int start = position;
        bool quoted = false;
        for (; position < text.Length && (quoted || text[position] != ','); position++)
        {
            if (text[position] == '"') quoted = !quoted;
        }

        string level = text[start..position].Trim();
        bool isQuoted = level.StartsWith('"');
        if (isQuoted && level.Length > 1 && level.EndsWith('"'))
            level = level[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal);
        else if (quoted || isQuoted)
            throw new InvalidModelOptionException($"{option} has an unmatched quote among the levels of '{factor}'.");
        return level.Length > 0
            ? level
            : throw new InvalidModelOptionException(
                $"{option} has an empty level for factor '{factor}'; remove the comma.");
    }
}
