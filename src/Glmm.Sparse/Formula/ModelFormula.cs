namespace Glmm.Sparse.Formula;

/// <summary>
/// A parsed formula in R's mixed-model (lme4) notation, such as <c>y ~ a * b + offset(log(e)) + (1 + t | id)</c>.
/// Immutable and thread-safe.
/// </summary>
public sealed class ModelFormula
{
    private readonly Expression _right;

    private ModelFormula(
        string text, Expression response, Expression right, TermList fixedTerms, IReadOnlyList<RandomTerm> randomTerms)
    {
        Text = text;
        Response = response;
        _right = right;
        FixedTerms = fixedTerms;
        RandomTerms = randomTerms;
        Columns = [.. response.Columns.Concat(right.Columns).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The formula as written, on one line; positions in expressions and errors refer to it.</summary>
    public string Text { get; }

    /// <summary>The left-hand side.</summary>
    public Expression Response { get; }

    /// <summary>The fixed effects and offsets.</summary>
    public TermList FixedTerms { get; }

    /// <summary>The random-effect terms, at least one, all of the same grouping factor.</summary>
    public IReadOnlyList<RandomTerm> RandomTerms { get; }

    /// <summary>The columns whose combination is the grouping factor.</summary>
    public IReadOnlyList<string> Group => RandomTerms[0].Group;

    /// <summary>The names of all columns that the formula uses, in order of appearance, each once.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Parses a formula.</summary>
    /// <param name="text">The formula.</param>
    /// <returns>The parsed formula.</returns>
    /// <exception cref="FormulaException">It does not parse or asks for what is not offered.</exception>
    public static ModelFormula Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // One line, so that the caret of an error stands below the character it means.
        text = string.Create(text.Length, text, static (line, source) =>
        {
            for (int i = 0; i < line.Length; i++) line[i] = char.IsWhiteSpace(source[i]) ? ' ' : source[i];
        });
        (Expression response, Expression right) = ExpressionParser.ParseFormula(text);
        FormulaFunctions.Check(response, text);
        FormulaFunctions.Check(right, text);
        CheckResponse(response, text);

        var fixedSummands = new List<(Expression Summand, bool Added)>();
        var randomTerms = new List<RandomTerm>();
        foreach ((Expression summand, bool added) in TermExpansion.Summands(right))
        {
            if (summand is not Expression.Parentheses { Inner: Expression.Infix { Operator: "|" or "||" } bar })
                fixedSummands.Add((summand, added));
            else if (added)
                randomTerms.Add(RandomTermParser.Parse(bar, summand.Position, text));
            else
                throw new FormulaException("A random-effect term cannot be subtracted.", text, summand.Position);
        }

        TermList fixedTerms = TermExpansion.Expand(fixedSummands, text);
        CheckResponseIsNoEffect(response, [fixedTerms, .. randomTerms.Select(term => term.Terms)], text);
        if (randomTerms.Count == 0)
        {
            throw new FormulaException(
                "The formula has no random-effect term, and this fits mixed models; add one, such as (1 | id).", text,
                text.TrimEnd().Length);
        }

        RandomTermParser.CheckOneGroup(randomTerms, text);
        return new ModelFormula(text, response, right, fixedTerms, randomTerms);
    }

    /// <summary>The formula in R's spacing and spelling.</summary>
    public override string ToString() => $"{Response} ~ {_right}";

    private static void CheckResponseIsNoEffect(Expression response, IEnumerable<TermList> lists, string text)
    {
        string spelled = response.ToString();
        IEnumerable<Expression> effects = lists.SelectMany(list => list.Terms).SelectMany(term => term.Variables);
        if (effects.FirstOrDefault(effect => effect.ToString() == spelled) is not { } same) return;
        throw new FormulaException(
            $"The response {spelled} cannot explain itself; take it out of the right-hand side.", text, same.Position);
    }

    private static void CheckResponse(Expression response, string text)
    {
        if (response.Columns.FirstOrDefault() is null)
            throw new FormulaException("The response names no column.", text, response.Position);
        FindMisplaced(response, isTop: true, text);

        static void FindMisplaced(Expression expression, bool isTop, string text)
        {
            switch (expression)
            {
                case Expression.FunctionCall { Function: "offset" or "factor" or "as.factor" } call:
                    throw new FormulaException($"{call.Function}() cannot stand in the response.", text, call.Position);
                case Expression.FunctionCall { Function: "cbind" } call when !isTop:
                    throw new FormulaException("cbind() must be the whole response.", text, call.Position);
                case Expression.Infix { Operator: ":" } range:
                    throw new FormulaException("':' has no meaning in a response.", text, range.OperatorPosition);
            }

            foreach (Expression child in expression.Children) FindMisplaced(child, isTop: false, text);
        }
    }
}
