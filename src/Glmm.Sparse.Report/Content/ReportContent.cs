using Glmm.Sparse.Diagnostics;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Inference;
using Glmm.Sparse.Model;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Report.Content;

/// <summary>All numbers of a report, each made when first asked for. Not thread-safe.</summary>
internal sealed class ReportContent
{
    private readonly Lazy<double[]> _response;

    public ReportContent(GlmmModel model, ColumnTable table, ReportOptions options)
    {
        var refit = RefittedModel.Of(model, table, options);
        (Model, Table, Options) = (model, table, options);
        (Fit, Frame, Difference) = (refit.Fit, refit.Frame, refit.Difference);
        CancellationToken token = options.CancellationToken;
        Inference = new(() => FixedEffectInference.Create(
            Fit, Design, level: options.Level, threads: options.Threads, cancellationToken: token));
        Variances = new(() => VarianceComponentInference.Of(
            Fit, Design, options.Level, threads: options.Threads, cancellationToken: token));
        Residuals = new(() => ResidualSet.Of(Fit, Design, new ResidualOptions
        {
            Seed = options.Seed,
            Threads = options.Threads,
            CancellationToken = token,
        }));
        Diagnostics = new(() => ModelDiagnostics.Of(Fit, Design, new ModelDiagnosticsOptions
        {
            Seed = options.Seed,
            Threads = options.Threads,
            CancellationToken = token,
        }));
        Decomposition = new(() => VarianceDecomposition.Of(Fit, Design));
        Convergence = new(() => ConvergenceReport.Of(Fit, Design));
        RandomEffects = new(() => RandomEffectValues.Of(Fit, options.Level));
        _response = new(() => ValuesOf(Design.Response));
    }

    public GlmmModel Model { get; }

    public ColumnTable Table { get; }

    public ReportOptions Options { get; }

    public GlmmFit Fit { get; }

    public ModelFrame Frame { get; }

    /// <summary>How the data are not those of the model, or null.</summary>
    public string? Difference { get; }

    public ClusteredDesign Design => Frame.Design;

    public Part<FixedEffectInference> Inference { get; }

    public Part<VarianceComponentInference> Variances { get; }

    public Part<ResidualSet> Residuals { get; }

    public Part<ModelDiagnostics> Diagnostics { get; }

    public Part<VarianceDecomposition> Decomposition { get; }

    public Part<ConvergenceReport> Convergence { get; }

    public Part<RandomEffectValues> RandomEffects { get; }

    /// <summary>y, n; of a binomial response the proportion.</summary>
    public double[] Response => _response.Value;

    /// <summary>What the response is called.</summary>
    public string ResponseName => Design.Response.Name;

    /// <summary>Estimates, tests and intervals; without the latter two where the fit did not converge.</summary>
    public IReadOnlyList<FixedEffectEstimate> Effects => Inference.Value?.Coefficients
        ?? [.. Fit.FixedEffects.Select(static e => new FixedEffectEstimate(
            e.Name, e.Estimate, e.StandardError, e.Z, double.NaN, double.NaN, double.NaN, double.NaN))];

    /// <summary>exp of an effect is a ratio of odds or of means.</summary>
    public bool HasRatios => Fit.Link.Name is "log" or "logit";

    /// <summary>Number of trials of each row, or empty for single ones.</summary>
    public double[] Trials => Fit.Family.IsBinomial && Design.PriorWeights is { } weights ? ValuesOf(weights) : [];

    /// <summary>The values of a column, n.</summary>
    public static double[] ValuesOf(DesignColumn column)
    {
        var values = new double[column.Length];
        column.Gather([.. Enumerable.Range(0, column.Length)], values);
        return values;
    }
}
