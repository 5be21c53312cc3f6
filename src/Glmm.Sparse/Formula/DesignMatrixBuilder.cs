using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>
/// Makes the columns of a design, named and ordered as R's model.matrix does (Chambers &amp; Hastie 1992, section
/// 2.3.2 and R's TermCode).
/// </summary>
/// <param name="table">The table.</param>
/// <param name="map">The rows used.</param>
/// <param name="compiler">Compiles numbers and truth values.</param>
/// <param name="bases">Compiles calls that make several columns.</param>
/// <param name="factors">Compiles factors.</param>
/// <param name="source">Makes factors.</param>
internal sealed class DesignMatrixBuilder(
    ColumnTable table, RowMap map, ExpressionCompiler compiler, BasisCompiler bases, FactorCompiler factors,
    IFactorSource source)
{
    private const long MostColumns = 5_000;

    private readonly Dictionary<string, TermVariable> _variables = new(StringComparer.Ordinal);

    /// <summary>A builder over some rows.</summary>
    /// <param name="table">The table.</param>
    /// <param name="map">The rows used.</param>
    /// <param name="compiler">Compiles expressions over the table.</param>
    /// <param name="source">Makes factors.</param>
    /// <param name="constants">What calls take from data.</param>
    /// <param name="formula">The formula as written, for messages.</param>
    public static DesignMatrixBuilder Create(
        ColumnTable table, RowMap map, ExpressionCompiler compiler, IFactorSource source, DataConstants constants,
        string formula) => new(
        table, map, compiler, new BasisCompiler(table, compiler, constants, formula),
        new FactorCompiler(table, map, compiler, source, formula), source);

    /// <summary>Makes the columns of an expanded right-hand side.</summary>
    public List<DesignColumn> Build(TermList list) =>
        [.. BuildTerms(list).SelectMany(static term => term.Columns).Select(static built => built.Column)];

    /// <summary>Makes the terms of an expanded right-hand side, the intercept first.</summary>
    public List<BuiltTerm> BuildTerms(TermList list)
    {
        var terms = new List<BuiltTerm>();
        if (list.HasIntercept)
        {
            const string intercept = "(Intercept)";
            terms.Add(new BuiltTerm(
                intercept, [], [new BuiltColumn(DesignColumn.Constant(intercept, 1, map.Count), [], [])]));
        }

        string[][] keys = [.. list.Terms.Select(term => term.Variables.Select(v => v.ToString()).ToArray())];
        bool fullFactorDue = !list.HasIntercept;
        int width = terms.Count;
        for (int t = 0; t < list.Terms.Count; t++)
        {
            TermVariable[] variables = [.. list.Terms[t].Variables.Select(Resolve)];
            var parts = new List<IReadOnlyList<TermPart>>();
            for (int v = 0; v < keys[t].Length; v++)
            {
                bool full = NeedsAllLevels(keys, t, keys[t][v]);
                if (variables[v].Factor is not null && fullFactorDue)
                {
                    // Without an intercept the first factor of all takes its place.
                    full = true;
                    fullFactorDue = false;
                }

                parts.Add(variables[v].Parts(full));
            }

            CheckWidth(width, list.Terms[t], parts);
            BuiltColumn[] columns = [.. Products(parts).Select(ToColumn)];
            terms.Add(new BuiltTerm(
                list.Terms[t].ToString(), [.. variables.Select(static variable => variable.Outline)], columns));
            width += columns.Length;
        }

        return terms;
    }

    private BuiltColumn ToColumn(TermPart[] product)
    {
        RowEvaluator evaluator = product.Length == 1
            ? product[0].Evaluator
            : new ProductEvaluator([.. product.Select(static part => part.Evaluator)]);
        string name = string.Join(":", product.Select(static part => part.Name));
        return new BuiltColumn(
            EvaluatedColumn.Create(name, map, evaluator), [.. product.Select(static part => part.Level)],
            [.. product.Select(static part => part.Code)]);
    }

    /// <summary>
    /// R's rule: a factor of a term is coded by contrasts when the term without it is empty or contained in an earlier
    /// term, else by all its levels.
    /// </summary>
    private static bool NeedsAllLevels(string[][] terms, int term, string variable)
    {
        string[] margin = [.. terms[term].Where(other => other != variable)];
        if (margin.Length == 0) return false;
        for (int t = 0; t < term; t++)
        {
            if (margin.All(terms[t].Contains)) return false;
        }

        return true;
    }

    private static void CheckWidth(int before, FormulaTerm term, List<IReadOnlyList<TermPart>> parts)
    {
        double width = parts.Aggregate(1.0, (product, part) => product * part.Count);
        if (before + width <= MostColumns) return;
        throw new InvalidModelDataException(
            $"The term {term} alone makes {width:F0} columns, and a design takes at most {MostColumns}. A factor with "
            + $"so many levels belongs in a random-effect term, such as (1 | {term.Variables[0]}); a number read as "
            + "text needs its cells mended.");
    }

    /// <summary>All products of one part of each variable, the first variable's parts running fastest.</summary>
    private static IEnumerable<TermPart[]> Products(List<IReadOnlyList<TermPart>> parts)
    {
        IEnumerable<TermPart[]> products = [[]];
        foreach (IReadOnlyList<TermPart> choices in parts)
        {
            TermPart[][] before = [.. products];
            products = choices.SelectMany(choice => before.Select(product => (TermPart[])[.. product, choice]));
        }

        return products;
    }

    private TermVariable Resolve(Expression expression)
    {
        string key = expression.ToString();
        if (_variables.TryGetValue(key, out TermVariable? known)) return known;
        TermVariable variable = factors.IsFactor(expression) ? ResolveFactor(expression) : ResolveComputed(expression, key);
        if (variable.Factor is { Levels.Count: < 2 } constant)
        {
            throw new InvalidModelDataException(
                $"'{key}' has one level in the rows used, '{constant.Levels[0].Label}'; a factor needs at least two. "
                + "Leave it out of the formula.");
        }

        _variables.Add(key, variable);
        return variable;
    }

    private TermVariable ResolveFactor(Expression expression)
    {
        string[] columns = [.. expression.Columns];
        RefuseConstant(expression);
        Factor factor = factors.Compile(expression);
        if (columns.Length == 1) source.CheckLevelCount(factor, columns[0]);
        return new TermVariable(factor, columns);
    }

    private static void RefuseConstant(Expression expression)
    {
        if (expression.Columns.Any()) return;
        throw new InvalidModelDataException(
            $"The term {expression} names no column, so it is the same in every row; leave it out (1 is the "
            + "intercept).");
    }

    private TermVariable ResolveComputed(Expression expression, string key)
    {
        RefuseConstant(expression);
        string[] columns = [.. expression.Columns];
        if (expression is Expression.FunctionCall call && FormulaFunctions.IsBasis(call.Function))
        {
            CompiledBasis basis = bases.Compile(call);
            foreach ((Expression operand, RowEvaluator evaluator) in basis.Operands)
                ColumnChecks.RefuseNonFinite(operand, evaluator, map, table);
            return new TermVariable(key, basis.Columns, columns);
        }

        CompiledExpression compiled = compiler.Compile(expression);
        if (compiled.IsTruth) return new TermVariable(source.BuildTruth(key, compiled.Evaluator), columns);
        if (expression is not Expression.Variable)
            ColumnChecks.RefuseNonFinite(expression, compiled.Evaluator, map, table);
        return new TermVariable(key, [("", compiled.Evaluator)], columns);
    }
}
