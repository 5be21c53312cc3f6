namespace Glmm.Sparse.Formula;

/// <summary>
/// A recursive-descent parser of R's expressions. From the loosest to the tightest binding: <c>~</c>; <c>| ||</c>;
/// <c>&amp; &amp;&amp;</c>; <c>!</c>; comparisons; <c>+ -</c>; <c>* /</c>; <c>%in% %% %/%</c>; <c>:</c>; prefix
/// <c>- +</c>; <c>^</c>.
/// </summary>
internal sealed class ExpressionParser
{
    private const int DeepestNesting = 200;
    private const int MostTokens = 4000;

    private readonly string _formula;
    private readonly List<Token> _tokens;
    private int _next;
    private int _depth;

    private ExpressionParser(string formula)
    {
        _formula = formula;
        _tokens = Tokenizer.Tokenize(formula);
        if (_tokens.Count > MostTokens)
            throw new FormulaException($"The formula has more than {MostTokens} words; shorten it.", formula, 0);
    }

    private Token Current => _tokens[_next];

    /// <summary>Parses a formula with both sides.</summary>
    /// <returns>The sides, left and right of the one <c>~</c>.</returns>
    /// <exception cref="FormulaException">The formula does not parse.</exception>
    public static (Expression Left, Expression Right) ParseFormula(string formula)
    {
        var parser = new ExpressionParser(formula);
        if (parser.Current.Kind == TokenKind.End)
            throw new FormulaException("The formula is empty; write one such as y ~ x + (1 | id).", formula, 0);
        if (parser.Current.Is("~"))
        {
            throw new FormulaException(
                "The formula has no response; write it to the left of ~, as in y ~ x + (1 | id).", formula,
                parser.Current.Position);
        }

        Expression left = parser.ParseOr();
        if (!parser.TryTake("~", out _))
        {
            throw parser.Current.Kind == TokenKind.End
                ? new FormulaException(
                    "The formula has no ~; write the response to its left, as in y ~ x + (1 | id).", formula,
                    parser.Current.Position)
                : parser.Unexpected("an operator or ~");
        }

        Expression right = parser.ParseOr();
        if (parser.Current.Kind != TokenKind.End)
        {
            throw parser.Current.Is("~")
                ? new FormulaException("The formula has a second ~; one is allowed.", formula, parser.Current.Position)
                : parser.Unexpected("an operator");
        }

        return (left, right);
    }

    private Expression ParseOr() => ParseLeftAssociative(ParseAnd, "|", "||");

    private Expression ParseAnd() => ParseLeftAssociative(ParseNot, "&", "&&");

    private Expression ParseNot()
    {
        if (!TryTake("!", out Token not)) return ParseComparison();
        return new Expression.Prefix("!", Nested(ParseNot), not.Position);
    }

    private Expression ParseComparison()
    {
        Expression left = ParseSum();
        if (!TryTakeAny(out Token comparison, "==", "!=", "<", "<=", ">", ">=")) return left;
        Expression right = ParseSum();
        return TryTakeAny(out Token second, "==", "!=", "<", "<=", ">", ">=")
            ? throw new FormulaException(
                "Comparisons do not chain; write (a < b) & (b < c).", _formula, second.Position)
            : new Expression.Infix(comparison.Text, left, right, comparison.Position);
    }

    private Expression ParseSum() => ParseLeftAssociative(ParseProduct, "+", "-");

    private Expression ParseProduct() => ParseLeftAssociative(ParseSpecial, "*", "/");

    private Expression ParseSpecial() => ParseLeftAssociative(ParseInteraction, "%in%", "%%", "%/%");

    private Expression ParseInteraction() => ParseLeftAssociative(ParseSigned, ":");

    private Expression ParseSigned()
    {
        if (!TryTakeAny(out Token sign, "-", "+")) return ParsePower();
        return new Expression.Prefix(sign.Text, Nested(ParseSigned), sign.Position);
    }

    private Expression ParsePower()
    {
        Expression @base = ParsePrimary();
        if (!TryTake("^", out Token power)) return @base;
        return new Expression.Infix("^", @base, Nested(ParseSigned), power.Position);
    }

    private Expression ParsePrimary()
    {
        Token token = Current;
        _next++;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new Expression.Number(token.Value, token.Text.EndsWith('L'), token.Position);
            case TokenKind.Text:
                return new Expression.Text(token.Text, token.Position);
            case TokenKind.Name when _formula[token.Position] == '`':
                return new Expression.Variable(token.Text, token.Position);
            case TokenKind.Name when token.Text is "TRUE" or "FALSE":
                return new Expression.Truth(token.Text == "TRUE", token.Position);
            case TokenKind.Name when Current.Is("("):
                return ParseCall(token);
            case TokenKind.Name when token.Text == "Inf":
                return new Expression.Number(double.PositiveInfinity, false, token.Position);
            case TokenKind.Name when token.Text == "pi":
                return new Expression.Symbol(token.Text, token.Position);
            case TokenKind.Name:
                return new Expression.Variable(token.Text, token.Position);
            case TokenKind.Operator when token.Text == "(":
                Expression inner = Nested(ParseOr);
                Close(token, "parenthesis");
                return new Expression.Parentheses(inner, token.Position);
            default:
                _next--;
                throw Unexpected("a name, a number or a parenthesis");
        }
    }

    private Expression.FunctionCall ParseCall(Token name)
    {
        Token open = Current;
        _next++;
        var arguments = new List<Expression>();
        if (!Current.Is(")"))
        {
            do arguments.Add(ParseArgument(name.Text, arguments.Count));
            while (TryTake(",", out _));
        }

        Close(open, $"parenthesis of {name.Text}");
        return new Expression.FunctionCall(name.Text, arguments, name.Position);
    }

    private Expression ParseArgument(string function, int index)
    {
        Token token = Current;
        if (token.Kind != TokenKind.Name || !_tokens[_next + 1].Is("=")) return ParseValue(function, index == 1);
        _next += 2;
        return new Expression.Named(token.Text, ParseValue(function, token.Text == "contr"), token.Position);
    }

    private Expression ParseValue(string function, bool isContrasts)
    {
        Token token = Current;
        // What C() codes by is a word, not a column.
        bool isWord = isContrasts && function == "C" && token.Kind == TokenKind.Name && !_tokens[_next + 1].Is("(");
        if (!isWord) return Nested(ParseOr);
        _next++;
        return new Expression.Symbol(token.Text, token.Position);
    }

    private void Close(Token open, string what)
    {
        if (TryTake(")", out _)) return;
        throw Current.Kind == TokenKind.End
            ? new FormulaException($"The {what} is never closed; add ).", _formula, open.Position)
            : Unexpected("an operator or )");
    }

    private Expression ParseLeftAssociative(Func<Expression> parseOperand, params ReadOnlySpan<string> operators)
    {
        Expression left = parseOperand();
        while (TryTakeAny(out Token token, operators))
            left = new Expression.Infix(token.Text, left, parseOperand(), token.Position);
        return left;
    }

    /// <summary>Keeps hostile input from overflowing the stack.</summary>
    private Expression Nested(Func<Expression> parse)
    {
        if (++_depth > DeepestNesting)
            throw new FormulaException("The formula is nested too deeply; simplify it.", _formula, Current.Position);
        Expression expression = parse();
        _depth--;
        return expression;
    }

    private bool TryTake(string text, out Token token) => TryTakeAny(out token, text);

    private bool TryTakeAny(out Token token, params ReadOnlySpan<string> texts)
    {
        token = Current;
        if (token.Kind != TokenKind.Operator || !texts.Contains(token.Text)) return false;
        _next++;
        return true;
    }

    private FormulaException Unexpected(string expected) => new(
        Current switch
        {
            { Kind: TokenKind.End } => $"The formula ends where {expected} should follow.",
            var token when token.Is("=") => "'=' is not understood here; compare with ==.",
            var token when token.Is(")") && _depth == 0 => "No '(' matches this ')'; take it out.",
            var token => $"'{_formula[token.Position..EndOf(token)]}' is not expected here; {expected} should follow."
                + NameWithBlanks(),
        },
        _formula, Current.Position);

    /// <summary>Two names side by side are, in all likelihood, one that needs backquotes.</summary>
    private string NameWithBlanks()
    {
        if (_next == 0 || Current.Kind is not (TokenKind.Name or TokenKind.Number)) return "";
        Token before = _tokens[_next - 1];
        return before.Kind == TokenKind.Name
            ? $" A column whose name has a blank goes in backquotes: `{before.Text} {Current.Text}`."
            : "";
    }

    private int EndOf(Token token) => token.Kind switch
    {
        TokenKind.Text => token.Position + 1,
        TokenKind.Name when _formula[token.Position] == '`' => _formula.IndexOf('`', token.Position + 1) + 1,
        TokenKind.Operator when token.Text == "^" => token.Position + 1,
        _ => token.Position + token.Text.Length,
    };
}
