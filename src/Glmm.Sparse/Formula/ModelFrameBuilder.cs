using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Meets a formula with a table: first which rows are used, then what the columns are in them.</summary>
internal sealed class ModelFrameBuilder(
    ColumnTable table, ModelFormula formula, Family family, ModelFrameOptions options)
{
    private readonly List<string> _warnings = [];

    /// <summary>Makes the frame.</summary>
    public ModelFrame Build()
    {
        CheckOptions();
        NumericColumn? weights = FindNumber(options.Weights, "--weights");
        NumericColumn? offset = FindNumber(options.Offset, "--offset");
        TableColumn[] used = [.. UsedColumns(weights, offset)];
        foreach (TableColumn column in used) LevelList.Check(options.Levels, column);

        RowMap complete = RowSelection.Complete(table, used);
        var response = new ResponseBuilder(formula, table, family);
        (RowMap map, Response? counts) = DropWithoutWeight(complete, weights, response);
        var compiler = new ExpressionCompiler(table, formula.Text);
        var factors = new FactorBuilder(table, map, options, _warnings);
        var matrix = new DesignMatrixBuilder(table, map, compiler, factors);

        RowEvaluator? weightValues = weights is null ? null : new NumericEvaluator(weights);
        Response y = counts ?? response.Build(map, compiler, factors, weightValues, _warnings);
        List<DesignColumn> x = matrix.Build(formula.FixedTerms);
        if (x.Count == 0)
        {
            throw new FormulaException(
                "The model has no fixed effect; keep the intercept, or add a term.", formula.Text, 0);
        }

        (List<DesignColumn> z, CovarianceStructure covariance, List<RandomBlock> blocks) =
            RandomEffectsBuilder.Build(formula.RandomTerms, matrix, options.Covariance, formula.Text);
        ClusterIndex clusters = ClusterBuilder.Build(
            [.. formula.Group.Select(name => ColumnLookup.Find(table, name, "the formula"))], map);
        ClusteredDesign design = ClusteredDesign.Create(
            EvaluatedColumn.Create(formula.Response.ToString(), map, y.Evaluator), x, z, clusters,
            PriorWeights(map, weightValues, y.Trials), Offset(map, compiler, offset), covariance,
            row => $"row {map.TableRow(row) + 1}");
        return new ModelFrame(map)
        {
            Design = design,
            Formula = formula.ToString(),
            RowsDroppedMissing = table.RowCount - complete.Count,
            RowsDroppedZeroWeight = complete.Count - map.Count,
            Factors = factors.Used,
            RandomBlocks = blocks,
            Warnings = _warnings,
        };
    }

    private void CheckOptions()
    {
        foreach (string name in options.Levels.Keys.Where(IsNotLeftOut)) ColumnLookup.Find(table, name, "--levels");
        foreach (string name in options.References.Keys.Where(IsNotLeftOut))
        {
            TableColumn column = ColumnLookup.Find(table, name, "--reference");
            bool isCalled = FactorCalls(formula).Contains(name);
            if (column is NumericColumn && !options.Levels.ContainsKey(name) && !isCalled)
            {
                throw new InvalidModelDataException(
                    $"'{name}' is numeric and has no reference level; list its levels (--levels {name}=...) to make "
                    + "it a factor.");
            }
        }
    }

    /// <summary>
    /// A column that the source has but that was not read is not used: what is said of it does no harm.
    /// </summary>
    private bool IsNotLeftOut(string name) => table[name] is not null || !table.SourceColumns.Contains(name);

    private static HashSet<string> FactorCalls(ModelFormula formula)
    {
        IEnumerable<Expression> variables = formula.RandomTerms.Select(term => term.Terms)
            .Append(formula.FixedTerms)
            .SelectMany(list => list.Terms)
            .SelectMany(term => term.Variables);
        return
        [
            .. variables.OfType<Expression.FunctionCall>()
                .Where(call => call.Function is "factor" or "as.factor")
                .Select(call => ((Expression.Variable)call.Arguments[0]).Name),
        ];
    }

    private NumericColumn? FindNumber(string? name, string option)
    {
        if (name is null) return null;
        TableColumn column = ColumnLookup.Find(table, name, option);
        if (column is TextColumn text) ColumnChecks.RefuseBadNumbers(text);
        return column as NumericColumn ?? throw new InvalidModelDataException(
            $"Column '{name}', which {option} names, is {ColumnChecks.WhyNotNumeric(column)}; it must be numeric.");
    }

    private IEnumerable<TableColumn> UsedColumns(NumericColumn? weights, NumericColumn? offset)
    {
        IEnumerable<TableColumn> used = formula.Columns.Select(name => ColumnLookup.Find(table, name, "the formula"));
        if (weights is not null) used = used.Append(weights);
        if (offset is not null) used = used.Append(offset);
        return used.Distinct();
    }

    private (RowMap Map, Response? Counts) DropWithoutWeight(
        RowMap complete, NumericColumn? weights, ResponseBuilder response)
    {
        RowMap map = weights is null ? complete : RowSelection.PositiveWeight(complete, table, weights);
        Response? counts = response.TryBuildCounts(map, new ExpressionCompiler(table, formula.Text));
        if (counts is not null)
        {
            map = RowSelection.Positive(
                map, table.RowCount, counts.Trials!, $"the number of trials of {formula.Response}");
        }

        return (map, counts);
    }

    private DesignColumn? PriorWeights(RowMap map, RowEvaluator? weights, RowEvaluator? trials)
    {
        if (trials is null)
            return weights is null ? null : EvaluatedColumn.Create(options.Weights!, map, weights);
        string name = $"trials of {formula.Response}";
        return weights is null
            ? EvaluatedColumn.Create(name, map, trials)
            : EvaluatedColumn.Create($"{name} times {options.Weights}", map, new ProductEvaluator([trials, weights]));
    }

    private DesignColumn? Offset(RowMap map, ExpressionCompiler compiler, NumericColumn? column)
    {
        var names = new List<string>();
        RowEvaluator? sum = null;
        foreach (Expression term in formula.FixedTerms.Offsets)
        {
            RowEvaluator evaluator = compiler.Compile(term).Evaluator;
            ColumnChecks.RefuseNonFinite(term, evaluator, map, table);
            Add($"offset({term})", evaluator);
        }

        if (column is not null) Add(column.Name, new NumericEvaluator(column));
        return sum is null ? null : EvaluatedColumn.Create(string.Join(" + ", names), map, sum);

        void Add(string name, RowEvaluator evaluator)
        {
            names.Add(name);
            sum = sum is null ? evaluator : new BinaryEvaluator(sum, evaluator, static (a, b) => a + b);
        }
    }
}
