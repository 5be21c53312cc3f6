using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Makes the columns of a model over new rows, by its own levels and constants.</summary>
internal sealed class SchemaCompiler
{
    private readonly ModelSchema _schema;
    private readonly ColumnTable _table;
    private readonly RowMap _map;
    private readonly DataConstants _constants;
    private readonly ExpressionCompiler _expressions;
    private readonly DesignMatrixBuilder _matrix;

    /// <param name="schema">The model's schema.</param>
    /// <param name="table">The new rows, their columns of the model's kinds.</param>
    /// <param name="map">The rows that miss nothing.</param>
    /// <param name="unseen">What becomes of levels that the model never met.</param>
    /// <param name="warnings">Takes what the user should know.</param>
    public SchemaCompiler(
        ModelSchema schema, ColumnTable table, RowMap map, UnseenLevels unseen, List<string> warnings)
    {
        (_schema, _table, _map) = (schema, table, map);
        _constants = new DataConstants(schema.Constants);
        _expressions = new ExpressionCompiler(table, schema.Formula, _constants);
        var factors = new HeldFactors(schema.ByName, _constants, table, map, unseen, warnings);
        _matrix = DesignMatrixBuilder.Create(table, map, _expressions, factors, _constants, schema.Formula);
    }

    /// <summary>The terms of X with all columns.</summary>
    public List<BuiltTerm> FixedTerms() => _matrix.BuildTerms(_schema.Parsed.FixedTerms);

    /// <summary>The columns of Z.</summary>
    public List<DesignColumn> RandomEffects() => RandomEffectsBuilder.Columns(_schema.Parsed.RandomTerms, _matrix);

    /// <summary>The offset, or null.</summary>
    public RowEvaluator? Offset()
    {
        NumericColumn? column = RowTerms.FindNumber(_table, _schema.Offset, "the model's offset");
        return new RowTerms(_table, _map, _expressions).Offset(_schema.Parsed.FixedTerms.Offsets, column)?.Evaluator;
    }

    /// <summary>The trials of a <c>cbind()</c> response times the weights, or what there is of them.</summary>
    public RowEvaluator? Weights()
    {
        NumericColumn? weights = RowTerms.FindNumber(_table, _schema.Weights, "the model's weights");
        RowEvaluator? trials = Responses().TryBuildCounts(_map, _expressions)?.Trials;
        return RowTerms.Weight(_schema.Parsed.Response, weights, trials)?.Evaluator;
    }

    /// <summary>The response.</summary>
    public RowEvaluator Response()
    {
        ResponseBuilder responses = Responses();
        if (responses.TryBuildCounts(_map, _expressions) is { } counts) return counts.Evaluator;
        NumericColumn? weights = RowTerms.FindNumber(_table, _schema.Weights, "the model's weights");
        var factors = new HeldFactors(
            _schema.ByName, _constants, _table, _map, UnseenLevels.Error, [], isResponse: true);
        return responses
            .Build(_map, _expressions, factors, weights is null ? null : new NumericEvaluator(weights), [])
            .Evaluator;
    }

    private ResponseBuilder Responses() => new(_schema.Parsed, _table, _schema.Family);
}
