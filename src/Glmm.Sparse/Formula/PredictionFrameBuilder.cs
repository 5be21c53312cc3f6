using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Meets the schema of a model with new rows.</summary>
internal sealed class PredictionFrameBuilder
{
    private const int BlockRows = 1024;

    private readonly ModelSchema _schema;
    private readonly ColumnTable _table;
    private readonly PredictionFrameOptions _options;
    private readonly List<string> _warnings = [];

    /// <param name="schema">The model's schema.</param>
    /// <param name="rows">The new rows.</param>
    /// <param name="options">What to make.</param>
    public PredictionFrameBuilder(ModelSchema schema, ColumnTable rows, PredictionFrameOptions options)
    {
        (_schema, _options) = (schema, options);
        // A column that only says which cluster a row is of may hold anything.
        var labels = schema.GroupColumns.ToHashSet();
        labels.ExceptWith(Explaining());
        if (options.Response) labels.ExceptWith(schema.Parsed.Response.Columns);
        _table = HeldColumns.Take(rows, schema.Needed(options), labels);
    }

    /// <summary>Makes the frame.</summary>
    public PredictionFrame Build()
    {
        int n = _table.RowCount;
        RowMap map = RowSelection.WithoutMissing(_table, Find(Explaining()));
        var compiler = new SchemaCompiler(_schema, _table, map, _options.UnseenLevels, _warnings);
        DesignColumn[] all = [.. compiler.FixedTerms().SelectMany(term => term.Columns).Select(built => built.Column)];
        DesignColumn[] x = [.. _schema.FixedColumns.Select(column => all[column])];
        List<DesignColumn> z = _options.RandomEffects ? compiler.RandomEffects() : [];
        RowEvaluator? offset = compiler.Offset();
        (int[] clusters, string[] labels) = _options.Clusters ? Clusters() : ([], []);
        (double[] response, double[] weights) = ResponseAndWeights(map);
        return new PredictionFrame
        {
            RowCount = n,
            FixedEffectCount = x.Length,
            RandomEffectCount = _schema.RandomTerms.Count,
            FixedEffects = Matrix(x, map),
            RandomEffects = Matrix(z, map),
            Offset = offset is null ? [] : Vector(offset, map),
            Clusters = clusters,
            ClusterLabels = labels,
            Response = response,
            Weights = weights,
            RowsMissing = n - map.Count,
            Warnings = _warnings,
        };
    }

    /// <summary>The columns that a prediction cannot do without.</summary>
    private IEnumerable<string> Explaining()
    {
        IEnumerable<string> names = ModelSchema.FixedColumnsOf(_schema.Parsed, _schema.Offset);
        return _options.RandomEffects ? names.Union(_schema.RandomColumns, StringComparer.Ordinal) : names;
    }

    private IEnumerable<TableColumn> Find(IEnumerable<string> names) => names.Select(name => _table[name]!);

    private (int[] Codes, string[] Labels) Clusters()
    {
        TableColumn[] columns = [.. Find(_schema.GroupColumns)];
        bool[] missing = new bool[_table.RowCount];
        foreach (TableColumn column in columns)
        {
            for (int row = 0; row < missing.Length; row++) missing[row] |= column.IsMissing(row);
        }

        RowMap map = RowMap.All(missing.Length).Without(missing);
        ClusterIndex index = ClusterBuilder.Build(columns, map);
        int[] codes = new int[missing.Length];
        Array.Fill(codes, -1);
        for (int i = 0; i < map.Count; i++) codes[map.TableRow(i)] = index.Codes.Span[i];
        return (codes, [.. Enumerable.Range(0, index.Count).Select(index.LabelOf)]);
    }

    private (double[] Response, double[] Weights) ResponseAndWeights(RowMap complete)
    {
        IEnumerable<string> used = _schema.Weights is null ? [] : [_schema.Weights];
        if (_options.Response || _schema.HasTrials) used = used.Concat(_schema.Parsed.Response.Columns);
        if (!_options.Response && !_options.Weights) return ([], []);
        RowMap map = Common(complete, RowSelection.WithoutMissing(_table, Find(used)));
        var compiler = new SchemaCompiler(_schema, _table, map, _options.UnseenLevels, []);
        double[] weights = compiler.Weights() is { } weight ? Vector(weight, map) : [];
        if (Array.FindIndex(weights, static value => value < 0) is >= 0 and var negative)
        {
            throw new InvalidModelDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The weight is {weights[negative]} in row {negative + 1}; a weight must be 0 or more."));
        }

        if (!_options.Response) return ([], weights);
        double[] response = Vector(compiler.Response(), map);
        RefuseInvalid(response);
        return (response, weights);
    }

    private RowMap Common(RowMap one, RowMap other)
    {
        bool[] dropped = new bool[_table.RowCount];
        Array.Fill(dropped, true);
        for (int i = 0; i < other.Count; i++) dropped[other.TableRow(i)] = false;
        return one.Without(dropped);
    }

    /// <summary>NaN is a response that is missing, or one of no trials.</summary>
    private void RefuseInvalid(double[] response)
    {
        Family family = _schema.Family;
        int row = Array.FindIndex(response, y => !double.IsNaN(y) && !family.IsValidResponse(y));
        if (row < 0) return;
        throw new InvalidModelDataException(
            $"The response {_schema.Parsed.Response} is {RSpelling.Number(response[row])} in row {row + 1}; family "
            + $"{family.Name} takes {family.ResponseDomain}. Mend the value, or leave it empty (or NA) to drop the "
            + "row.");
    }

    private double[] Matrix(IReadOnlyList<DesignColumn> columns, RowMap map)
    {
        if ((long)_table.RowCount * columns.Count > Array.MaxLength)
        {
            throw new InvalidModelDataException(
                $"{_table.RowCount} rows are too many at once for {columns.Count} columns; take them in parts.");
        }

        var matrix = new double[_table.RowCount * columns.Count];
        if (map.Count < _table.RowCount) Array.Fill(matrix, double.NaN);
        for (int j = 0; j < columns.Count; j++)
        {
            DesignColumn column = columns[j];
            Scatter(column.Gather, map, matrix, columns.Count, j);
        }

        return matrix;
    }

    private double[] Vector(RowEvaluator evaluator, RowMap map)
    {
        var vector = new double[_table.RowCount];
        if (map.Count < vector.Length) Array.Fill(vector, double.NaN);
        Scatter((rows, values) => map.Gather(evaluator, rows, values), map, vector, 1, 0);
        return vector;
    }

    private static void Scatter(Gatherer gather, RowMap map, double[] destination, int stride, int place)
    {
        Span<int> rows = stackalloc int[BlockRows];
        Span<double> values = stackalloc double[BlockRows];
        for (int start = 0; start < map.Count; start += BlockRows)
        {
            int count = Math.Min(BlockRows, map.Count - start);
            for (int i = 0; i < count; i++) rows[i] = start + i;
            gather(rows[..count], values);
            for (int i = 0; i < count; i++) destination[(map.TableRow(start + i) * stride) + place] = values[i];
        }
    }

    private delegate void Gatherer(ReadOnlySpan<int> rows, Span<double> values);
}
