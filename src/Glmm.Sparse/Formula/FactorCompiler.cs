using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes factors of the calls whose value is one, such as <c>relevel(trt, ref = "drug")</c>.</summary>
/// <param name="table">The table.</param>
/// <param name="expressions">Compiles numbers and truth values.</param>
/// <param name="source">Makes factors of columns and of codes.</param>
/// <param name="formula">The formula as written, for messages.</param>
internal sealed class FactorCompiler(
    ColumnTable table, ExpressionCompiler expressions, IFactorSource source, string formula)
{
    private const int MostCombinations = 100_000;

    /// <summary>Whether an expression is a factor: a column of text or truth values, or a call making one.</summary>
    public bool IsFactor(Expression expression)
    {
        switch (expression)
        {
            case Expression.Parentheses parentheses:
                return IsFactor(parentheses.Inner);
            case Expression.FunctionCall call:
                return FormulaFunctions.IsFactor(call.Function);
            case Expression.Variable { Name: var name }:
                if (source.HasLevels(name)) return true;
                TableColumn column = ColumnLookup.Find(table, name, "the formula");
                if (column is TextColumn text) ColumnChecks.RefuseBadNumbers(text);
                return column is not NumericColumn;
            default:
                return false;
        }
    }

    /// <summary>Makes the factor of an expression that is one.</summary>
    /// <exception cref="GlmmException">An argument or a level is wrong.</exception>
    public Factor Compile(Expression expression) => expression switch
    {
        Expression.Parentheses parentheses => Compile(parentheses.Inner),
        Expression.Variable variable => source.Build(variable.Name, variable.ToString()),
        Expression.FunctionCall call => Compile(call, new CallArguments(call, formula)) with { Name = call.ToString() },
        _ => throw new FormulaException($"{expression} is no factor.", formula, expression.Position),
    };

    private Factor Compile(Expression.FunctionCall call, CallArguments arguments)
    {
        switch (call.Function)
        {
            case "factor" or "as.factor" or "ordered":
                Factor factor = FactorLabels.Apply(FactorOf(arguments["x"]), arguments);
                bool isOrdered = call.Function == "ordered" || arguments.IsTrue("ordered", factor.IsOrdered);
                return factor with { IsOrdered = isOrdered, Coding = null };
            case "relevel":
                return Relevel(FactorOf(arguments["x"]), arguments);
            case "C":
                if (!IsFactor(arguments["object"]))
                {
                    throw new FormulaException(
                        $"C() codes a factor, and {arguments["object"]} is numeric; write C(factor("
                        + $"{arguments["object"]}), {arguments["contr"]}).", formula, call.Position);
                }

                Factor coded = Compile(arguments["object"]);
                return coded with { Coding = ContrastParser.Parse(arguments, coded, formula) };
            case "cut":
                var cut = new CutIntervals(arguments);
                RowEvaluator number = expressions.Compile(arguments["x"]).Evaluator;
                return source.BuildComputed(call, cut.Labels, cut.Codes(number)) with { IsOrdered = cut.IsOrdered };
            default:
                return Interaction(call, arguments);
        }
    }

    /// <summary>The factor of an argument that need not be one itself: any column, a truth value, a number.</summary>
    private Factor FactorOf(Expression expression)
    {
        if (expression is Expression.Variable || IsFactor(expression)) return Compile(expression);
        CompiledExpression compiled = expressions.Compile(expression);
        return compiled.IsTruth
            ? source.BuildTruth(expression.ToString(), compiled.Evaluator)
            : source.BuildNumber(expression, compiled.Evaluator);
    }

    private static Factor Relevel(Factor factor, CallArguments arguments)
    {
        if (factor.IsOrdered)
            throw arguments.Wrong("x", "is an ordered factor, whose levels have their order; relevel() is for others");
        FactorLevel first;
        if (arguments["ref"] is Expression.Number number)
        {
            if (number.Value != Math.Floor(number.Value) || number.Value < 1 || number.Value > factor.Levels.Count)
                throw arguments.Wrong("ref", $"is a level in quotes, or its number, 1 to {factor.Levels.Count}");
            first = factor.Levels[(int)number.Value - 1];
        }
        else
        {
            string label = arguments["ref"] is Expression.Text text
                ? text.Value
                : throw arguments.Wrong("ref", "is a level in quotes, such as ref = \"placebo\"");
            first = factor.Levels.FirstOrDefault(level => level.Label == label) ?? throw arguments.Wrong(
                "ref", $"is '{label}', which is no level of {factor.Name} that occurs in the rows used"
                + $"{NearestName.Suggestion(label, factor.Labels)}; its levels are "
                + ColumnLookup.List(factor.Labels));
        }

        return factor with { Levels = [first, .. factor.Levels.Where(level => level != first)], Coding = null };
    }

    private Factor Interaction(Expression.FunctionCall call, CallArguments arguments)
    {
        string separator = !arguments.Has("sep") ? "."
            : arguments["sep"] is Expression.Text text ? text.Value
            : throw arguments.Wrong("sep", "is a string");
        string[] labels = [""];
        RowEvaluator? codes = null;
        foreach (Expression argument in arguments.Listed)
        {
            Factor factor = FactorOf(argument);
            if ((long)labels.Length * factor.Levels.Count > MostCombinations)
            {
                throw new FormulaException(
                    $"{call} has more than {MostCombinations} combinations of levels; such a factor belongs in a "
                    + "random-effect term.", formula, call.Position);
            }

            var own = new LevelCodeEvaluator([.. factor.Levels.Select(static level => level.Indicator)]);
            int stride = labels.Length;
            // The first factor's levels run fastest.
            labels =
            [
                .. factor.Levels.SelectMany(level => labels.Select(
                    label => codes is null ? level.Label : label + separator + level.Label)),
            ];
            codes = codes is null
                ? own
                : new BinaryEvaluator(codes, own, (inner, outer) =>
                    inner < 0 || outer < 0 ? -1 : inner + (stride * outer));
        }

        return source.BuildComputed(call, labels, codes!);
    }
}
