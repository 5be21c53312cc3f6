using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>A formula evaluated on a table: the design, and what was left out on the way. Immutable.</summary>
public sealed record ModelFrame
{
    private readonly RowMap _rows;

    private readonly Lazy<ModelSchema> _schema;

    internal ModelFrame(RowMap rows, Func<ModelSchema> schema)
    {
        _rows = rows;
        _schema = new Lazy<ModelSchema>(schema);
    }

    /// <summary>The design, ready to fit.</summary>
    public required ClusteredDesign Design { get; init; }

    /// <summary>The formula in canonical form.</summary>
    public required string Formula { get; init; }

    /// <summary>
    /// The formula with everything of this table that it needs to make the same columns of new rows. Made when first
    /// asked for, which takes a pass over the covariates.
    /// </summary>
    public ModelSchema Schema => _schema.Value;

    /// <summary>Rows left out because a value that the model uses is missing.</summary>
    public required int RowsDroppedMissing { get; init; }

    /// <summary>Rows left out because their weight (or number of trials) is 0.</summary>
    public required int RowsDroppedZeroWeight { get; init; }

    /// <summary>The factors that the model uses, a text response included, in order of first use.</summary>
    public required IReadOnlyList<FactorLevels> Factors { get; init; }

    /// <summary>The random effects, in the order of Z, by the independent blocks of their covariance.</summary>
    public required IReadOnlyList<RandomBlock> RandomBlocks { get; init; }

    /// <summary>What the user should know.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Evaluates a formula in R's mixed-model notation on a table.</summary>
    /// <param name="table">The data.</param>
    /// <param name="formula">Such as <c>y ~ x + (1 + t | id)</c>.</param>
    /// <param name="family">Decides how a text, boolean or <c>cbind</c> response becomes numbers.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The design and what was left out.</returns>
    /// <exception cref="FormulaException">The formula does not parse or asks for what is not offered.</exception>
    /// <exception cref="InvalidModelDataException">A column, level or value is wrong.</exception>
    public static ModelFrame Create(
        ColumnTable table, string formula, Family family, ModelFrameOptions? options = null) =>
        Create(table, ModelFormula.Parse(formula), family, options);

    /// <summary>Evaluates a parsed formula on a table.</summary>
    /// <param name="table">The data.</param>
    /// <param name="formula">The formula.</param>
    /// <param name="family">Decides how a text, boolean or <c>cbind</c> response becomes numbers.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <returns>The design and what was left out.</returns>
    /// <exception cref="FormulaException">The formula asks for what is not offered.</exception>
    /// <exception cref="InvalidModelDataException">A column, level or value is wrong.</exception>
    /// <remarks>
    /// The design's columns are computed from the table when asked for: it needs no memory of its own but 4 bytes a row
    /// for the clusters, and 4 more where rows were dropped.
    /// </remarks>
    public static ModelFrame Create(
        ColumnTable table, ModelFormula formula, Family family, ModelFrameOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(family);
        options ??= new ModelFrameOptions();
        formula = formula.Expand(table.SourceColumns, options.OwnColumns);
        return options.RowOrder == RowOrder.Canonical
            ? CreateInCanonicalOrder(table, formula, family, options)
            : new ModelFrameBuilder(table, formula, family, options).Build();
    }

    private static ModelFrame CreateInCanonicalOrder(
        ColumnTable table, ModelFormula formula, Family family, ModelFrameOptions options)
    {
        TableColumn[] used = [.. options.ColumnsUsed(formula)!.Select(name => table[name]).OfType<TableColumn>()];
        TableColumn[] group = [.. formula.Group.Select(name => table[name]).OfType<TableColumn>()];
        bool isComplete = group.Length == formula.Group.Count;
        if (!isComplete || CanonicalOrder.Of(table, group, used) is not { } order)
            return new ModelFrameBuilder(table, formula, family, options).Build();
        try
        {
            return new ModelFrameBuilder(table, formula, family, options, order).Build();
        }
        catch (InvalidModelDataException)
        {
            // In the order given, the message names the first row at fault.
            new ModelFrameBuilder(table, formula, family, options).Build();
            throw;
        }
    }

    /// <summary>The row of the table behind a row of the design, which may have fewer.</summary>
    /// <param name="row">Zero-based row of the design.</param>
    /// <returns>Zero-based row of the table.</returns>
    public int SourceRow(int row) => _rows.TableRow(row);
}
