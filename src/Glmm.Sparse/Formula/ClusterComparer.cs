using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Orders clusters by the labels of their columns.</summary>
/// <param name="columns">The columns whose combination is the grouping factor.</param>
/// <param name="rows">A row of each cluster.</param>
internal sealed class ClusterComparer(IReadOnlyList<TableColumn> columns, int[] rows) : IComparer<int>
{
    /// <inheritdoc/>
    public int Compare(int x, int y)
    {
        foreach (TableColumn column in columns)
        {
            int order = Compare(column, rows[x], rows[y]);
            if (order != 0) return order;
        }

        return 0;
    }

    private static int Compare(TableColumn column, int a, int b)
    {
        bool aMissing = column.IsMissing(a), bMissing = column.IsMissing(b);
        if (aMissing || bMissing) return aMissing.CompareTo(bMissing);
        return column switch
        {
            NumericColumn numbers => numbers[a].CompareTo(numbers[b]),
            BooleanColumn truths => truths[a].CompareTo(truths[b]),
            TextColumn texts => texts.Utf8(texts[a]).SequenceCompareTo(texts.Utf8(texts[b])),
            _ => throw new InvalidOperationException($"Unknown kind of column: {column.Kind}."),
        };
    }
}
