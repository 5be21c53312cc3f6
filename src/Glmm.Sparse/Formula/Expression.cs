namespace Glmm.Sparse.Formula;

/// <summary>
/// A node of a parsed formula. Immutable; <see cref="object.ToString"/> gives R's spelling, from which R makes its
/// coefficient names.
/// </summary>
/// <param name="Position">Zero-based index of the node's first character in the formula.</param>
public abstract record Expression(int Position)
{
    /// <summary>The nodes directly below this one.</summary>
    public virtual IEnumerable<Expression> Children => [];

    /// <summary>The names of all columns that the node uses, in order of appearance, each once.</summary>
    public IEnumerable<string> Columns => AllColumns().Distinct(StringComparer.Ordinal);

    private IEnumerable<string> AllColumns() =>
        this is Variable variable ? [variable.Name] : Children.SelectMany(child => child.AllColumns());

    /// <summary>A number.</summary>
    /// <param name="Value">Its value.</param>
    /// <param name="Whole">Written with R's suffix L.</param>
    /// <param name="Position">Where it starts.</param>
    public sealed record Number(double Value, bool Whole, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override string ToString() => RSpelling.Number(Value) + (Whole ? "L" : "");
    }

    /// <summary>A string literal.</summary>
    /// <param name="Value">The string.</param>
    /// <param name="Position">Where it starts.</param>
    public sealed record Text(string Value, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override string ToString() => RSpelling.Quoted(Value, '"');
    }

    /// <summary>TRUE or FALSE.</summary>
    /// <param name="Value">The truth value.</param>
    /// <param name="Position">Where it starts.</param>
    public sealed record Truth(bool Value, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override string ToString() => Value ? "TRUE" : "FALSE";
    }

    /// <summary>A column.</summary>
    /// <param name="Name">The column's name.</param>
    /// <param name="Position">Where it starts.</param>
    public sealed record Variable(string Name, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override string ToString() => RSpelling.Name(Name);
    }

    /// <summary>A prefix operator: <c>-</c>, <c>+</c> or <c>!</c>.</summary>
    /// <param name="Operator">The operator.</param>
    /// <param name="Operand">What it is applied to.</param>
    /// <param name="Position">Where it starts.</param>
    public sealed record Prefix(string Operator, Expression Operand, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expression> Children => [Operand];

        /// <inheritdoc/>
        public override string ToString() => Operator + Operand;
    }

    /// <summary>An infix operator.</summary>
    /// <param name="Operator">The operator.</param>
    /// <param name="Left">Its left operand.</param>
    /// <param name="Right">Its right operand.</param>
    /// <param name="OperatorPosition">Where the operator is.</param>
    public sealed record Infix(string Operator, Expression Left, Expression Right, int OperatorPosition)
        : Expression(Left.Position)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expression> Children => [Left, Right];

        /// <inheritdoc/>
        public override string ToString() =>
            Operator is "^" or ":" or "/" or "%%" or "%/%"
                ? $"{Left}{Operator}{Right}"
                : $"{Left} {Operator} {Right}";
    }

    /// <summary>Parentheses, kept because R spells them in names.</summary>
    /// <param name="Inner">What they hold.</param>
    /// <param name="Position">Where they start.</param>
    public sealed record Parentheses(Expression Inner, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expression> Children => [Inner];

        /// <inheritdoc/>
        public override string ToString() => $"({Inner})";
    }

    /// <summary>A word that names no column: the number <c>pi</c>, or contrasts such as <c>contr.sum</c>.</summary>
    /// <param name="Name">The word.</param>
    /// <param name="Position">Where it starts.</param>
    public sealed record Symbol(string Name, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    /// <summary>An argument given by name, such as <c>df = 3</c>.</summary>
    /// <param name="Name">The argument's name.</param>
    /// <param name="Value">Its value.</param>
    /// <param name="Position">Where the name starts.</param>
    public sealed record Named(string Name, Expression Value, int Position) : Expression(Position)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expression> Children => [Value];

        /// <inheritdoc/>
        public override string ToString() => $"{Name} = {Value}";
    }

    /// <summary>A function call.</summary>
    /// <param name="Function">The function's name.</param>
    /// <param name="Arguments">Its arguments, those given by name as <see cref="Named"/>.</param>
    /// <param name="Position">Where it starts.</param>
    public sealed record FunctionCall(string Function, IReadOnlyList<Expression> Arguments, int Position)
        : Expression(Position)
    {
        /// <inheritdoc/>
        public override IEnumerable<Expression> Children => Arguments;

        /// <inheritdoc/>
        public override string ToString() => $"{Function}({string.Join(", ", Arguments)})";
    }
}
