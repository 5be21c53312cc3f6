using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes the evaluator of <c>scale(x)</c>, (x − mean) / sd.</summary>
internal sealed class ScaleCompiler(ColumnTable table, DataConstants constants, string formula)
{
    /// <summary>Compiles a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="operand">Its first argument.</param>
    /// <exception cref="InvalidModelDataException">The argument is the same in all rows.</exception>
    public UnaryEvaluator Compile(Expression.FunctionCall call, RowEvaluator operand)
    {
        (_, double mean, double deviation) = constants.Of(call.ToString(), () => Take(call, operand));
        // No message here: an operand that is not finite is refused where its column is used.
        return double.IsFinite(mean)
            ? new UnaryEvaluator(operand, value => (value - mean) / deviation)
            : new UnaryEvaluator(operand, static _ => double.NaN);
    }

    /// <summary>Mean, and sd with divisor n − 1; what is not centered has its root mean square instead, as in R.
    /// </summary>
    private ScaleConstant Take(Expression.FunctionCall call, RowEvaluator operand)
    {
        var arguments = new CallArguments(call, formula);
        RowMap rows = new DataSample(table, constants).RowsOf(call);
        (double center, int count) = RowMoments.Mean(rows, operand);
        if (arguments.Has("center") && !IsTrue(arguments, "center"))
            center = IsFalse(arguments, "center") ? 0 : arguments.Number("center")!.Value;
        if (arguments.Has("scale") && !IsTrue(arguments, "scale"))
        {
            double divisor = IsFalse(arguments, "scale") ? 1 : arguments.Number("scale")!.Value;
            return divisor > 0
                ? new ScaleConstant(call.ToString(), center, divisor)
                : throw arguments.Wrong("scale", "is TRUE, FALSE or a number above 0");
        }

        double deviation = Math.Sqrt(RowMoments.Squares(rows, operand, center) / (count - 1));
        return deviation > 0 || !double.IsFinite(center)
            ? new ScaleConstant(call.ToString(), center, deviation)
            : throw new InvalidModelDataException(
                $"{call} is not defined: {arguments["x"]} is the same in all {count} rows that have it; leave it "
                + "out.");
    }

    private static bool IsTrue(CallArguments arguments, string name) =>
        arguments[name] is Expression.Truth { Value: true };

    private static bool IsFalse(CallArguments arguments, string name) =>
        arguments[name] is Expression.Truth { Value: false };
}
