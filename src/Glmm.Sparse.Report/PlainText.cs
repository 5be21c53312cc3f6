using System.Text;
using System.Xml;

namespace Glmm.Sparse.Report;

/// <summary>Text of the user as a document can hold it.</summary>
internal static class PlainText
{
    private const char Replacement = '\ufffd';

    /// <summary>The text with U+FFFD for what XML 1.0 forbids even when escaped: control characters but tab and line
    /// ends, lone surrogates, U+FFFE and U+FFFF.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        int first = FirstForbidden(text);
        if (first < 0) return text;
        var clean = new StringBuilder(text);
        for (int i = first; i < text.Length; i++)
        {
            if (IsPair(text, i)) i++;
            else if (!XmlConvert.IsXmlChar(text[i])) clean[i] = Replacement;
        }

        return clean.ToString();
    }

    private static int FirstForbidden(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsPair(text, i)) i++;
            else if (!XmlConvert.IsXmlChar(text[i])) return i;
        }

        return -1;
    }

    private static bool IsPair(string text, int at) =>
        at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
}
