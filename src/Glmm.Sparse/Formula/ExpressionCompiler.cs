using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>What an expression becomes on a table.</summary>
/// <param name="Evaluator">Computes it.</param>
/// <param name="IsTruth">It is a truth value.</param>
internal sealed record CompiledExpression(RowEvaluator Evaluator, bool IsTruth);

/// <summary>Turns expressions into evaluators over the columns of a table.</summary>
/// <param name="table">The table.</param>
/// <param name="formula">The formula as written, for messages.</param>
/// <param name="constants">What calls take from data; where it is held, texts that the table lacks may be compared
/// with.</param>
internal sealed class ExpressionCompiler(ColumnTable table, string formula, DataConstants constants)
{
    /// <summary>The operators between numbers.</summary>
    public static readonly Dictionary<string, Func<double, double, double>> Arithmetic = new(StringComparer.Ordinal)
    {
        ["+"] = static (a, b) => a + b,
        ["-"] = static (a, b) => a - b,
        ["*"] = static (a, b) => a * b,
        ["/"] = static (a, b) => a / b,
        ["^"] = static (a, b) => b == 2 ? a * a : Math.Pow(a, b),
        ["%%"] = static (a, b) => a - (Math.Floor(a / b) * b),
        ["%/%"] = static (a, b) => Math.Floor(a / b),
    };

    private static readonly Dictionary<string, Func<double, double, double>> Truths = new(StringComparer.Ordinal)
    {
        ["=="] = static (a, b) => a == b ? 1 : 0,
        ["!="] = static (a, b) => a != b ? 1 : 0,
        ["<"] = static (a, b) => a < b ? 1 : 0,
        ["<="] = static (a, b) => a <= b ? 1 : 0,
        [">"] = static (a, b) => a > b ? 1 : 0,
        [">="] = static (a, b) => a >= b ? 1 : 0,
        ["&"] = static (a, b) => a != 0 && b != 0 ? 1 : 0,
        ["|"] = static (a, b) => a != 0 || b != 0 ? 1 : 0,
    };

    /// <summary>Compiles an expression whose values are numbers or truth values.</summary>
    /// <exception cref="FormulaException">An operator does not fit its operands.</exception>
    /// <exception cref="InvalidModelDataException">A column is text where a number is needed.</exception>
    public CompiledExpression Compile(Expression expression)
    {
        switch (expression)
        {
            case Expression.Number number:
                return new CompiledExpression(new ConstantEvaluator(number.Value), false);
            case Expression.Truth truth:
                return new CompiledExpression(new ConstantEvaluator(truth.Value ? 1 : 0), true);
            case Expression.Text:
                throw Error(
                    $"A string can only be compared with == or !=, as in (sex == {expression}).", expression.Position);
            case Expression.Symbol { Name: "pi" }:
                return new CompiledExpression(new ConstantEvaluator(Math.PI), false);
            case Expression.Symbol or Expression.Named:
                throw Error($"{expression} has no meaning here.", expression.Position);
            case Expression.Variable variable:
                return CompileColumn(variable.Name);
            case Expression.Parentheses parentheses:
                return Compile(parentheses.Inner);
            case Expression.Prefix { Operator: "!" } not:
                RowEvaluator operand = Compile(not.Operand).Evaluator;
                return new CompiledExpression(new UnaryEvaluator(operand, static value => value == 0 ? 1 : 0), true);
            case Expression.Prefix { Operator: "-" } minus:
                return new CompiledExpression(
                    new UnaryEvaluator(Compile(minus.Operand).Evaluator, static value => -value), false);
            case Expression.Prefix plus:
                return new CompiledExpression(Compile(plus.Operand).Evaluator, false);
            case Expression.Infix infix:
                return CompileInfix(infix);
            case Expression.FunctionCall call:
                return CompileCall(call);
            default:
                throw new InvalidOperationException($"Unknown expression {expression}.");
        }
    }

    private CompiledExpression CompileColumn(string name)
    {
        switch (ColumnLookup.Find(table, name, "the formula"))
        {
            case NumericColumn numeric:
                return new CompiledExpression(new NumericEvaluator(numeric), false);
            case BooleanColumn boolean:
                return new CompiledExpression(new BooleanEvaluator(boolean), true);
            case TextColumn text:
                ColumnChecks.RefuseBadNumbers(text);
                throw new InvalidModelDataException(
                    $"Column '{name}' is {ColumnChecks.WhyNotNumeric(text)} where the formula needs a number; use it "
                    + $"as a factor, compare it as in ({name} == '{text.LabelAt(ColumnChecks.FirstText(text))}'), or "
                    + "mend the column.");
            default:
                throw new InvalidOperationException($"Unknown kind of column '{name}'.");
        }
    }

    private CompiledExpression CompileInfix(Expression.Infix infix)
    {
        string @operator = infix.Operator switch { "&&" => "&", "||" => "|", var other => other };
        if (@operator is "==" or "!=" && TryCompileTextComparison(infix) is { } same)
        {
            return new CompiledExpression(
                @operator == "==" ? same : new UnaryEvaluator(same, static value => 1 - value), true);
        }

        if (@operator == "%in%") return new CompiledExpression(CompileMembership(infix), true);
        if (Arithmetic.TryGetValue(@operator, out Func<double, double, double>? arithmetic))
            return new CompiledExpression(CompileBinary(infix, arithmetic), false);
        if (Truths.TryGetValue(@operator, out Func<double, double, double>? truth))
        {
            return new CompiledExpression(
                new BinaryEvaluator(CompileSide(infix.Left, infix.Right), CompileSide(infix.Right, infix.Left), truth),
                true);
        }

        throw Error(
            $"'{infix.Operator}' has no meaning for numbers; it can stand between terms only.", infix.OperatorPosition);
    }

    /// <summary>One side of a comparison; a string beside a column of dates is a date, as in
    /// <c>day &gt; "2024-03-01"</c>.</summary>
    private RowEvaluator CompileSide(Expression side, Expression other)
    {
        if (side is not Expression.Text text || other is not Expression.Variable { Name: var name }
            || ColumnLookup.Find(table, name, "the formula") is not DateColumn dates)
        {
            return Compile(side).Evaluator;
        }

        return dates.TryReadLabel(text.Value, out double value)
            ? new ConstantEvaluator(value)
            : throw Error($"{text} is no date; write one as in \"2024-03-01\".", text.Position);
    }

    private BinaryEvaluator CompileBinary(Expression.Infix infix, Func<double, double, double> function) =>
        new(Compile(infix.Left).Evaluator, Compile(infix.Right).Evaluator, function);

    /// <summary>A comparison of a text column with a string or with another text column; null for any other.</summary>
    private RowEvaluator? TryCompileTextComparison(Expression.Infix infix)
    {
        TextColumn? left = AsTextColumn(infix.Left);
        TextColumn? right = AsTextColumn(infix.Right);
        if (left is not null && right is not null)
        {
            var codeOf = right.Texts.Select((text, code) => (text, code))
                .ToDictionary(pair => pair.text, pair => pair.code, StringComparer.Ordinal);
            int[] rightOfLeft = [.. left.Texts.Select(text => codeOf.GetValueOrDefault(text, TextColumn.MissingCode))];
            return new SameTextEvaluator(left, right, rightOfLeft);
        }

        Expression literal = left is null ? infix.Left : infix.Right;
        if ((left ?? right) is not { } column || literal is not Expression.Text { Value: var text }) return null;
        return CompileText(column, text);
    }

    private TextEvaluator CompileText(TextColumn column, string text)
    {
        string[] texts = [.. column.Texts];
        int code = Array.IndexOf(texts, text);
        // A misspelling shows when the model is fitted; later, a text may well be absent from a few new rows.
        return code >= 0 || constants.AreHeld
            ? new TextEvaluator(column, code)
            : throw new InvalidModelDataException(
                $"'{text}' occurs nowhere in column '{column.Name}', with which the formula compares it"
                + $"{NearestName.Suggestion(text, texts)}; it holds {ColumnLookup.List(texts)}.");
    }

    /// <summary>Whether a value is in a list, such as <c>x %in% c("a", "b")</c>.</summary>
    private RowEvaluator CompileMembership(Expression.Infix infix)
    {
        IReadOnlyList<Expression> items = ConstantList.Items(infix.Right, formula);
        if (AsTextColumn(infix.Left) is { } column)
        {
            RowEvaluator[] texts =
            [
                .. items.Select(item => item is Expression.Text text ? text.Value : item.ToString())
                    .Distinct(StringComparer.Ordinal).Select(text => CompileText(column, text)),
            ];
            return new CombinationEvaluator(texts, [.. texts.Select(static _ => 1.0)]);
        }

        var numbers = items.Select(item => item switch
        {
            Expression.Number number => number.Value,
            Expression.Truth truth => truth.Value ? 1 : 0,
            _ => throw Error($"{infix.Left} holds no text, so that {item} cannot be in it.", item.Position),
        }).ToHashSet();
        return new UnaryEvaluator(Compile(infix.Left).Evaluator, value => numbers.Contains(value) ? 1 : 0);
    }

    private TextColumn? AsTextColumn(Expression expression) => expression switch
    {
        Expression.Parentheses parentheses => AsTextColumn(parentheses.Inner),
        Expression.Variable variable => ColumnLookup.Find(table, variable.Name, "the formula") as TextColumn,
        _ => null,
    };

    private CompiledExpression CompileCall(Expression.FunctionCall call)
    {
        if (FormulaFunctions.IsBasis(call.Function))
        {
            throw Error(
                $"{call.Function}() makes several columns, so that it is a term of its own and cannot stand inside "
                + "another expression.", call.Position);
        }

        if (FormulaFunctions.IsFactor(call.Function))
        {
            throw Error(
                $"{call.Function}() makes a factor, which cannot stand where a number is needed; use it as a term.",
                call.Position);
        }

        var arguments = new CallArguments(call, formula);
        CompiledExpression Of(string name) => Compile(arguments[name]);
        RowEvaluator Number(string name) => Of(name).Evaluator;
        switch (call.Function)
        {
            case "I":
                return Of("x");
            case "as.numeric":
                return Of("x") with { IsTruth = false };
            case "scale":
                return new CompiledExpression(
                    new ScaleCompiler(table, constants, formula).Compile(call, Number("x")), false);
            case "ifelse":
                (CompiledExpression yes, CompiledExpression no) = (Of("yes"), Of("no"));
                return new CompiledExpression(
                    new ChoiceEvaluator(Number("test"), yes.Evaluator, no.Evaluator), yes.IsTruth && no.IsTruth);
            case "pmin":
                return Fold(arguments.Listed, Math.Min);
            case "pmax":
                return Fold(arguments.Listed, Math.Max);
            case "round":
                int digits = (int)Math.Clamp(arguments.Number("digits") ?? 0, -300, 300);
                return new CompiledExpression(
                    new UnaryEvaluator(Number("x"), value => FormulaMath.Round(value, digits)), false);
            case "log" when arguments.Has("base"):
                return new CompiledExpression(new BinaryEvaluator(Number("x"), Number("base"), FormulaMath.Log), false);
            case var name when FormulaFunctions.OfOneNumber.TryGetValue(name, out Func<double, double>? function):
                return new CompiledExpression(new UnaryEvaluator(Number("x"), function), false);
            default:
                throw Error($"{call.Function}() cannot stand inside another expression.", call.Position);
        }
    }

    private CompiledExpression Fold(IReadOnlyList<Expression> operands, Func<double, double, double> function) => new(
        operands.Select(operand => Compile(operand).Evaluator)
            .Aggregate((a, b) => new BinaryEvaluator(a, b, function)), false);

    private FormulaException Error(string message, int position) => new(message, formula, position);
}
