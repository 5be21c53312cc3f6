using System.Collections;

namespace Glmm.Sparse.Tables;

/// <summary>The texts of an arena as strings, each made when it is first asked for. Thread-safe.</summary>
internal sealed class TextList(TextArena texts) : IReadOnlyList<string>
{
    // Two threads may make the same string; whichever stays, it reads the same.
    private string?[]? _made;

    /// <inheritdoc/>
    public int Count => texts.Count;

    /// <inheritdoc/>
    public string this[int index]
    {
        get
        {
            string?[] made = _made ??= new string?[texts.Count];
            return made[index] ??= texts.TextAt(index);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < texts.Count; i++) yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
