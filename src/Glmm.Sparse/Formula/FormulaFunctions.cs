namespace Glmm.Sparse.Formula;

/// <summary>The functions that a formula can call.</summary>
internal static class FormulaFunctions
{
    /// <summary>Functions of one number, applied row by row.</summary>
    public static readonly IReadOnlyDictionary<string, Func<double, double>> OfOneNumber =
        new Dictionary<string, Func<double, double>>(StringComparer.Ordinal)
        {
            ["abs"] = Math.Abs,
            ["ceiling"] = Math.Ceiling,
            ["cos"] = Math.Cos,
            ["exp"] = Math.Exp,
            ["floor"] = Math.Floor,
            ["log"] = Math.Log,
            ["log10"] = Math.Log10,
            ["log2"] = Math.Log2,
            ["sin"] = Math.Sin,
            ["sqrt"] = Math.Sqrt,
            ["tan"] = Math.Tan,
        };

    private static readonly string[] Special = ["I", "scale", "offset", "cbind", "factor", "as.factor", "as.numeric"];

    /// <summary>Refuses unknown functions and wrong numbers of arguments anywhere in an expression.</summary>
    /// <exception cref="FormulaException">There is one.</exception>
    public static void Check(Expression expression, string formula)
    {
        if (expression is Expression.FunctionCall call) CheckCall(call, formula);
        foreach (Expression child in expression.Children) Check(child, formula);
    }

    private static void CheckCall(Expression.FunctionCall call, string formula)
    {
        if (!OfOneNumber.ContainsKey(call.Function) && !Special.Contains(call.Function))
        {
            string offered = string.Join(", ", Special.Concat(OfOneNumber.Keys.Order(StringComparer.Ordinal)));
            throw new FormulaException(
                $"There is no function '{call.Function}' here; offered are {offered}. Compute other columns "
                + "beforehand.",
                formula, call.Position);
        }

        int wanted = call.Function == "cbind" ? 2 : 1;
        bool takesBase = call.Function == "log" && call.Arguments.Count == 2;
        if (call.Arguments.Count != wanted && !takesBase)
        {
            string mend = call.Function switch
            {
                "cbind" => "two arguments, successes and failures",
                "log" => "one argument, or two, the second being the base",
                _ => "one argument",
            };
            throw new FormulaException(
                $"{call.Function}() takes {mend}; it has {call.Arguments.Count}.", formula, call.Position);
        }

        if (call.Function is "factor" or "as.factor" && call.Arguments[0] is not Expression.Variable)
            throw new FormulaException(
                $"{call.Function}() takes the name of a column.", formula, call.Arguments[0].Position);
    }
}
