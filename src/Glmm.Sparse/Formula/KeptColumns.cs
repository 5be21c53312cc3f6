using Glmm.Sparse.Results;

namespace Glmm.Sparse.Formula;

/// <summary>The columns that a formula makes, and which of them a fit kept.</summary>
internal sealed class KeptColumns
{
    // Weights that are sums of averages are 0 up to rounding.
    private const double Nothing = 1e-10;

    private readonly IReadOnlyList<int> _kept;

    /// <exception cref="InvalidModelDataException">The schema is another model's.</exception>
    internal KeptColumns(ModelSchema schema, GlmmFit fit)
    {
        _kept = schema.For(fit).FixedColumns;
        All = ModelSchema.Create(
            schema.Parsed, fit.Family, schema.Columns, schema.Constants, schema.Weights, schema.Offset);
    }

    /// <summary>The schema with every column.</summary>
    internal ModelSchema All { get; }

    /// <summary>Contrasts of all columns as contrasts of the kept ones; null where one has weight on a column that was
    /// dropped, which leaves it undetermined.</summary>
    internal double[][]? Reduce(double[][] rows)
    {
        var dropped = Enumerable.Range(0, All.FixedNames.Count).Except(_kept).ToArray();
        return rows.Any(row => dropped.Any(j => Math.Abs(row[j]) > Nothing))
            ? null
            : [.. rows.Select(row => _kept.Select(j => row[j]).ToArray())];
    }
}
