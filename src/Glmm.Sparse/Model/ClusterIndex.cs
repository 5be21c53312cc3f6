namespace Glmm.Sparse.Model;

/// <summary>Which cluster each row belongs to. Immutable and thread-safe; the arrays given are not copied.</summary>
public sealed class ClusterIndex
{
    /// <summary>Makes the index.</summary>
    /// <param name="name">Name of the grouping factor, such as <c>subject</c>.</param>
    /// <param name="codes">Zero-based cluster of each of the n rows; every code is below
    /// <paramref name="count"/>.</param>
    /// <param name="count">Number of clusters, k.</param>
    /// <param name="label">Gives the label of a cluster; the code itself when null.</param>
    public ClusterIndex(string name, ReadOnlyMemory<int> codes, int count, Func<int, string>? label = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Name = name;
        Codes = codes;
        Count = count;
        LabelOf = label ?? (static code => code.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Name of the grouping factor.</summary>
    public string Name { get; }

    /// <summary>Zero-based cluster of each of the n rows.</summary>
    public ReadOnlyMemory<int> Codes { get; }

    /// <summary>Number of clusters, k.</summary>
    public int Count { get; }

    /// <summary>Gives the label of a cluster.</summary>
    public Func<int, string> LabelOf { get; }

    /// <summary>Whether the rows come sorted by cluster.</summary>
    internal bool IsSorted
    {
        get
        {
            ReadOnlySpan<int> codes = Codes.Span;
            for (int row = 1; row < codes.Length; row++)
            {
                if (codes[row] < codes[row - 1]) return false;
            }

            return true;
        }
    }

    /// <summary>The rows of each cluster, one cluster after the other, in their order: a counting sort.</summary>
    /// <returns>k + 1 places, those of cluster i from Start[i] up to Start[i + 1], and the n rows at them.</returns>
    internal (int[] Start, int[] Rows) RowsByCluster()
    {
        ReadOnlySpan<int> codes = Codes.Span;
        var start = new int[Count + 1];
        foreach (int code in codes) start[code + 1]++;
        for (int i = 0; i < Count; i++) start[i + 1] += start[i];
        int[] next = start[..^1], rows = new int[codes.Length];
        for (int r = 0; r < codes.Length; r++) rows[next[codes[r]]++] = r;
        return (start, rows);
    }
}
