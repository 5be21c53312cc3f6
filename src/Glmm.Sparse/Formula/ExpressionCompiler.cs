using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>What an expression becomes on a table.</summary>
/// <param name="Evaluator">Computes it.</param>
/// <param name="IsTruth">It is a truth value.</param>
internal sealed record CompiledExpression(RowEvaluator Evaluator, bool IsTruth);

/// <summary>Turns expressions into evaluators over the columns of a table.</summary>
/// <param name="table">The table.</param>
/// <param name="formula">The formula as written, for messages.</param>
/// <param name="scales">The constants of <c>scale()</c>; where they are held, texts that the table lacks may be
/// compared with.</param>
internal sealed class ExpressionCompiler(ColumnTable table, string formula, ScaleConstants scales)
{
    private static readonly Dictionary<string, Func<double, double, double>> Arithmetic = new(StringComparer.Ordinal)
    {
        ["+"] = static (a, b) => a + b,
        ["-"] = static (a, b) => a - b,
        ["*"] = static (a, b) => a * b,
        ["/"] = static (a, b) => a / b,
        ["^"] = static (a, b) => b == 2 ? a * a : Math.Pow(a, b),
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

        if (Arithmetic.TryGetValue(@operator, out Func<double, double, double>? arithmetic))
            return new CompiledExpression(CompileBinary(infix, arithmetic), false);
        if (Truths.TryGetValue(@operator, out Func<double, double, double>? truth))
            return new CompiledExpression(CompileBinary(infix, truth), true);
        throw Error(
            $"'{infix.Operator}' has no meaning for numbers; it can stand between terms only.", infix.OperatorPosition);
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
        string[] texts = [.. column.Texts];
        int code = Array.IndexOf(texts, text);
        // A misspelling shows when the model is fitted; later, a text may well be absent from a few new rows.
        return code >= 0 || scales.AreHeld
            ? new TextEvaluator(column, code)
            : throw new InvalidModelDataException(
                $"'{text}' occurs nowhere in column '{column.Name}', with which the formula compares it"
                + $"{ColumnLookup.Suggestion(text, texts)}; it holds {ColumnLookup.List(texts)}.");
    }

    private TextColumn? AsTextColumn(Expression expression) => expression switch
    {
        Expression.Parentheses parentheses => AsTextColumn(parentheses.Inner),
        Expression.Variable variable => ColumnLookup.Find(table, variable.Name, "the formula") as TextColumn,
        _ => null,
    };

    private CompiledExpression CompileCall(Expression.FunctionCall call)
    {
        switch (call.Function)
        {
            case "I":
                return Compile(call.Arguments[0]);
            case "as.numeric":
                return Compile(call.Arguments[0]) with { IsTruth = false };
            case "scale":
                return new CompiledExpression(
                    new ScaleCompiler(table, scales).Compile(call, Compile(call.Arguments[0]).Evaluator), false);
            case "log" when call.Arguments.Count == 2:
                RowEvaluator @base = Compile(call.Arguments[1]).Evaluator;
                return new CompiledExpression(
                    new BinaryEvaluator(Compile(call.Arguments[0]).Evaluator, @base, Log), false);
            case var name when FormulaFunctions.OfOneNumber.TryGetValue(name, out Func<double, double>? function):
                return new CompiledExpression(
                    new UnaryEvaluator(Compile(call.Arguments[0]).Evaluator, function), false);
            default:
                throw Error($"{call.Function}() cannot stand inside another expression.", call.Position);
        }
    }

    private static double Log(double value, double @base) => @base switch
    {
        2 => Math.Log2(value),
        10 => Math.Log10(value),
        _ => Math.Log(value) / Math.Log(@base),
    };

    private FormulaException Error(string message, int position) => new(message, formula, position);
}
