namespace Glmm.Sparse.Formula;

/// <summary>
/// R's formula algebra: expands <c>+ - * / : ^</c> over the variables into terms, as terms.formula does (Chambers &amp;
/// Hastie 1992, Statistical Models in S, section 2.3).
/// </summary>
internal sealed class TermExpansion
{
    private const int MostTerms = 10_000;

    private readonly string _formula;
    private readonly List<Expression> _variables = [];
    private readonly Dictionary<string, int> _indexOf = new(StringComparer.Ordinal);
    private readonly List<Expression> _offsets = [];
    private bool _hasIntercept = true;

    private TermExpansion(string formula) => _formula = formula;

    /// <summary>Expands a sum.</summary>
    /// <param name="summands">The summands in order, with false for those that are subtracted.</param>
    /// <param name="formula">The formula as written, for messages.</param>
    /// <exception cref="FormulaException">An operator has no meaning where it stands.</exception>
    public static TermList Expand(IEnumerable<(Expression Summand, bool Added)> summands, string formula)
    {
        var expansion = new TermExpansion(formula);
        var terms = new TermSet();
        foreach ((Expression summand, bool added) in summands)
        {
            if (summand is Expression.FunctionCall { Function: "offset" } offset && added)
                expansion._offsets.Add(offset.Arguments[0]);
            else
                expansion.Combine(terms, expansion.Expand(summand, added), added);
        }

        // OrderBy is stable: within a degree the order of appearance stays.
        FormulaTerm[] ordered =
        [
            .. terms.OrderBy(term => term.Length)
                .Select(term => new FormulaTerm([.. term.Select(variable => expansion._variables[variable])])),
        ];
        return new TermList(expansion._hasIntercept, ordered, expansion._offsets);
    }

    /// <summary>The summands of nested sums and differences, with false for those that are subtracted.</summary>
    public static IEnumerable<(Expression Summand, bool Added)> Summands(Expression expression, bool added = true) =>
        expression switch
        {
            Expression.Infix { Operator: "+" } sum => Summands(sum.Left, added).Concat(Summands(sum.Right, added)),
            Expression.Infix { Operator: "-" } difference =>
                Summands(difference.Left, added).Concat(Summands(difference.Right, !added)),
            _ => [(expression, added)],
        };

    private void Combine(TermSet terms, TermSet others, bool added)
    {
        foreach (int[] term in others)
        {
            if (added)
                terms.Add(term);
            else
                terms.Remove(term);
        }

        if (terms.Count > MostTerms)
            throw new FormulaException(
                $"The formula expands to more than {MostTerms} terms; simplify it.", _formula, 0);
    }

    private TermSet Expand(Expression expression, bool added)
    {
        switch (expression)
        {
            case Expression.Number { Value: 0 or 1 } number:
                _hasIntercept = number.Value == 1 == added;
                return [];
            case Expression.Number number:
                throw Error("Only 0 and 1 (no intercept, intercept) can stand here; for a constant times a column "
                    + "write I(2 * x).", number.Position);
            case Expression.Parentheses parentheses:
                return Expand(parentheses.Inner, added);
            case Expression.Prefix { Operator: "-" } minus:
                Expand(minus.Operand, !added);
                return [];
            case Expression.Prefix { Operator: "+" } plus:
                return Expand(plus.Operand, added);
            case Expression.Infix { Operator: "+" or "-" } sum:
                TermSet all = Expand(sum.Left, added);
                bool plusSign = sum.Operator == "+";
                Combine(all, Expand(sum.Right, added == plusSign), plusSign);
                return all;
            case Expression.Infix { Operator: ":" or "%in%" } interaction:
                return Cross(ExpandFactor(interaction.Left), ExpandFactor(interaction.Right));
            case Expression.Infix { Operator: "*" } crossing:
                return Crossing(ExpandFactor(crossing.Left), ExpandFactor(crossing.Right));
            case Expression.Infix { Operator: "/" } nesting:
                return Nesting(ExpandFactor(nesting.Left), ExpandFactor(nesting.Right));
            case Expression.Infix { Operator: "^" } power:
                return Power(power);
            case Expression.Infix { Operator: "|" or "||" } bar:
                throw Error("A random-effect term needs parentheses of its own and is added with +, as in "
                    + "y ~ x + (1 | id).", bar.OperatorPosition);
            case Expression.Infix comparison:
                throw Error($"'{comparison.Operator}' has no meaning between terms; write I({comparison}).",
                    comparison.OperatorPosition);
            case Expression.Prefix not:
                throw Error($"'!' has no meaning between terms; write I({not}).", not.Position);
            case Expression.Text or Expression.Truth:
                throw Error($"{expression} is no term; name a column.", expression.Position);
            case Expression.FunctionCall { Function: "offset" }:
                throw Error("offset() can only be added to the other terms with +.", expression.Position);
            default:
                return [[IndexOf(expression)]];
        }
    }

    /// <summary>Expands an operand of an operator other than + and -, where 0 and 1 have no meaning.</summary>
    private TermSet ExpandFactor(Expression expression)
    {
        bool hadIntercept = _hasIntercept;
        TermSet terms = Expand(expression, added: true);
        if (terms.Count == 0)
            throw Error("There is no term here to interact with; name a column.", expression.Position);
        _hasIntercept = hadIntercept;
        return terms;
    }

    private TermSet Cross(TermSet left, TermSet right)
    {
        var product = new TermSet();
        foreach (int[] a in left)
        {
            foreach (int[] b in right) product.Add([.. a.Union(b).Order()]);
            if (product.Count > MostTerms)
                throw Error($"The formula expands to more than {MostTerms} terms; simplify it.", 0);
        }

        return product;
    }

    private TermSet Crossing(TermSet left, TermSet right)
    {
        TermSet product = Cross(left, right);
        TermSet all = [.. left, .. right];
        Combine(all, product, added: true);
        return all;
    }

    private TermSet Nesting(TermSet left, TermSet right)
    {
        TermSet all = [.. left];
        int[] outer = [.. left.SelectMany(term => term).Distinct().Order()];
        Combine(all, Cross([outer], right), added: true);
        return all;
    }

    private TermSet Power(Expression.Infix power)
    {
        Expression exponent = power.Right;
        while (exponent is Expression.Parentheses parentheses) exponent = parentheses.Inner;
        if (exponent is not Expression.Number { Value: >= 1 and <= 20 } number
            || number.Value != Math.Floor(number.Value))
        {
            throw Error("Between terms, ^ takes a whole number of 1 or more; for a power of a column write "
                + $"I({power}).", power.OperatorPosition);
        }

        if (power.Left is Expression.Variable { Name: not "." })
        {
            throw Error($"A power of a column needs I(): write I({power}), since {power} alone is {power.Left} in R.",
                power.OperatorPosition);
        }

        TermSet @base = ExpandFactor(power.Left);
        TermSet all = @base;
        // A term times itself is itself, so that the products hold the lower powers too, in R's order.
        for (int degree = 1; degree < number.Value; degree++) all = Cross(all, @base);
        return all;
    }

    private int IndexOf(Expression variable)
    {
        string key = variable.ToString();
        if (_indexOf.TryGetValue(key, out int index)) return index;
        _variables.Add(variable);
        _indexOf.Add(key, _variables.Count - 1);
        return _variables.Count - 1;
    }

    private FormulaException Error(string message, int position) => new(message, _formula, position);

    /// <summary>Terms in order of appearance, each once; a term is the sorted indices of its variables.</summary>
    private sealed class TermSet : IEnumerable<int[]>
    {
        private readonly List<int[]> _terms = [];
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

        public int Count => _terms.Count;

        public void Add(int[] term)
        {
            if (_keys.Add(Key(term))) _terms.Add(term);
        }

        public void Remove(int[] term)
        {
            if (_keys.Remove(Key(term))) _terms.RemoveAll(other => other.AsSpan().SequenceEqual(term));
        }

        public IEnumerator<int[]> GetEnumerator() => _terms.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        private static string Key(int[] term) => string.Join(',', term);
    }
}
