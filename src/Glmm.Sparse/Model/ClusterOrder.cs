namespace Glmm.Sparse.Model;

/// <summary>
/// The clusters in the engine's order, and the rows of each (within a cluster in the order of the data). Immutable and
/// thread-safe.
/// </summary>
/// <remarks>
/// The engine's order is the user's but for windows of <see cref="Window"/> clusters that are sorted by size: eight
/// neighbours then have nearly equally many rows, while what lies together in the data stays together.
/// </remarks>
internal sealed class ClusterOrder
{
    /// <summary>Clusters with more rows are long: they are cut into runs of their own.</summary>
    internal const int LongestShort = 64;

    private const int Window = 256;

    private readonly int[] _start;
    private readonly int[] _codes;
    private readonly int[]? _rows;

    private ClusterOrder(int[] start, int[]? rows)
    {
        _start = start;
        _rows = rows;
        _codes = SortBySize(start);
    }

    /// <summary>k, clusters without rows counted.</summary>
    internal int ClusterCount => _codes.Length;

    /// <summary>n.</summary>
    internal int RowCount => _start[^1];

    /// <summary>Clusters that have rows.</summary>
    internal int UsedClusters
    {
        get
        {
            int used = 0;
            for (int code = 0; code < ClusterCount; code++)
            {
                if (_start[code + 1] > _start[code]) used++;
            }

            return used;
        }
    }

    /// <summary>Whether the rows come sorted by cluster, so that a cluster's rows follow each other in the
    /// data.</summary>
    internal bool IsSorted => _rows is null;

    /// <summary>The user's code of each cluster, in the engine's order.</summary>
    internal ReadOnlySpan<int> Codes => _codes;

    /// <summary>Sorts by counting, O(n + k).</summary>
    internal static ClusterOrder Create(ClusterIndex clusters)
    {
        ReadOnlySpan<int> codes = clusters.Codes.Span;
        var start = new int[clusters.Count + 1];
        bool sorted = true;
        int previous = 0;
        for (int row = 0; row < codes.Length; row++)
        {
            int code = codes[row];
            if ((uint)code >= (uint)clusters.Count)
            {
                throw new InvalidModelDataException(
                    $"Row {row + 1} belongs to cluster {code} of '{clusters.Name}', but codes go from 0 to " +
                    $"{clusters.Count - 1}.");
            }

            sorted &= code >= previous;
            previous = code;
            start[code + 1]++;
        }

        for (int i = 0; i < clusters.Count; i++) start[i + 1] += start[i];
        if (sorted) return new ClusterOrder(start, null);
        var next = start.AsSpan(0, clusters.Count).ToArray();
        var rows = new int[codes.Length];
        for (int row = 0; row < codes.Length; row++) rows[next[codes[row]]++] = row;
        return new ClusterOrder(start, rows);
    }

    /// <summary>Rows of a cluster.</summary>
    /// <param name="cluster">Its number in the engine's order.</param>
    internal int Size(int cluster) => _start[_codes[cluster] + 1] - _start[_codes[cluster]];

    /// <summary>The position of a cluster's first row; its rows have consecutive positions.</summary>
    /// <param name="cluster">Its number in the engine's order; one beyond the last has no rows.</param>
    internal int FirstPosition(int cluster) => cluster < _codes.Length ? _start[_codes[cluster]] : 0;

    /// <summary>
    /// Positions that lie a window ahead of some clusters, as many as these have: they are needed soon, but not one
    /// behind the other.
    /// </summary>
    /// <param name="cluster">Number of the first cluster, in the engine's order.</param>
    /// <param name="count">Number of clusters.</param>
    internal (int First, int Count) Ahead(int cluster, int count)
    {
        int first = Math.Min(cluster + Window, ClusterCount), end = Math.Min(first + count, ClusterCount);
        return (_start[first], _start[end] - _start[first]);
    }

    /// <summary>The design's row at a position.</summary>
    internal int Row(int position) => _rows is null ? position : _rows[position];

    /// <summary>The design's rows at consecutive positions, of rows that are not sorted.</summary>
    internal ReadOnlySpan<int> Rows(int position, int count) => _rows.AsSpan(position, count);

    /// <summary>Writes the design's rows at consecutive positions.</summary>
    internal void RowsInto(int position, Span<int> rows)
    {
        if (_rows is not null)
        {
            _rows.AsSpan(position, rows.Length).CopyTo(rows);
            return;
        }

        for (int i = 0; i < rows.Length; i++) rows[i] = position + i;
    }

    // Long clusters first, then from 64 rows down to none; equal sizes keep their order.
    private static int[] SortBySize(int[] start)
    {
        int k = start.Length - 1;
        var codes = new int[k];
        Span<int> next = stackalloc int[LongestShort + 3];
        for (int first = 0; first < k; first += Window)
        {
            int end = Math.Min(first + Window, k);
            next.Clear();
            for (int code = first; code < end; code++) next[Rank(code) + 1]++;
            next[0] = first;
            for (int rank = 1; rank < next.Length; rank++) next[rank] += next[rank - 1];
            for (int code = first; code < end; code++) codes[next[Rank(code)]++] = code;
        }

        return codes;

        int Rank(int code) => Math.Max(0, LongestShort + 1 - (start[code + 1] - start[code]));
    }
}
