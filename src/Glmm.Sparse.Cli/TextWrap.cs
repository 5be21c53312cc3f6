namespace Glmm.Sparse.Cli;

/// <summary>Breaks lines between words, so that they fit a terminal of 80 columns.</summary>
internal static class TextWrap
{
    /// <summary>The most characters in a line, unless a word is longer.</summary>
    public const int Width = 80;

    /// <summary>Writes a text.</summary>
    /// <param name="output">Written to.</param>
    /// <param name="text">The text; blanks at its start are kept.</param>
    /// <param name="indent">Blanks before every line but the first.</param>
    /// <param name="mark">Makes a line stand out, or null.</param>
    public static void Write(TextWriter output, string text, int indent, Func<string, string>? mark = null)
    {
        foreach (string line in Lines(text, indent)) output.WriteLine(mark is null ? line : mark(line));
    }

    private static IEnumerable<string> Lines(string text, int indent)
    {
        int lead = 0;
        while (text.Length > Width)
        {
            int end = text.LastIndexOf(' ', Width);
            // Blanks that indent are no place for a break.
            if (end <= lead || text.AsSpan(0, end).IsWhiteSpace()) end = text.IndexOf(' ', Math.Max(lead, Width));
            if (end < 0) break;
            yield return text[..end];
            text = new string(' ', indent) + text[(end + 1)..];
            lead = indent;
        }

        yield return text;
    }
}
