using System.Text;

namespace Glmm.Sparse.Formula;

/// <summary>
/// Orders texts by code point, which is the order of their UTF-8 bytes (and not of their UTF-16 units).
/// </summary>
internal sealed class CodePointComparer : IComparer<string>
{
    public static CodePointComparer Instance { get; } = new();

    public int Compare(string? x, string? y) =>
        Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
