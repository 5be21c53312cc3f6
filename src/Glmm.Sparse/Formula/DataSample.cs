using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>
/// The values that a call takes its constants from: as in R, those of all rows of the table that have them, whatever
/// else they miss.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="constants">Where the constants go; they say in which order rows come.</param>
internal sealed class DataSample(ColumnTable table, DataConstants constants)
{
    /// <summary>The rows that have all columns of an expression.</summary>
    public RowMap RowsOf(Expression expression) => RowSelection.WithoutMissing(
        table, expression.Columns.Select(name => ColumnLookup.Find(table, name, "the formula")), constants.Order);

    /// <summary>The values in ascending order.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="evaluator">Computes it.</param>
    /// <exception cref="InvalidModelDataException">A value is not finite, or there is none.</exception>
    public double[] Sorted(Expression expression, RowEvaluator evaluator)
    {
        RowMap rows = RowsOf(expression);
        ColumnChecks.RefuseNonFinite(expression, evaluator, rows, table);
        double[] sorted = new double[rows.Count];
        rows.Visit(evaluator, (first, _, values) => values.CopyTo(sorted.AsSpan(first)));
        Array.Sort(sorted);
        return sorted.Length > 0
            ? sorted
            : throw new InvalidModelDataException($"{expression} is missing in every row; leave it out.");
    }
}
