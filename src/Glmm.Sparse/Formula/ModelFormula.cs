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
        UsesAllColumns = DotExpansion.IsIn(right);
        Columns =
        [
            .. response.Columns.Concat(right.Columns).Where(static name => name != ".").Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>The formula as written, on one line; positions in expressions and errors refer to it.</summary>
    public string Text { get; }

    /// <summary>The left-hand side.</summary>
    public Expression Response { get; }

    /// <summary>The fixed effects and offsets; <c>.</c> is a term until <see cref="Expand"/> replaces it.</summary>
    public TermList FixedTerms { get; }

    /// <summary>The random-effect terms, at least one, all of the same grouping factor.</summary>
    public IReadOnlyList<RandomTerm> RandomTerms { get; }

    /// <summary>The columns whose combination is the grouping factor.</summary>
    public IReadOnlyList<string> Group => RandomTerms[0].Group;

    /// <summary>The names of all columns that the formula uses, in order of appearance, each once; not those that
    /// <c>.</c> stands for.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The formula has a <c>.</c>, which stands for all columns of a table that are not used elsewhere.</summary>
    public bool UsesAllColumns { get; }

    /// <summary>
    /// The formula with its terms expanded and in R's order, offsets and random effects last, such as
    /// <c>y ~ a + b + a:b + offset(e) + (1 + t | id)</c> of <c>y ~ offset(e) + (t | id) + a * b</c>. It parses to the same
    /// design, and is its own canonical form.
    /// </summary>
    public string Canonical
    {
        get
        {
            string sum = CanonicalSum.Of(FixedTerms, saysIntercept: false);
            IEnumerable<string> words =
            [
                .. sum.Length > 0 ? (string[])[sum] : [],
                .. FixedTerms.Offsets.Select(static offset => $"offset({offset})"),
                .. RandomTerms.Select(static term => term.Canonical),
            ];
            return $"{Response} ~ {string.Join(" + ", words)}";
        }
    }

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
        if (DotExpansion.Find(response) is { } dot)
            throw new FormulaException("'.' cannot stand in the response; name the column.", text, dot.Position);
        DotExpansion.RefuseMisplaced(right, text);
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

    /// <summary>Puts the columns of a table in place of <c>.</c>: all but those of the response and the grouping factor.
    /// </summary>
    /// <param name="columns">The names of the table's columns, in order.</param>
    /// <param name="others">Names of columns that have another use, such as weights.</param>
    /// <returns>A formula without <c>.</c>; this one where it has none.</returns>
    /// <exception cref="FormulaException">No column is left.</exception>
    /// <remarks>As in R, columns that the formula names beside <c>.</c> are among them. Unlike in lme4, those of the
    /// grouping factor are not: its levels would explain everything.</remarks>
    public ModelFormula Expand(IEnumerable<string> columns, IEnumerable<string>? others = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (!UsesAllColumns) return this;
        HashSet<string> used = [.. Response.Columns, .. Group, .. others ?? []];
        Expression? sum = null;
        foreach (string name in columns.Where(name => !used.Contains(name)))
        {
            var column = new Expression.Variable(name, 0);
            sum = sum is null ? column : new Expression.Infix("+", sum, column, 0);
        }

        return sum is null
            ? throw new FormulaException(
                "'.' stands for no column: the table has none beside those of the response and the grouping factor. "
                + "Leave it out, or name a column.", Text, DotExpansion.Find(_right)!.Position)
            : Parse($"{Response} ~ {DotExpansion.Replace(_right, sum)}");
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
                case Expression.FunctionCall { Function: "offset" } call:
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
