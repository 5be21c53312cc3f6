using Glmm.Sparse.Estimation;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Cli;

/// <summary>A model to fit and how, checked as far as it can be without the data.</summary>
internal sealed record ModelRequest
{
    /// <summary>The formula as written.</summary>
    public required string Formula { get; init; }

    /// <summary>The family.</summary>
    public required Family Family { get; init; }

    /// <summary>The link, or null for the family's default.</summary>
    public required Link? Link { get; init; }

    /// <summary>The method.</summary>
    public required EstimationMethod Method { get; init; }

    /// <summary>How to fit.</summary>
    public required FitOptions Options { get; init; }

    /// <summary>How the formula meets the data.</summary>
    public required ModelFrameOptions FrameOptions { get; init; }

    /// <summary>Reads the rows that formulas need and evaluates the model's own on them.</summary>
    /// <param name="data">Where the rows are.</param>
    /// <param name="others">Other formulas that will be evaluated on the same rows.</param>
    /// <param name="console">Whose cancellation stops it.</param>
    public (ColumnTable Table, ModelFrame Frame) Read(
        DataSource data, IEnumerable<ModelFormula> others, CommandConsole console)
    {
        var formula = ModelFormula.Parse(Formula);
        HashSet<string>? columns = FrameOptions.ColumnsUsed(formula)?.ToHashSet(StringComparer.Ordinal);
        foreach (ModelFormula other in others)
        {
            if (other.UsesAllColumns) columns = null;
            columns?.UnionWith(other.Columns);
        }

        return console.Await(() =>
        {
            ColumnTable table = data.Read(columns);
            return (table, ModelFrame.Create(table, formula, Family, FrameOptions));
        });
    }

    /// <summary>Fits the model.</summary>
    /// <param name="frame">The formula on the data.</param>
    /// <param name="progress">Told how the fit gets on.</param>
    /// <param name="console">Whose cancellation stops it.</param>
    public GlmmFit Fit(ModelFrame frame, ProgressLine progress, CommandConsole console) =>
        GlmmEstimator.Fit(Method, frame.Design, Family, Link, Watched(progress, console));

    /// <summary>The options of a fit that is watched and can be stopped.</summary>
    /// <param name="progress">Told how the fit gets on.</param>
    /// <param name="console">Whose cancellation stops it.</param>
    public FitOptions Watched(ProgressLine progress, CommandConsole console) => Options with
    {
        Progress = progress.OfFit(Options.Tolerance),
        CancellationToken = console.Cancellation,
    };
}
