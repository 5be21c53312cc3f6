using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>
/// Makes the columns of a design with treatment contrasts, named and ordered as R's model.matrix does (Chambers &amp;
/// Hastie 1992, section 2.3.2 and R's TermCode).
/// </summary>
internal sealed class DesignMatrixBuilder(
    ColumnTable table, RowMap map, ExpressionCompiler compiler, IFactorSource factors)
{
    private const long MostColumns = 5_000;

    private readonly Dictionary<string, Variable> _variables = new(StringComparer.Ordinal);

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
                intercept, [], [new BuiltColumn(DesignColumn.Constant(intercept, 1, map.Count), [])]));
        }

        string[][] keys = [.. list.Terms.Select(term => term.Variables.Select(v => v.ToString()).ToArray())];
        bool fullFactorDue = !list.HasIntercept;
        int width = terms.Count;
        for (int t = 0; t < list.Terms.Count; t++)
        {
            Variable[] variables = [.. list.Terms[t].Variables.Select(Resolve)];
            var parts = new List<IReadOnlyList<Part>>();
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

    private BuiltColumn ToColumn(Part[] product)
    {
        RowEvaluator evaluator = product.Length == 1
            ? product[0].Evaluator
            : new ProductEvaluator([.. product.Select(static part => part.Evaluator)]);
        string name = string.Join(":", product.Select(static part => part.Name));
        return new BuiltColumn(
            EvaluatedColumn.Create(name, map, evaluator), [.. product.Select(static part => part.Level)]);
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

    private static void CheckWidth(int before, FormulaTerm term, List<IReadOnlyList<Part>> parts)
    {
        double width = parts.Aggregate(1.0, (product, part) => product * part.Count);
        if (before + width <= MostColumns) return;
        throw new InvalidModelDataException(
            $"The term {term} alone makes {width:F0} columns, and a design takes at most {MostColumns}. A factor with "
            + $"so many levels belongs in a random-effect term, such as (1 | {term.Variables[0]}); a number read as "
            + "text needs its cells mended.");
    }

    /// <summary>All products of one part of each variable, the first variable's parts running fastest.</summary>
    private static IEnumerable<Part[]> Products(List<IReadOnlyList<Part>> parts)
    {
        IEnumerable<Part[]> products = [[]];
        foreach (IReadOnlyList<Part> choices in parts)
        {
            Part[][] before = [.. products];
            products = choices.SelectMany(choice => before.Select(product => (Part[])[.. product, choice]));
        }

        return products;
    }

    private Variable Resolve(Expression expression)
    {
        string key = expression.ToString();
        if (_variables.TryGetValue(key, out Variable? known)) return known;
        string? factorColumn = expression switch
        {
            Expression.Variable column when IsFactor(column.Name) => column.Name,
            Expression.FunctionCall { Function: "factor" or "as.factor" } call =>
                ((Expression.Variable)call.Arguments[0]).Name,
            _ => null,
        };
        Variable variable = factorColumn is null
            ? ResolveComputed(expression, key)
            : new Variable(key, factors.Build(factorColumn, key), null, [factorColumn]);
        if (variable.Factor is { Levels.Count: < 2 } constant)
        {
            throw new InvalidModelDataException(
                $"'{key}' has one level in the rows used, '{constant.Levels[0].Label}'; a factor needs at least two. "
                + "Leave it out of the formula.");
        }

        if (factorColumn is not null) factors.CheckLevelCount(variable.Factor!, factorColumn);
        _variables.Add(key, variable);
        return variable;
    }

    private bool IsFactor(string name)
    {
        if (factors.HasLevels(name)) return true;
        TableColumn column = ColumnLookup.Find(table, name, "the formula");
        if (column is TextColumn text) ColumnChecks.RefuseBadNumbers(text);
        return column is not NumericColumn;
    }

    private Variable ResolveComputed(Expression expression, string key)
    {
        if (expression.Columns.FirstOrDefault() is null)
        {
            throw new InvalidModelDataException(
                $"The term {key} names no column, so it is the same in every row; leave it out (1 is the intercept).");
        }

        CompiledExpression compiled = compiler.Compile(expression);
        string[] columns = [.. expression.Columns];
        if (compiled.IsTruth) return new Variable(key, factors.BuildTruth(key, compiled.Evaluator), null, columns);
        if (expression is not Expression.Variable)
            ColumnChecks.RefuseNonFinite(expression, compiled.Evaluator, map, table);
        return new Variable(key, null, compiled.Evaluator, columns);
    }

    /// <summary>One column that a variable gives to a term.</summary>
    private sealed record Part(string Name, RowEvaluator Evaluator, string? Level);

    /// <summary>A variable of a term: a factor or a number.</summary>
    private sealed record Variable(string Name, Factor? Factor, RowEvaluator? Number, IReadOnlyList<string> Columns)
    {
        public SchemaVariable Outline { get; } =
            new(Name, Factor is null ? null : [.. Factor.Levels.Select(level => level.Label)], Columns);

        public IReadOnlyList<Part> Parts(bool allLevels) => Factor is null
            ? [new Part(Name, Number!, null)]
            :
            [
                .. Factor.Levels.Skip(allLevels ? 0 : 1)
                    .Select(level => new Part(Name + level.Label, level.Indicator, level.Label)),
            ];
    }
}
