using Glmm.Sparse.Model;

namespace Glmm.Sparse.Formula;

/// <summary>How a formula meets a table. Immutable; change a copy with <c>with</c>.</summary>
public sealed record ModelFrameOptions
{
    /// <summary>Column of prior weights (for binomial proportions: trials), or null.</summary>
    public string? Weights { get; init; }

    /// <summary>Column of frequencies, whole numbers of equal rows that a row stands for, or null
    /// (<see cref="Model.ClusteredDesign.WithFrequencies"/>).</summary>
    public string? Frequencies { get; init; }

    /// <summary>Column of sampling weights, or null
    /// (<see cref="Model.ClusteredDesign.WithSamplingWeights"/>).</summary>
    public string? SamplingWeights { get; init; }

    /// <summary>What becomes of the sampling weights of a cluster first.</summary>
    public SamplingWeightScaling SamplingScaling { get; init; }

    /// <summary>Column added to the linear predictor besides any <c>offset()</c> of the formula, or null.</summary>
    public string? Offset { get; init; }

    /// <summary>The reference (first) level of some factors.</summary>
    public IReadOnlyDictionary<string, string> References { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// All levels of some factors, in order; makes a numeric column a factor. Columns of the table that the formula
    /// does not use may be named too.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Levels { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The structure of each random-effect term.</summary>
    public CovarianceKind Covariance { get; init; } = CovarianceKind.Unstructured;

    /// <summary>In which order the design has the rows.</summary>
    public RowOrder RowOrder { get; init; } = RowOrder.AsGiven;

    /// <summary>The columns that a model uses under these options: all that a reader must keep.</summary>
    /// <param name="formula">The model's formula.</param>
    /// <returns>The names of the formula's columns, of all weights and of the offset; null where a <c>.</c> makes it
    /// use every column.</returns>
    public IReadOnlySet<string>? ColumnsUsed(ModelFormula formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        if (formula.UsesAllColumns) return null;
        HashSet<string> columns = new(formula.Columns, StringComparer.Ordinal);
        columns.UnionWith(OwnColumns);
        return columns;
    }

    /// <summary>The columns of weights and of the offset.</summary>
    internal IEnumerable<string> OwnColumns =>
        new[] { Weights, Offset, Frequencies, SamplingWeights }.OfType<string>();
}
