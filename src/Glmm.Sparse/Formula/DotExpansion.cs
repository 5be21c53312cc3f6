namespace Glmm.Sparse.Formula;

/// <summary>Puts the columns of a table in place of <c>.</c> in a formula.</summary>
internal static class DotExpansion
{
    /// <summary>Whether <c>.</c> stands somewhere in an expression.</summary>
    public static bool IsIn(Expression expression) => Find(expression) is not null;

    /// <summary>The first <c>.</c> of an expression, or null.</summary>
    public static Expression? Find(Expression expression) => IsDot(expression)
        ? expression
        : expression.Children.Select(Find).FirstOrDefault(static found => found is not null);

    /// <summary>Puts a sum of columns in place of every <c>.</c>.</summary>
    /// <param name="expression">The right-hand side of a formula.</param>
    /// <param name="sum">The sum.</param>
    /// <param name="isSummand">The sum can stand here without parentheses.</param>
    public static Expression Replace(Expression expression, Expression sum, bool isSummand = true)
    {
        Expression In(Expression operand, bool isSummand = false) => Replace(operand, sum, isSummand);
        return expression switch
        {
            _ when IsDot(expression) =>
                isSummand || sum is not Expression.Infix ? sum : new Expression.Parentheses(sum, expression.Position),
            Expression.Infix { Operator: "+" } plus =>
                plus with { Left = In(plus.Left, isSummand), Right = In(plus.Right, isSummand) },
            Expression.Infix { Operator: "-" } minus =>
                minus with { Left = In(minus.Left, isSummand), Right = In(minus.Right) },
            Expression.Infix infix => infix with { Left = In(infix.Left), Right = In(infix.Right) },
            Expression.Parentheses parentheses => parentheses with { Inner = In(parentheses.Inner, true) },
            Expression.Prefix prefix => prefix with { Operand = In(prefix.Operand) },
            _ => expression,
        };
    }

    /// <summary>Refuses a <c>.</c> within a function or a random-effect term, where it has no meaning.</summary>
    /// <exception cref="FormulaException">There is one.</exception>
    public static void RefuseMisplaced(Expression expression, string formula)
    {
        Expression? dot = expression switch
        {
            Expression.FunctionCall call => Find(call),
            Expression.Infix { Operator: "|" or "||" } bar => Find(bar),
            _ => null,
        };
        if (dot is not null)
        {
            throw new FormulaException(
                "'.' stands for all other columns and can be a term of the fixed effects only; name the columns here.",
                formula, dot.Position);
        }

        foreach (Expression child in expression.Children) RefuseMisplaced(child, formula);
    }

    private static bool IsDot(Expression expression) => expression is Expression.Variable { Name: "." };
}
