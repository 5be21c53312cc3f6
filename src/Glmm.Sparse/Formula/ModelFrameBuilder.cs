using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Meets a formula with a table: first which rows are used, then what the columns are in them.</summary>
/// <param name="table">The data.</param>
/// <param name="formula">The formula.</param>
/// <param name="family">The family.</param>
/// <param name="options">The options.</param>
/// <param name="order">All rows of the table in the order in which the design has them; null for the table's.</param>
internal sealed class ModelFrameBuilder(
    ColumnTable table, ModelFormula formula, Family family, ModelFrameOptions options, int[]? order = null)
{
    private readonly List<string> _warnings = [];
    private readonly DataConstants _constants = new(order);

    /// <summary>Makes the frame.</summary>
    public ModelFrame Build()
    {
        CheckOptions();
        NumericColumn? weights = RowTerms.FindNumber(table, options.Weights, "--weights");
        NumericColumn? offset = RowTerms.FindNumber(table, options.Offset, "--offset");
        NumericColumn? frequencies = RowTerms.FindNumber(table, options.Frequencies, "--frequency-weights");
        NumericColumn? sampling = RowTerms.FindNumber(table, options.SamplingWeights, "--sampling-weights");
        TableColumn[] used = [.. UsedColumns(weights, offset)];
        foreach (TableColumn column in used) LevelList.Check(options.Levels, column);

        RowMap complete = RowSelection.Complete(table, [.. used, .. NotNull(frequencies, sampling)], order);
        var response = new ResponseBuilder(formula, table, family);
        (RowMap map, Response? counts) = DropWithoutWeight(
            complete, NotNull(weights, frequencies, sampling), response);
        var compiler = new ExpressionCompiler(table, formula.Text, _constants);
        var factors = new FactorBuilder(table, map, options, _constants, _warnings);
        var matrix = DesignMatrixBuilder.Create(table, map, compiler, factors, _constants, formula.Text);

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
            Column(map, RowTerms.Weight(formula.Response, weights, y.Trials)),
            Column(map, new RowTerms(table, map, compiler).Offset(formula.FixedTerms.Offsets, offset)), covariance,
            row => $"row {map.TableRow(row) + 1}");
        if (frequencies is not null) design = design.WithFrequencies(Numbers(map, frequencies));
        if (sampling is not null)
            design = design.WithSamplingWeights(Numbers(map, sampling), options.SamplingScaling);
        var schema = new SchemaBuilder(table, map, formula, family, options, used);
        return new ModelFrame(map, () => schema.Build(factors.Used, _constants.All))
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

    private static NumericColumn[] NotNull(params NumericColumn?[] columns) => [.. columns.OfType<NumericColumn>()];

    private static DesignColumn Numbers(RowMap map, NumericColumn column) =>
        EvaluatedColumn.Create(column.Name, map, new NumericEvaluator(column));

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
                .Where(static call => FormulaFunctions.IsFactor(call.Function))
                .SelectMany(static call => call.Columns),
        ];
    }

    private IEnumerable<TableColumn> UsedColumns(NumericColumn? weights, NumericColumn? offset)
    {
        IEnumerable<TableColumn> used = formula.Columns.Select(name => ColumnLookup.Find(table, name, "the formula"));
        if (weights is not null) used = used.Append(weights);
        if (offset is not null) used = used.Append(offset);
        return used.Distinct();
    }

    private (RowMap Map, Response? Counts) DropWithoutWeight(
        RowMap complete, IEnumerable<NumericColumn> weights, ResponseBuilder response)
    {
        RowMap map = complete;
        foreach (NumericColumn column in weights) map = RowSelection.PositiveWeight(map, table, column);
        Response? counts = response.TryBuildCounts(map, new ExpressionCompiler(table, formula.Text, _constants));
        if (counts is not null)
        {
            map = RowSelection.Positive(
                map, table.RowCount, counts.Trials!, $"the number of trials of {formula.Response}");
        }

        return (map, counts);
    }

    private static DesignColumn? Column(RowMap map, (RowEvaluator Evaluator, string Name)? values) =>
        values is var (evaluator, name) ? EvaluatedColumn.Create(name, map, evaluator) : null;
}
