namespace Glmm.Sparse.Formula;

/// <summary>Reads lists of constants: <c>c("a", "b")</c>, <c>1:4</c>, <c>-Inf</c>.</summary>
internal static class ConstantList
{
    private const int MostItems = 10_000;

    /// <summary>The numbers, strings and truth values that an expression lists.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="formula">The formula as written, for messages.</param>
    /// <returns>Nodes of the kinds Number, Text and Truth, at least one.</returns>
    /// <exception cref="FormulaException">It is no list of constants.</exception>
    public static IReadOnlyList<Expression> Items(Expression expression, string formula)
    {
        switch (expression)
        {
            case Expression.Number or Expression.Text or Expression.Truth:
                return [expression];
            case Expression.Parentheses parentheses:
                return Items(parentheses.Inner, formula);
            case Expression.FunctionCall { Function: "c" } list:
                return [.. list.Arguments.SelectMany(item => Items(item, formula))];
            case Expression.Infix { Operator: ":" } range:
                (double first, double last) = (Number(range.Left, formula), Number(range.Right, formula));
                double count = Math.Floor(Math.Abs(last - first) + 1e-10) + 1;
                if (!(count <= MostItems))
                    throw new FormulaException($"{range} is too long a list.", formula, range.OperatorPosition);
                return
                [
                    .. Enumerable.Range(0, (int)count).Select(i => new Expression.Number(
                        first <= last ? first + i : first - i, false, range.Position)),
                ];
            default:
                return [new Expression.Number(Number(expression, formula), false, expression.Position)];
        }
    }

    private static double Number(Expression expression, string formula)
    {
        double Of(Expression operand) => Number(operand, formula);
        return expression switch
        {
            Expression.Number number => number.Value,
            Expression.Symbol { Name: "pi" } => Math.PI,
            Expression.Parentheses parentheses => Of(parentheses.Inner),
            Expression.Prefix { Operator: "-" } minus => -Of(minus.Operand),
            Expression.Prefix { Operator: "+" } plus => Of(plus.Operand),
            Expression.Infix infix when ExpressionCompiler.Arithmetic.TryGetValue(infix.Operator, out var function) =>
                function(Of(infix.Left), Of(infix.Right)),
            _ => throw new FormulaException(
                $"{expression} is no constant; write numbers or strings, such as c(1, 2) or c(\"a\", \"b\").", formula,
                expression.Position),
        };
    }
}
