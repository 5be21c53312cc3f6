using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Reads the contrasts of a <c>C(factor, contrasts)</c>.</summary>
internal static class ContrastParser
{
    private static readonly string[] Names =
        ["contr.treatment", "contr.sum", "contr.helmert", "contr.poly", "contr.SAS"];

    /// <summary>The coding that a call asks for.</summary>
    /// <param name="arguments">The arguments of the call.</param>
    /// <param name="factor">Its factor.</param>
    /// <param name="formula">The formula as written, for messages.</param>
    /// <exception cref="FormulaException">It asks for none that there is.</exception>
    public static ContrastCoding Parse(CallArguments arguments, Factor factor, string formula)
    {
        (string name, bool isFunction) = arguments["contr"] switch
        {
            Expression.Text text => (text.Value, false),
            Expression.Symbol symbol => (symbol.Name, symbol.Name.StartsWith("contr.", StringComparison.Ordinal)),
            Expression.FunctionCall call => (call.Function, true),
            _ => ("", false),
        };
        if (!name.StartsWith("contr.", StringComparison.Ordinal)) name = "contr." + name;
        if (!Names.Contains(name))
        {
            throw arguments.Wrong(
                "contr", $"is one of {string.Join(", ", Names)}{NearestName.Suggestion(name, Names)}");
        }

        int levels = factor.Levels.Count;
        int? @base = arguments.Whole("base", 1);
        if (arguments["contr"] is Expression.FunctionCall inner)
        {
            var made = new CallArguments(inner, formula);
            if (made.Whole("n", 2) is { } n && n != levels)
            {
                throw new FormulaException(
                    $"{inner} is for {n} levels, and {factor.Name} has {levels} in the rows used; write {name}.",
                    formula, inner.Position);
            }

            if (inner.Function == "contr.treatment") @base ??= made.Whole("base", 1);
        }

        if (@base > levels)
            throw arguments.Wrong("base", $"is the number of a level, and {factor.Name} has {levels}");
        if (@base is not null && name != "contr.treatment")
            throw arguments.Wrong("base", "is for contr.treatment");
        if (name == "contr.poly" && levels > ContrastCoding.MostPolynomialLevels)
            throw arguments.Wrong("contr", $"takes {ContrastCoding.MostPolynomialLevels} levels at most; use numbers");
        return name switch
        {
            "contr.sum" => new ContrastCoding(ContrastKind.Sum),
            "contr.helmert" => new ContrastCoding(ContrastKind.Helmert),
            "contr.poly" => ContrastCoding.Polynomial,
            "contr.SAS" => new ContrastCoding(ContrastKind.Treatment, 0, isFunction),
            _ => new ContrastCoding(ContrastKind.Treatment, @base ?? 1, isFunction || @base is not null),
        };
    }
}
