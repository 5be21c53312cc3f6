namespace Glmm.Sparse.Formula;

/// <summary>Makes random-effect terms of bar expressions.</summary>
internal static class RandomTermParser
{
    /// <summary>Makes a term.</summary>
    /// <param name="bar">What stands between the parentheses.</param>
    /// <param name="position">Where the opening parenthesis is.</param>
    /// <param name="formula">The formula as written, for messages.</param>
    /// <exception cref="FormulaException">The term asks for what is not offered.</exception>
    public static RandomTerm Parse(Expression.Infix bar, int position, string formula)
    {
        if (bar.Left is Expression.Infix { Operator: "|" or "||" })
            throw new FormulaException("A random-effect term has one bar.", formula, bar.OperatorPosition);
        TermList terms = TermExpansion.Expand(TermExpansion.Summands(bar.Left), formula);
        if (terms.Offsets.Count > 0)
            throw new FormulaException("offset() belongs outside the random-effect terms.", formula, bar.Left.Position);
        if (!terms.HasIntercept && terms.Terms.Count == 0)
        {
            throw new FormulaException(
                "This random-effect term has no effect; write 1 for an intercept, as in (1 | id).", formula, position);
        }

        var group = new List<string>();
        AddGroup(bar.Right, group, formula);
        return new RandomTerm(bar.Left, terms, bar.Operator == "||", group, position);
    }

    /// <summary>Refuses terms of different grouping factors, and effects that stand in two terms.</summary>
    /// <exception cref="FormulaException">There are some.</exception>
    public static void CheckOneGroup(IReadOnlyList<RandomTerm> terms, string formula)
    {
        RandomTerm first = terms[0];
        var effects = new HashSet<string>(StringComparer.Ordinal);
        foreach (RandomTerm term in terms)
        {
            if (!term.Group.ToHashSet().SetEquals(first.Group))
            {
                throw new FormulaException(
                    $"Only one grouping factor is supported; the formula has '{first.GroupName}' and "
                    + $"'{term.GroupName}'. Keep one of them.", formula, term.Position);
            }

            IEnumerable<string> names = term.Terms.Terms.Select(effect => effect.ToString());
            foreach (string name in term.Terms.HasIntercept ? names.Prepend("1") : names)
            {
                if (effects.Add(name)) continue;
                string mend = name == "1" ? "write 0 + in one of the terms, as in (1 | id) + (0 + t | id)" : "keep one";
                string what = name == "1" ? "The random intercept" : $"The random effect of {name}";
                throw new FormulaException($"{what} stands in two terms; {mend}.", formula, term.Position);
            }
        }
    }

    private static void AddGroup(Expression expression, List<string> group, string formula)
    {
        switch (expression)
        {
            case Expression.Variable variable:
                if (!group.Contains(variable.Name)) group.Add(variable.Name);
                break;
            case Expression.Parentheses parentheses:
                AddGroup(parentheses.Inner, group, formula);
                break;
            case Expression.FunctionCall { Function: "factor" or "as.factor", Arguments: [var only] }:
                AddGroup(only, group, formula);
                break;
            case Expression.FunctionCall { Function: "interaction" } call:
                foreach (Expression argument in call.Arguments) AddGroup(argument, group, formula);
                break;
            case Expression.Infix { Operator: ":" } interaction:
                AddGroup(interaction.Left, group, formula);
                AddGroup(interaction.Right, group, formula);
                break;
            case Expression.Infix { Operator: "/" } nesting:
                throw new FormulaException(
                    $"Only one grouping factor is supported; {nesting} stands for two, {nesting.Left} and "
                    + $"{nesting.Left}:{nesting.Right}. Write (… | {nesting.Left}) or (… | "
                    + $"{nesting.Left}:{nesting.Right}).",
                    formula, nesting.OperatorPosition);
            case Expression.Infix other:
                throw new FormulaException(
                    "A grouping factor is a column or an interaction of columns, such as id or center:id.", formula,
                    other.OperatorPosition);
            default:
                throw new FormulaException(
                    "A grouping factor is a column or an interaction of columns, such as id or center:id.", formula,
                    expression.Position);
        }
    }
}
