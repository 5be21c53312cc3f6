using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Chooses the rows that a model can use.</summary>
internal static class RowSelection
{
    /// <summary>The rows in which none of some columns is missing.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that the model uses.</param>
    /// <param name="order">All rows in the order in which they are to come; null for the table's.</param>
    /// <exception cref="InvalidModelDataException">No row is left, or a number is not finite.</exception>
    public static RowMap Complete(ColumnTable table, IReadOnlyList<TableColumn> columns, int[]? order)
    {
        if (table.RowCount == 0)
            throw new InvalidModelDataException("The table has no rows; a model needs at least some.");
        RowMap map = WithoutMissing(table, columns, order);
        if (map.Count > 0) return map;
        IEnumerable<string> worst = columns.Where(column => column.MissingCount > 0)
            .OrderByDescending(column => column.MissingCount)
            .Take(5)
            .Select(column => $"'{column.Name}' ({column.MissingCount} of {table.RowCount} rows)");
        throw new InvalidModelDataException(
            "No row is left: every one misses a value that the model uses. Most are missing in "
            + $"{string.Join(", ", worst)}; leave such a column out of the model or fill it in.");
    }

    /// <summary>The rows in which none of some columns is missing; there may be none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Some of its columns.</param>
    /// <param name="order">All rows in the order in which they are to come; null for the table's.</param>
    /// <exception cref="InvalidModelDataException">A number is not finite.</exception>
    public static RowMap WithoutMissing(
        ColumnTable table, IEnumerable<TableColumn> columns, int[]? order = null)
    {
        bool[]? missing = null;
        foreach (TableColumn column in columns)
        {
            CheckFinite(column);
            if (column.MissingCount == 0) continue;
            missing ??= new bool[table.RowCount];
            for (int row = 0; row < missing.Length; row++) missing[row] |= column.IsMissing(row);
        }

        return RowMap.All(table.RowCount, order).Without(missing);
    }

    /// <summary>The rows of positive weight.</summary>
    /// <param name="map">The rows to choose from.</param>
    /// <param name="table">The table.</param>
    /// <param name="weights">The column of weights.</param>
    /// <exception cref="InvalidModelDataException">A weight is negative.</exception>
    public static RowMap PositiveWeight(RowMap map, ColumnTable table, NumericColumn weights)
    {
        var evaluator = new NumericEvaluator(weights);
        int negative = map.FirstRow(evaluator, static weight => weight < 0);
        if (negative >= 0)
        {
            throw new InvalidModelDataException(
                $"The weight '{weights.Name}' is {weights.LabelAt(negative)} in row {negative + 1}; a weight must be "
                + "0 or more.");
        }

        return Positive(map, table.RowCount, evaluator, $"the weight '{weights.Name}'");
    }

    /// <summary>The rows in which a number that is not negative is not 0 either.</summary>
    /// <exception cref="InvalidModelDataException">No row is left.</exception>
    public static RowMap Positive(RowMap map, int tableRows, RowEvaluator number, string what)
    {
        bool[]? zero = null;
        map.Visit(number, (_, rows, values) =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] > 0) continue;
                zero ??= new bool[tableRows];
                zero[rows[i]] = true;
            }
        });
        RowMap positive = map.Without(zero);
        return positive.Count > 0
            ? positive
            : throw new InvalidModelDataException($"No row is left: {what} is 0 in every row that misses no value.");
    }

    /// <summary>Refuses a column that holds NaN or an infinity.</summary>
    /// <exception cref="InvalidModelDataException">It does.</exception>
    public static void CheckFinite(TableColumn column)
    {
        if (column is not NumericColumn { FirstNonFinite: >= 0 } numeric) return;
        int row = numeric.FirstNonFinite;
        throw new InvalidModelDataException(
            $"Column '{column.Name}' is {numeric.LabelAt(row)} in row {row + 1}; a model takes finite numbers only. "
            + "Mend the value, or leave the cell empty (or NA) to drop the row.");
    }
}
