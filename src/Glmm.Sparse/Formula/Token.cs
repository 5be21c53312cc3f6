namespace Glmm.Sparse.Formula;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>A number; its value is in <see cref="Token.Value"/>.</summary>
    Number,

    /// <summary>A string literal; <see cref="Token.Text"/> holds it without quotes.</summary>
    Text,

    /// <summary>A name; <see cref="Token.Text"/> holds it without backquotes.</summary>
    Name,

    /// <summary>An operator, parenthesis or comma.</summary>
    Operator,

    /// <summary>The end of the formula.</summary>
    End,
}

/// <summary>One token of a formula.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The name, string or operator.</param>
/// <param name="Position">Zero-based index of its first character.</param>
/// <param name="Value">The value of a number.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position, double Value = 0)
{
    public bool Is(string text) => Kind == TokenKind.Operator && Text == text;
}
