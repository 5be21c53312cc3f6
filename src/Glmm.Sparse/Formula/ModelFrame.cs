using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>A formula evaluated on a table: the design, and what was left out on the way. Immutable.</summary>
/// <param name="Design">The design, ready to fit.</param>
/// <param name="Formula">The formula in canonical form.</param>
/// <param name="RowsDroppedMissing">Rows left out because a value that the model uses is missing.</param>
/// <param name="RowsDroppedZeroWeight">Rows left out because their weight (or number of trials) is 0.</param>
/// <param name="Warnings">What the user should know.</param>
public sealed record ModelFrame(
    ClusteredDesign Design, string Formula, int RowsDroppedMissing, int RowsDroppedZeroWeight,
    IReadOnlyList<string> Warnings)
{
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
        return new ModelFrameBuilder(table, formula, family, options ?? new ModelFrameOptions()).Build();
    }
}
