using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes the evaluator of <c>scale(x)</c>, (x − mean) / sd.</summary>
internal sealed class ScaleCompiler(ColumnTable table, ScaleConstants constants)
{
    /// <summary>Compiles a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="operand">Its argument.</param>
    /// <exception cref="InvalidModelDataException">The argument is the same in all rows.</exception>
    public UnaryEvaluator Compile(Expression.FunctionCall call, RowEvaluator operand)
    {
        (_, double mean, double deviation) = constants.Of(call, () => Take(call, operand));
        // No message here: an operand that is not finite is refused where its column is used.
        return double.IsFinite(mean)
            ? new UnaryEvaluator(operand, value => (value - mean) / deviation)
            : new UnaryEvaluator(operand, static _ => double.NaN);
    }

    /// <summary>
    /// Mean and sd with divisor n − 1, in two passes: the second corrects the first's rounding. As in R, they are those
    /// of all rows of the table that have the value, whatever else they miss.
    /// </summary>
    private ScaleConstant Take(Expression.FunctionCall call, RowEvaluator operand)
    {
        RowMap rows = RowsThatHave(call);
        (double mean, _) = Mean(rows, operand, 0);
        (double correction, int count) = Mean(rows, operand, mean);
        mean += correction;
        double squares = 0;
        rows.Visit(operand, (_, _, values) =>
        {
            foreach (double value in values)
            {
                if (!double.IsNaN(value)) squares += (value - mean) * (value - mean);
            }
        });
        double deviation = Math.Sqrt(squares / (count - 1));
        return deviation > 0 || !double.IsFinite(mean)
            ? new ScaleConstant(call.ToString(), mean, deviation)
            : throw new InvalidModelDataException(
                $"{call} is not defined: {call.Arguments[0]} is the same in all {count} rows that have it; leave it "
                + "out.");
    }

    private RowMap RowsThatHave(Expression call) => RowSelection.WithoutMissing(
        table, call.Columns.Select(name => ColumnLookup.Find(table, name, "the formula")));

    /// <summary>The mean distance from a center, and of how many values; NaN does not count.</summary>
    private static (double Mean, int Count) Mean(RowMap rows, RowEvaluator operand, double center)
    {
        double sum = 0;
        int count = 0;
        rows.Visit(operand, (_, _, values) =>
        {
            foreach (double value in values)
            {
                if (double.IsNaN(value)) continue;
                sum += value - center;
                count++;
            }
        });
        return (sum / count, count);
    }
}
