namespace Glmm.Sparse.Formula;

/// <summary>Which rows of the table the design uses. Immutable and thread-safe.</summary>
internal sealed class RowMap
{
    private readonly int[]? _tableRows;

    private RowMap(int[]? tableRows, int count)
    {
        _tableRows = tableRows;
        Count = count;
    }

    /// <summary>Visits a block of rows.</summary>
    /// <param name="first">Design row of the block's first row.</param>
    /// <param name="tableRows">The table's rows.</param>
    /// <param name="values">The values in these rows.</param>
    public delegate void BlockVisitor(int first, ReadOnlySpan<int> tableRows, ReadOnlySpan<double> values);

    /// <summary>Number of rows used, n.</summary>
    public int Count { get; }

    /// <summary>Whether the rows of the design are those of the table, in its order.</summary>
    public bool IsIdentity => _tableRows is null;

    /// <summary>Every row of a table.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="order">Them all, in the order in which they are to come; null for the table's.</param>
    public static RowMap All(int count, int[]? order = null) => new(order, count);

    /// <summary>The rows of this map that are not dropped.</summary>
    /// <param name="dropped">For each row of the table, whether it is dropped; null where none is.</param>
    public RowMap Without(bool[]? dropped)
    {
        if (dropped is null) return this;
        var kept = new List<int>(Count);
        for (int i = 0; i < Count; i++)
        {
            int row = TableRow(i);
            if (!dropped[row]) kept.Add(row);
        }

        return kept.Count == Count ? this : new RowMap([.. kept], kept.Count);
    }

    /// <summary>The table's row behind a row of the design.</summary>
    public int TableRow(int row) => _tableRows is null ? row : _tableRows[row];

    /// <summary>Evaluates at some rows of the design.</summary>
    /// <param name="evaluator">What to evaluate.</param>
    /// <param name="rows">Rows of the design.</param>
    /// <param name="destination">Overwritten; at least as long as <paramref name="rows"/>.</param>
    public void Gather(RowEvaluator evaluator, ReadOnlySpan<int> rows, Span<double> destination)
    {
        Span<int> block = stackalloc int[RowEvaluator.BlockSize];
        for (int start = 0; start < rows.Length; start += RowEvaluator.BlockSize)
        {
            int length = Math.Min(RowEvaluator.BlockSize, rows.Length - start);
            ReadOnlySpan<int> wanted = rows.Slice(start, length);
            Span<double> values = destination.Slice(start, length);
            if (_tableRows is null)
            {
                evaluator.Evaluate(wanted, values);
                continue;
            }

            for (int i = 0; i < length; i++) block[i] = _tableRows[wanted[i]];
            evaluator.Evaluate(block[..length], values);
        }
    }

    /// <summary>Evaluates at every row of the design, block by block in order.</summary>
    public void Visit(RowEvaluator evaluator, BlockVisitor visit)
    {
        Span<int> tableRows = stackalloc int[RowEvaluator.BlockSize];
        Span<double> values = stackalloc double[RowEvaluator.BlockSize];
        for (int first = 0; first < Count; first += RowEvaluator.BlockSize)
        {
            int length = Evaluate(evaluator, first, tableRows, values);
            visit(first, tableRows[..length], values[..length]);
        }
    }

    /// <summary>The table's row of the first value that passes a test, or −1.</summary>
    public int FirstRow(RowEvaluator evaluator, Predicate<double> test)
    {
        Span<int> tableRows = stackalloc int[RowEvaluator.BlockSize];
        Span<double> values = stackalloc double[RowEvaluator.BlockSize];
        for (int first = 0; first < Count; first += RowEvaluator.BlockSize)
        {
            int length = Evaluate(evaluator, first, tableRows, values);
            for (int i = 0; i < length; i++)
            {
                if (test(values[i])) return tableRows[i];
            }
        }

        return -1;
    }

    private int Evaluate(RowEvaluator evaluator, int first, Span<int> tableRows, Span<double> values)
    {
        int length = Math.Min(RowEvaluator.BlockSize, Count - first);
        for (int i = 0; i < length; i++) tableRows[i] = TableRow(first + i);
        evaluator.Evaluate(tableRows[..length], values[..length]);
        return length;
    }
}
