namespace Glmm.Sparse.Formula;

/// <summary>
/// Orders texts by code point, which is the order of their UTF-8 bytes (and not of their UTF-16 units).
/// </summary>
internal sealed class CodePointComparer : IComparer<string>
{
    public static CodePointComparer Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        int same = x.AsSpan().CommonPrefixLength(y);
        int a = Rank(x, same), b = Rank(y, same);
        return a.CompareTo(b);
    }

    /// <summary>Where two texts part: the end first, and halves of pairs, whose code points are above all others,
    /// last.</summary>
    private static int Rank(ReadOnlySpan<char> text, int at) =>
        at == text.Length ? -1 : char.IsSurrogate(text[at]) ? char.MaxValue + text[at] : text[at];
}
