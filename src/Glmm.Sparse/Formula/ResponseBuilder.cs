using Glmm.Sparse.Families;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>The response as numbers.</summary>
/// <param name="Evaluator">y; for counts of successes their proportion.</param>
/// <param name="Trials">The number of trials of a <c>cbind()</c> response, or null.</param>
internal sealed record Response(RowEvaluator Evaluator, RowEvaluator? Trials);

/// <summary>Turns the left-hand side of a formula into numbers.</summary>
internal sealed class ResponseBuilder(ModelFormula formula, ColumnTable table, Family family)
{
    /// <summary>The one of R's binomial family: proportions are often written with few digits.</summary>
    private const double WholeTolerance = 1e-3;

    /// <summary>Makes the response of a <c>cbind()</c>; null for any other.</summary>
    /// <param name="map">The rows to check; those without trials are still in.</param>
    /// <param name="compiler">Compiles expressions over the same rows.</param>
    /// <exception cref="GlmmException">The family is not binomial or a count is wrong.</exception>
    public Response? TryBuildCounts(RowMap map, ExpressionCompiler compiler)
    {
        if (formula.Response is not Expression.FunctionCall { Function: "cbind" } cbind) return null;
        if (!family.IsBinomial)
        {
            throw new FormulaException(
                $"cbind(successes, failures) is for the binomial family; with {family.Name} name one response.",
                formula.Text, cbind.Position);
        }

        var arguments = new CallArguments(cbind, formula.Text);
        Expression[] expressions = [arguments["successes"], arguments["failures"]];
        RowEvaluator[] counts = [.. expressions.Select(argument => compiler.Compile(argument).Evaluator)];
        for (int i = 0; i < 2; i++) CheckCount(expressions[i], counts[i], i == 0 ? "successes" : "failures", map);
        return new Response(
            new BinaryEvaluator(
                counts[0], counts[1], static (successes, failures) => successes / (successes + failures)),
            new BinaryEvaluator(counts[0], counts[1], static (successes, failures) => successes + failures));
    }

    /// <summary>Makes any other response.</summary>
    /// <param name="map">The rows used.</param>
    /// <param name="compiler">Compiles expressions over these rows.</param>
    /// <param name="factors">Makes factors over these rows.</param>
    /// <param name="weights">The prior weights, or null.</param>
    /// <param name="warnings">Takes what the user should know.</param>
    /// <exception cref="GlmmException">The response does not fit the family.</exception>
    public Response Build(
        RowMap map, ExpressionCompiler compiler, IFactorSource factors, RowEvaluator? weights, List<string> warnings)
    {
        Expression expression = formula.Response;
        if (TryBuildFactor(map, compiler, factors, warnings) is { } indicator) return new Response(indicator, null);
        CompiledExpression compiled = compiler.Compile(expression);
        ColumnChecks.RefuseNonFinite(expression, compiled.Evaluator, map, table);
        if (family.IsBinomial && !compiled.IsTruth) CheckProportions(compiled.Evaluator, map, weights, warnings);
        return new Response(compiled.Evaluator, null);
    }

    /// <summary>
    /// A factor: text, truth values, a column whose levels are listed, or a call such as factor(y). The first level is failure, all others success.
    /// </summary>
    private UnaryEvaluator? TryBuildFactor(
        RowMap map, ExpressionCompiler compiler, IFactorSource factors, List<string> warnings)
    {
        Expression response = formula.Response;
        string name = response is Expression.Variable variable ? variable.Name : response.ToString();
        if (response is Expression.Variable)
        {
            if (!IsFactorColumn(name, factors)) return null;
        }
        else if (response is not Expression.FunctionCall call || !FormulaFunctions.IsFactor(call.Function))
        {
            return null;
        }
        else if (!family.IsBinomial)
        {
            throw new FormulaException(
                $"The response {response} is a factor, which only the binomial family takes; with {family.Name} name "
                + "numbers.", formula.Text, response.Position);
        }

        Factor factor = new FactorCompiler(table, map, compiler, factors, formula.Text).Compile(response);
        if (factor.Levels.Count < 2)
        {
            throw new InvalidModelDataException(
                $"The response '{name}' is '{factor.Levels[0].Label}' in every row used; a binomial response needs "
                + "both failures and successes.");
        }

        if (factor.Levels.Count > 2)
        {
            string successes = string.Join(", ", factor.Levels.Skip(1).Select(level => $"'{level.Label}'"));
            warnings.Add(
                $"The response '{name}' has {factor.Levels.Count} levels: '{factor.Levels[0].Label}' counts as "
                + $"failure, {successes} as success.");
        }

        return new UnaryEvaluator(factor.Levels[0].Indicator, static failure => 1 - failure);
    }

    private bool IsFactorColumn(string name, IFactorSource factors)
    {
        TableColumn column = ColumnLookup.Find(table, name, "the formula");
        bool listed = factors.HasLevels(name);
        if (column is not TextColumn text) return family.IsBinomial && (column is not NumericColumn || listed);
        if (!listed) ColumnChecks.RefuseBadNumbers(text);
        return family.IsBinomial
            ? true
            : throw new InvalidModelDataException(
                $"The response '{name}' is {ColumnChecks.WhyNotNumeric(column)}, which only the "
                + $"binomial family takes; with {family.Name} it must be numeric. Mend the column or choose "
                + "--family binomial.");
    }

    private void CheckCount(Expression expression, RowEvaluator count, string what, RowMap map)
    {
        ColumnChecks.RefuseNonFinite(expression, count, map, table);
        int row = map.FirstRow(count, static value => value < 0 || value != Math.Floor(value));
        if (row < 0) return;
        double[] value = new double[1];
        count.Evaluate([row], value);
        throw new InvalidModelDataException(
            $"The number of {what}, {expression}, is {RSpelling.Number(value[0])} in row {row + 1}; it must be a "
            + "whole number of 0 or more. cbind() takes successes and failures, not successes and trials.");
    }

    private void CheckProportions(RowEvaluator response, RowMap map, RowEvaluator? weights, List<string> warnings)
    {
        string name = formula.Response.ToString();
        int outside = map.FirstRow(response, static y => y is < 0 or > 1);
        if (outside >= 0)
        {
            throw new InvalidModelDataException(
                $"The response {name} is {ValueAt(response, outside)} in row {outside + 1}; with the {family.Name} "
                + "family it must be 0 or 1, a proportion with its trials as --weights, text, or "
                + "cbind(successes, failures).");
        }

        if (weights is null)
        {
            // A quasi family takes any mean, and its dispersion makes up for the unknown trials.
            if (family.EstimatesDispersionByDefault) return;
            int fraction = map.FirstRow(response, static y => y is > 0 and < 1);
            if (fraction < 0) return;
            throw new InvalidModelDataException(
                $"The response {name} is the proportion {ValueAt(response, fraction)} in row {fraction + 1}; the "
                + $"{family.Name} family needs its number of trials. Give it as --weights COLUMN, or write "
                + "cbind(successes, failures) as the response.");
        }

        var successes = new BinaryEvaluator(response, weights, static (y, trials) => y * trials);
        int broken = map.FirstRow(
            successes, static count => Math.Abs(count - Math.Round(count)) > WholeTolerance);
        if (broken >= 0 && !family.EstimatesDispersionByDefault)
        {
            warnings.Add(
                $"Response times weight is {ValueAt(successes, broken)} in row {broken + 1}, not a whole number of "
                + "successes; with the binomial family the weight is the number of trials.");
        }
    }

    private static string ValueAt(RowEvaluator evaluator, int row)
    {
        double[] value = new double[1];
        evaluator.Evaluate([row], value);
        return RSpelling.Number(value[0]);
    }
}
