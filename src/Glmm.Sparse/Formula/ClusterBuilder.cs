using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Numbers the clusters in order of first appearance.</summary>
internal static class ClusterBuilder
{
    /// <summary>Makes the index of a grouping factor.</summary>
    /// <param name="columns">The columns whose combination it is.</param>
    /// <param name="map">The rows used.</param>
    public static ClusterIndex Build(IReadOnlyList<TableColumn> columns, RowMap map)
    {
        int[] codes = new int[map.Count];
        int[] rows = Encode(columns, map, codes);
        string name = string.Join(":", columns.Select(column => column.Name));
        return new ClusterIndex(
            name, codes, rows.Length,
            code => string.Join(":", columns.Select(column => column.LabelAt(rows[code]))));
    }

    /// <summary>Numbers the clusters by their labels instead: numbers by size, texts by code point, FALSE before TRUE,
    /// what is missing last.</summary>
    /// <param name="columns">The columns whose combination is the grouping factor.</param>
    /// <param name="map">The rows used.</param>
    /// <returns>The number of each row's cluster, and how many clusters there are.</returns>
    public static (int[] Codes, int Count) Rank(IReadOnlyList<TableColumn> columns, RowMap map)
    {
        int[] codes = new int[map.Count];
        int[] rows = Encode(columns, map, codes);
        var order = new ClusterComparer(columns, rows);
        int[] sorted = [.. Enumerable.Range(0, rows.Length)];
        bool isSorted = true;
        for (int code = 1; code < sorted.Length && isSorted; code++) isSorted = order.Compare(code - 1, code) < 0;
        if (isSorted) return (codes, rows.Length);
        Array.Sort(sorted, order);
        int[] rank = new int[sorted.Length];
        for (int i = 0; i < sorted.Length; i++) rank[sorted[i]] = i;
        foreach (ref int code in codes.AsSpan()) code = rank[code];
        return (codes, rows.Length);
    }

    private static int[] Encode(IReadOnlyList<TableColumn> columns, RowMap map, int[] codes)
    {
        List<int> firstRows = Encode(columns[0], map, codes);
        foreach (TableColumn column in columns.Skip(1))
        {
            int[] inner = new int[map.Count];
            Encode(column, map, inner);
            firstRows = Combine(codes, inner, map);
        }

        return [.. firstRows];
    }

    private static List<int> Encode(TableColumn column, RowMap map, int[] codes) => column switch
    {
        NumericColumn numeric => EncodeNumbers(numeric, map, codes),
        TextColumn text => EncodeCodes(text.Gather, text.Texts.Count, map, codes),
        BooleanColumn boolean => EncodeCodes(boolean.Gather, 2, map, codes),
        _ => throw new InvalidOperationException($"Unknown kind of column: {column.Kind}."),
    };

    private static List<int> EncodeNumbers(NumericColumn column, RowMap map, int[] codes)
    {
        var codeOf = new Dictionary<double, int>();
        var firstRows = new List<int>();
        double previous = double.NaN;
        int code = -1;
        map.Visit(new NumericEvaluator(column), (first, rows, values) =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                // Data mostly come sorted by cluster. −0 and 0 are one.
                double value = values[i] + 0.0;
                if (value != previous || code < 0) code = CodeOf(value, rows[i], codeOf, firstRows);
                previous = value;
                codes[first + i] = code;
            }
        });
        return firstRows;
    }

    private delegate void CodeReader(ReadOnlySpan<int> rows, Span<int> codes);

    /// <summary>Numbers anew what has codes from −1 (missing) already.</summary>
    private static List<int> EncodeCodes(CodeReader read, int count, RowMap map, int[] codes)
    {
        int[] codeOf = new int[count + 1];
        Array.Fill(codeOf, -1);
        var firstRows = new List<int>();
        Span<int> rows = stackalloc int[RowEvaluator.BlockSize];
        for (int start = 0; start < codes.Length; start += RowEvaluator.BlockSize)
        {
            Span<int> block = codes.AsSpan(start, Math.Min(RowEvaluator.BlockSize, codes.Length - start));
            for (int i = 0; i < block.Length; i++) rows[i] = map.TableRow(start + i);
            read(rows[..block.Length], block);
            for (int i = 0; i < block.Length; i++)
            {
                ref int code = ref codeOf[block[i] + 1];
                if (code < 0)
                {
                    code = firstRows.Count;
                    firstRows.Add(rows[i]);
                }

                block[i] = code;
            }
        }

        return firstRows;
    }

    private static List<int> Combine(int[] outer, int[] inner, RowMap map)
    {
        long[] pairs = new long[outer.Length];
        for (int i = 0; i < pairs.Length; i++) pairs[i] = ((long)outer[i] << 32) | (uint)inner[i];
        var codeOf = new Dictionary<long, int>();
        var firstRows = new List<int>();
        for (int i = 0; i < pairs.Length; i++) outer[i] = CodeOf(pairs[i], map.TableRow(i), codeOf, firstRows);
        return firstRows;
    }

    private static int CodeOf<TKey>(TKey key, int row, Dictionary<TKey, int> codeOf, List<int> firstRows)
        where TKey : struct
    {
        if (codeOf.TryGetValue(key, out int code)) return code;
        code = firstRows.Count;
        codeOf.Add(key, code);
        firstRows.Add(row);
        return code;
    }
}
