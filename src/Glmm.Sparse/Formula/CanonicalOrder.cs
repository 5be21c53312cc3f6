using Glmm.Sparse.Tables;
using Glmm.Sparse.Threading;

namespace Glmm.Sparse.Formula;

/// <summary>Puts the rows of a table in an order that only their contents decide (<see cref="RowOrder"/>).</summary>
/// <remarks>
/// Rows of a cluster are sorted by 64-bit hashes of the columns that the model uses. Equal rows have equal hashes and
/// may stand for each other; two different rows of one cluster share a hash by a chance of one in 2⁶⁴, and would then
/// keep the order of the table.
/// </remarks>
internal sealed class CanonicalOrder
{
    private const int PartitionRows = 1 << 15;

    private readonly ColumnTable _table;
    private readonly WorkerTeam _team;

    private CanonicalOrder(ColumnTable table, WorkerTeam team) => (_table, _team) = (table, team);

    /// <summary>The table's rows in canonical order.</summary>
    /// <param name="table">The table.</param>
    /// <param name="group">The columns whose combination is the grouping factor.</param>
    /// <param name="used">All columns that the model uses.</param>
    /// <returns>The rows; null where they are in that order already.</returns>
    public static int[]? Of(
        ColumnTable table, IReadOnlyList<TableColumn> group, IReadOnlyList<TableColumn> used)
    {
        using var team = new WorkerTeam(WorkerTeam.Count(0));
        int[] rows = new CanonicalOrder(table, team).Sort(group, used);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] != i) return rows;
        }

        return null;
    }

    private int[] Sort(IReadOnlyList<TableColumn> group, IReadOnlyList<TableColumn> used)
    {
        (int[] codes, int clusters) = ClusterBuilder.Rank(group, RowMap.All(_table.RowCount));
        (int[] start, int[] rows) = new Model.ClusterIndex("", codes, clusters).RowsByCluster();
        ulong[] hashes = Hash(used, rows);
        int[] first = Cut(start);
        _team.Run(first.Length - 1, new PartitionedAction(partition =>
        {
            for (int cluster = first[partition]; cluster < first[partition + 1]; cluster++)
            {
                int from = start[cluster], count = start[cluster + 1] - from;
                if (count > 1) hashes.AsSpan(from, count).Sort(rows.AsSpan(from, count));
            }
        }));
        return rows;
    }

    /// <summary>Runs of clusters with about equally many rows: the first cluster of each, and the number of
    /// clusters.</summary>
    private static int[] Cut(int[] start)
    {
        var first = new List<int> { 0 };
        for (int cluster = 1; cluster < start.Length - 1; cluster++)
        {
            if (start[cluster] - start[first[^1]] >= PartitionRows) first.Add(cluster);
        }

        first.Add(start.Length - 1);
        return [.. first];
    }

    /// <summary>A hash of each row, in the order given.</summary>
    private ulong[] Hash(IReadOnlyList<TableColumn> used, int[] rows)
    {
        RowHash[] columns = [.. used.Select(static column => new RowHash(column))];
        var hashes = new ulong[rows.Length];
        int partitions = (rows.Length + PartitionRows - 1) / PartitionRows;
        _team.Run(partitions, new PartitionedAction(partition =>
        {
            int from = partition * PartitionRows, count = Math.Min(PartitionRows, rows.Length - from);
            foreach (RowHash column in columns) column.Mix(rows.AsSpan(from, count), hashes.AsSpan(from, count));
        }));
        return hashes;
    }
}
