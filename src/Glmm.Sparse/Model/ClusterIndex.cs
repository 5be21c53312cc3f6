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
}
