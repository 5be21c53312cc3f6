namespace Glmm.Sparse.Tables;

/// <summary>What the clusters of a grouping column look like. Immutable.</summary>
public sealed record ClusterDescription
{
    /// <summary>The grouping column.</summary>
    public required string Name { get; init; }

    /// <summary>Clusters.</summary>
    public required int Count { get; init; }

    /// <summary>Rows of the smallest.</summary>
    public required int Smallest { get; init; }

    /// <summary>The median number of rows.</summary>
    public required double Median { get; init; }

    /// <summary>Rows of the largest.</summary>
    public required int Largest { get; init; }

    /// <summary>Clusters of one row, which tell nothing of the variance within.</summary>
    public required int Singletons { get; init; }

    /// <summary>Other columns with more than one value in some cluster.</summary>
    public required IReadOnlyList<string> Varying { get; init; }

    /// <summary>Other columns that are constant in every cluster.</summary>
    public required IReadOnlyList<string> Constant { get; init; }

    /// <summary>Grouping columns whose clusters contain these whole.</summary>
    public required IReadOnlyList<string> NestedIn { get; init; }

    /// <summary>
    /// Grouping columns of which each label of this one comes with several: the two are crossed, or this one is nested
    /// in the other with labels that start anew in each of its clusters, and then the cluster is the interaction of
    /// both.
    /// </summary>
    public required IReadOnlyList<string> RepeatedIn { get; init; }

    internal static ClusterDescription Of(
        string name, IReadOnlyDictionary<string, ColumnCodes> columns, IReadOnlyList<string> grouping)
    {
        ColumnCodes own = columns[name];
        int[] sizes = own.Sizes();
        Array.Sort(sizes);
        int k = sizes.Length;
        ILookup<bool, string> others = columns.Keys.Where(other => other != name)
            .ToLookup(other => own.Determines(columns[other]));
        return new ClusterDescription
        {
            Name = name,
            Count = k,
            Smallest = k == 0 ? 0 : sizes[0],
            Median = k == 0 ? double.NaN : 0.5 * (sizes[(k - 1) / 2] + sizes[k / 2]),
            Largest = k == 0 ? 0 : sizes[^1],
            Singletons = sizes.Count(static size => size == 1),
            Varying = [.. others[false]],
            Constant = [.. others[true]],
            NestedIn = [.. grouping.Where(other => others[true].Contains(other) && columns[other].Count < k)],
            RepeatedIn = [.. grouping.Where(other => other != name && IsRepeated(own, columns[other]))],
        };
    }

    // Every label with at least two of the other's, and fewer labels than the other has clusters; but labels that
    // hold the other's whole are its outer level, not repeated in it.
    private static bool IsRepeated(ColumnCodes own, ColumnCodes other)
    {
        if (own.Count >= other.Count || other.Determines(own)) return false;
        var first = new int[own.Count];
        var several = new bool[own.Count];
        Array.Fill(first, -1);
        for (int row = 0; row < own.Codes.Length; row++)
        {
            (int label, int cluster) = (own.Codes[row], other.Codes[row]);
            if (label < 0 || cluster < 0) continue;
            if (first[label] < 0) first[label] = cluster;
            else several[label] |= first[label] != cluster;
        }

        return several.All(static s => s);
    }
}
