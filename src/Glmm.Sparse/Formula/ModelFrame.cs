using Glmm.Sparse.Families;
using Glmm.Sparse.Model;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Formula;

/// <summary>The structure given to each random-effect term.</summary>
public enum CovarianceKind
{
    /// <summary>Every variance and covariance free; <c>||</c> in the formula still means diagonal.</summary>
    Unstructured,

    /// <summary>Uncorrelated, a variance each.</summary>
    Diagonal,

    /// <summary>Uncorrelated, one common variance.</summary>
    Identity,

    /// <summary>One common variance and one common covariance.</summary>
    CompoundSymmetry,
}

/// <summary>How a formula meets a table. Immutable; change a copy with <c>with</c>.</summary>
public sealed record ModelFrameOptions
{
    /// <summary>Column of prior weights (for binomial proportions: trials), or null.</summary>
    public string? Weights { get; init; }

    /// <summary>Column added to the linear predictor besides any <c>offset()</c> of the formula, or null.</summary>
    public string? Offset { get; init; }

    /// <summary>The reference (first) level of some factors.</summary>
    public IReadOnlyDictionary<string, string> References { get; init; } = new Dictionary<string, string>();

    /// <summary>All levels of some factors, in order; makes a numeric column a factor.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Levels { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The structure of each random-effect term.</summary>
    public CovarianceKind Covariance { get; init; } = CovarianceKind.Unstructured;
}

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
        throw new NotImplementedException();
}
