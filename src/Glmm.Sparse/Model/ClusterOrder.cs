namespace Glmm.Sparse.Model;

/// <summary>The rows of a design in the order of their clusters (and, within a cluster, of the data).</summary>
internal sealed class ClusterOrder
{
    private readonly int[]? _rows;

    private ClusterOrder(int[] clusterStart, int[]? rows)
    {
        ClusterStart = clusterStart;
        _rows = rows;
    }

    /// <summary>Where each cluster starts, k + 1 row numbers.</summary>
    internal int[] ClusterStart { get; }

    /// <summary>Sorts by counting, O(n + k).</summary>
    internal static ClusterOrder Create(ClusterIndex clusters)
    {
        ReadOnlySpan<int> codes = clusters.Codes.Span;
        var start = new int[clusters.Count + 1];
        bool sorted = true;
        for (int row = 0; row < codes.Length; row++)
        {
            int code = codes[row];
            if ((uint)code >= (uint)clusters.Count)
            {
                throw new InvalidModelDataException(
                    $"Row {row + 1} belongs to cluster {code} of '{clusters.Name}', but codes go from 0 to " +
                    $"{clusters.Count - 1}.");
            }

            sorted &= row == 0 || code >= codes[row - 1];
            start[code + 1]++;
        }

        for (int i = 0; i < clusters.Count; i++) start[i + 1] += start[i];
        if (sorted) return new ClusterOrder(start, null);
        var next = start.AsSpan(0, clusters.Count).ToArray();
        var rows = new int[codes.Length];
        for (int row = 0; row < codes.Length; row++) rows[next[codes[row]]++] = row;
        return new ClusterOrder(start, rows);
    }

    /// <summary>The design's row at a packed position.</summary>
    internal int Row(int position) => _rows is null ? position : _rows[position];

    /// <summary>Writes the design's rows at some packed positions.</summary>
    internal void RowsInto(int position, Span<int> rows)
    {
        if (_rows is not null)
        {
            _rows.AsSpan(position, rows.Length).CopyTo(rows);
            return;
        }

        for (int i = 0; i < rows.Length; i++) rows[i] = position + i;
    }
}
