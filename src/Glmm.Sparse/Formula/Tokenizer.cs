using System.Globalization;
using System.Text;

namespace Glmm.Sparse.Formula;

/// <summary>Cuts a formula into tokens as R does.</summary>
internal sealed class Tokenizer
{
    /// <summary>Longer ones first, so that <c>||</c> is not read as two <c>|</c>.</summary>
    private static readonly string[] Operators =
    [
        "%in%", "%/%", "%%", "**", "||", "&&", "==", "!=", "<=", ">=",
        "~", "+", "-", "*", "/", "^", ":", "|", "&", "!", "<", ">", "(", ")", ",", "=",
    ];

    private readonly string _formula;
    private int _position;

    private Tokenizer(string formula) => _formula = formula;

    /// <summary>Cuts a formula into tokens; the last one is <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="FormulaException">A character, number or string is not understood.</exception>
    public static List<Token> Tokenize(string formula)
    {
        var tokenizer = new Tokenizer(formula);
        var tokens = new List<Token>();
        do tokens.Add(tokenizer.Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private static bool IsNameStart(char c) => char.IsLetter(c) || c == '.';

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '.' or '_';

    private Token Next()
    {
        while (_position < _formula.Length && char.IsWhiteSpace(_formula[_position])) _position++;
        if (_position == _formula.Length) return new Token(TokenKind.End, "", _position);
        char c = _formula[_position];
        bool digitFollows = _position + 1 < _formula.Length && char.IsAsciiDigit(_formula[_position + 1]);
        if (char.IsAsciiDigit(c) || (c == '.' && digitFollows)) return NextNumber();
        if (IsNameStart(c)) return NextName();
        if (c is '\'' or '"') return NextQuoted(c, TokenKind.Text, "string");
        if (c == '`') return NextQuoted(c, TokenKind.Name, "backquoted name");
        return NextOperator(c);
    }

    private Token NextNumber()
    {
        int start = _position;
        while (At(char.IsAsciiDigit)) _position++;
        if (At(c => c == '.')) _position++;
        while (At(char.IsAsciiDigit)) _position++;
        if (At(c => c is 'e' or 'E'))
        {
            _position++;
            if (At(c => c is '+' or '-')) _position++;
            if (!At(char.IsAsciiDigit)) throw new FormulaException("A number lacks its exponent.", _formula, start);
            while (At(char.IsAsciiDigit)) _position++;
        }

        double value = double.Parse(_formula.AsSpan(start, _position - start), CultureInfo.InvariantCulture);
        if (At(c => c == 'L')) _position++; // R's mark of a whole number
        if (At(IsNamePart))
            throw new FormulaException(
                "A name cannot start with a digit; put such a name in backquotes.", _formula, start);
        return new Token(TokenKind.Number, _formula[start.._position], start, value);
    }

    private Token NextName()
    {
        int start = _position;
        while (At(IsNamePart)) _position++;
        return new Token(TokenKind.Name, _formula[start.._position], start);
    }

    private Token NextQuoted(char quote, TokenKind kind, string what)
    {
        int start = _position++;
        var text = new StringBuilder();
        while (true)
        {
            if (_position == _formula.Length)
                throw new FormulaException($"This {what} is never closed; close it with {quote}.", _formula, start);
            char c = _formula[_position++];
            if (c == quote) break;
            if (c == '\\' && _position < _formula.Length) c = _formula[_position++];
            text.Append(c);
        }

        if (kind == TokenKind.Name && text.Length == 0)
            throw new FormulaException("A backquoted name is empty.", _formula, start);
        return new Token(kind, text.ToString(), start);
    }

    private Token NextOperator(char c)
    {
        foreach (string text in Operators)
        {
            if (string.CompareOrdinal(_formula, _position, text, 0, text.Length) != 0) continue;
            var token = new Token(TokenKind.Operator, text == "**" ? "^" : text, _position);
            _position += text.Length;
            return token;
        }

        string mend = c switch
        {
            '%' => "the operators offered are %in%, %% and %/%",
            '$' or '[' or '@' => "name columns of the table directly",
            '_' => "a name cannot start with _; put such a name in backquotes",
            _ => "put a name that holds such a character in backquotes",
        };
        throw new FormulaException($"'{c}' is not understood here; {mend}.", _formula, _position);
    }

    private bool At(Func<char, bool> test) => _position < _formula.Length && test(_formula[_position]);
}
