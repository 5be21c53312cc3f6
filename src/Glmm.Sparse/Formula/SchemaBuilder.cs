using Glmm.Sparse.Families;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>Takes from the data of a fit what the formula will need of them for new rows.</summary>
/// <param name="table">The data.</param>
/// <param name="map">The rows used.</param>
/// <param name="formula">The formula.</param>
/// <param name="family">The family.</param>
/// <param name="options">How the formula met the table.</param>
/// <param name="used">The columns that the model uses.</param>
internal sealed class SchemaBuilder(
    ColumnTable table, RowMap map, ModelFormula formula, Family family, ModelFrameOptions options,
    IReadOnlyList<TableColumn> used)
{
    /// <summary>Texts that are only compared with something are listed where they are so few; more may be names.
    /// </summary>
    private const int MostCompared = 100;

    /// <summary>Makes the schema.</summary>
    /// <param name="factors">The factors that the model uses.</param>
    /// <param name="constants">What calls took from the data.</param>
    public ModelSchema Build(IReadOnlyList<FactorLevels> factors, IReadOnlyList<DataConstant> constants)
    {
        HashSet<string> explaining = [.. ModelSchema.FixedColumnsOf(formula, options.Offset)];
        SchemaColumn[] columns =
        [
            .. used.Select(column => Outline(
                column, factors.FirstOrDefault(factor => factor.Name == column.Name)?.Levels,
                explaining.Contains(column.Name))),
        ];
        return ModelSchema.Create(formula, family, columns, constants, options.Weights, options.Offset);
    }

    private SchemaColumn Outline(TableColumn column, IReadOnlyList<string>? levels, bool explains) => new(
        column.Name, column.Kind)
    {
        Levels = levels ?? (explains ? Compared(column) : null),
        IsFactor = column is not NumericColumn || options.Levels.ContainsKey(column.Name),
        Mean = explains && column is NumericColumn
            ? RowMoments.Mean(map, new NumericEvaluator((NumericColumn)column)).Mean
            : null,
    };

    private string[]? Compared(TableColumn column)
    {
        if (column is NumericColumn || column is TextColumn { Texts.Count: > MostCompared }) return null;
        var factors = new FactorBuilder(table, map, new ModelFrameOptions(), new DataConstants(), []);
        Factor factor = factors.Build(column.Name, column.Name);
        return [.. factor.Levels.Select(level => level.Label)];
    }
}
