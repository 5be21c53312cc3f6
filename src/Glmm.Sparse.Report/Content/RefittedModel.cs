using System.Globalization;
using Glmm.Sparse.Estimation;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Results;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Report.Content;

/// <summary>
/// A saved model fitted again, to the data that a report is of: a model holds no rows, and residuals, diagnostics and
/// tests are of a fit. To the data that the model was made from it gives the same estimates; if not, the data are
/// others, and <see cref="Difference"/> says so.
/// </summary>
internal sealed class RefittedModel
{
    // Above what the order of rows or the number of threads could do, below anything that a reader could see.
    private const double Tolerance = 1e-6;

    private RefittedModel(GlmmFit fit, ModelFrame frame, string? difference) =>
        (Fit, Frame, Difference) = (fit, frame, difference);

    /// <summary>The fit.</summary>
    public GlmmFit Fit { get; }

    /// <summary>The formula on the data.</summary>
    public ModelFrame Frame { get; }

    /// <summary>How the fit is not that of the model; null where it is.</summary>
    public string? Difference { get; }

    /// <summary>Fits.</summary>
    /// <param name="model">The model; it has a formula.</param>
    /// <param name="table">The data.</param>
    /// <param name="options">Threads, progress and cancellation.</param>
    /// <exception cref="GlmmException">The data lack what the model needs.</exception>
    public static RefittedModel Of(GlmmModel model, ColumnTable table, ReportOptions options)
    {
        ModelFrame frame = FrameOf(model, RequireSchema(model), table);
        GlmmFit fit = GlmmEstimator.Fit(
            model.Fitted.Method, frame.Design, model.Fitted.Family, model.Fitted.Link, Options(model, options));
        return new RefittedModel(fit, frame, Compare(model, fit));
    }

    /// <summary>The columns that the fit uses; null for all.</summary>
    /// <exception cref="InvalidModelOptionException">The model has no formula.</exception>
    public static IReadOnlySet<string>? ColumnsNeeded(GlmmModel model)
    {
        ModelSchema schema = RequireSchema(model);
        return FrameOptions(model, schema).ColumnsUsed(ModelFormula.Parse(schema.Formula));
    }

    private static ModelSchema RequireSchema(GlmmModel model) => model.Schema ?? throw new InvalidModelOptionException(
        "The model was made without a formula, and a report could not read the data; make it from a ModelFrame, or "
        + "save it with glmm fit --save.");

    private static FitOptions Options(GlmmModel model, ReportOptions options)
    {
        ModelFacts facts = model.Facts;
        bool isLikelihood = model.Fitted.Method is EstimationMethod.Laplace or EstimationMethod.Aghq;
        return FitOptions.Default with
        {
            Criterion = facts.Criterion,
            Order = facts.Order,
            Nodes = facts.Nodes ?? FitOptions.Default.Nodes,
            Dispersion = facts.DispersionEstimated
                ? DispersionOption.Estimated
                : DispersionOption.Fixed(model.Fitted.Dispersion),
            Curvature = !isLikelihood
                ? default
                : facts.ObservedCurvature ? Curvature.Observed : Curvature.Expected,
            Threads = options.Threads,
            Progress = options.Progress,
            CancellationToken = options.CancellationToken,
        };
    }

    // A model file knows the structure of D by its name: the kind that gives it is the one that was asked for.
    private static ModelFrame FrameOf(GlmmModel model, ModelSchema schema, ColumnTable table)
    {
        var formula = ModelFormula.Parse(schema.Formula);
        ModelFrameOptions options = FrameOptions(model, schema);
        ModelFrame? first = null;
        foreach (CovarianceKind kind in Enum.GetValues<CovarianceKind>())
        {
            var frame = ModelFrame.Create(
                table, formula, model.Fitted.Family, options with { Covariance = kind });
            if (frame.Design.Covariance.Name == model.Facts.Structure) return frame;
            first ??= frame;
        }

        return first!;
    }

    private static ModelFrameOptions FrameOptions(GlmmModel model, ModelSchema schema) => new()
    {
        Weights = schema.Weights,
        Offset = schema.Offset,
        Frequencies = model.Facts.FrequencyWeights,
        SamplingWeights = model.Facts.SamplingWeights,
        RowOrder = RowOrder.Canonical,
        Levels = schema.Columns
            .Where(static column => column.Levels is not null && (column.IsFactor || column.Kind == "text"))
            .ToDictionary(static column => column.Name, static column => column.Levels!),
    };

    private static string? Compare(GlmmModel model, GlmmFit fit)
    {
        if (fit.Observations != model.Facts.Observations || fit.GroupCount != model.Facts.Clusters)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The data are not those that the model was fitted to: they have {fit.Observations} observations of "
                + $"{fit.GroupCount} clusters, the model was fitted to {model.Facts.Observations} of "
                + $"{model.Facts.Clusters}");
        }

        if (!fit.FixedEffects.Select(static e => e.Name).SequenceEqual(model.Fitted.FixedNames))
        {
            return "The data are not those that the model was fitted to: they determine other fixed effects ("
                + string.Join(", ", fit.FixedEffects.Select(static e => e.Name)) + ")";
        }

        for (int j = 0; j < fit.FixedEffects.Count; j++)
        {
            (string name, double estimate, double error) = fit.FixedEffects[j];
            double stored = model.Fitted.FixedEffects[j];
            if (Agree(estimate, stored, double.IsFinite(error) ? error : 0)) continue;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The data are not those that the model was fitted to: with them the estimate of '{name}' is "
                + $"{estimate:G6}, in the model {stored:G6}");
        }

        return CompareVariances(model, fit);
    }

    private static string? CompareVariances(GlmmModel model, GlmmFit fit)
    {
        int q = fit.RandomTerms.Count;
        double[,] covariance = fit.Covariance;
        double floor = 1e-3 * Enumerable.Range(0, q).Max(a => covariance[a, a]);
        for (int a = 0; a < q; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double scale = Math.Max(floor, Math.Sqrt(covariance[a, a] * covariance[b, b]));
                if (Agree(covariance[a, b], model.Fitted.Covariance[(a * q) + b], scale)) continue;
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"The data are not those that the model was fitted to: with them the (co)variance of "
                    + $"'{fit.RandomTerms[a]}' and '{fit.RandomTerms[b]}' is {covariance[a, b]:G6}, in the model "
                    + $"{model.Fitted.Covariance[(a * q) + b]:G6}");
            }
        }

        return Agree(fit.Dispersion, model.Fitted.Dispersion, 0)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The data are not those that the model was fitted to: with them the dispersion is "
                + $"{fit.Dispersion:G6}, in the model {model.Fitted.Dispersion:G6}");
    }

    private static bool Agree(double value, double stored, double scale) =>
        Math.Abs(value - stored) <= Tolerance * Math.Max(Math.Abs(stored), scale);
}
