using System.Globalization;
using Glmm.Sparse.Model;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Inference;

/// <summary>
/// Standard errors and intervals of variances, standard deviations, correlations and the dispersion. Immutable and
/// thread-safe.
/// </summary>
/// <remarks>
/// For PQL and MQL they come from the observed information of the working linear mixed model's likelihood, restricted
/// or not as the fit's criterion says, in the variance components and φ (for gaussian with the identity link that is
/// the model's own); functions of them by the delta method. For maximum likelihood fits they come from the
/// observed information of the fit on all its parameters. All of it is large-sample theory: with few clusters profile
/// likelihood (<see cref="ProfileLikelihood"/>) or a bootstrap is better. On the boundary there is no standard error,
/// and the row's note says so.
/// </remarks>
public sealed class VarianceComponentInference
{
    private readonly double[,]? _covariance;

    private VarianceComponentInference(
        double level, VarianceComponentInterval interval, VarianceComponentRow[] rows, double[,]? covariance,
        string? message) =>
        (Level, Interval, Rows, _covariance, Message) = (level, interval, rows, covariance, message);

    /// <summary>Coverage of the intervals.</summary>
    public double Level { get; }

    /// <summary>How intervals of variances and standard deviations are made.</summary>
    public VarianceComponentInterval Interval { get; }

    /// <summary>The estimates: of each random effect variance and standard deviation, of each pair covariance and
    /// correlation, then dispersion and shape where they were estimated.</summary>
    public IReadOnlyList<VarianceComponentRow> Rows { get; }

    /// <summary>
    /// Covariance of the estimates of the structure's variance components τ² (those of
    /// <see cref="Model.Covariance.CovarianceStructure"/>; of an unstructured D its lower triangle row by row), and of
    /// φ̂ as the last where it was estimated; null for a maximum likelihood fit, whose parameters are others.
    /// </summary>
    public double[,]? ParameterCovariance => (double[,]?)_covariance?.Clone();

    /// <summary>What the user should know: where standard errors are not from the observed information; else
    /// null.</summary>
    public string? Message { get; }

    /// <summary>Standard errors and intervals of a fit.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <param name="level">Coverage of the intervals, between 0 and 1.</param>
    /// <param name="interval">How intervals of variances and standard deviations are made.</param>
    /// <param name="threads">Threads; 0 for all processors. The result is bitwise the same for any number.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    /// <returns>The inference.</returns>
    /// <exception cref="InvalidModelDataException">The design has other columns or clusters.</exception>
    /// <exception cref="InvalidModelOptionException">The level is not between 0 and 1, or the fit has no covariance of
    /// its fixed effects.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static VarianceComponentInference Of(
        GlmmFit fit, ClusteredDesign design, double level = 0.95,
        VarianceComponentInterval interval = VarianceComponentInterval.LogScale, int threads = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        InferenceChecks.RequireConverged(fit);
        IntervalLevel.Require(level);
        RowPredictor.RequireFitted(fit.Outcome, design);
        var rows = new VarianceComponentRows(fit, design, new VarianceComponentBounds(level, interval));
        if (fit is LikelihoodFit likelihood)
            return new VarianceComponentInference(level, interval, [.. rows.OfElements(likelihood)], null, null);
        WorkingInformation information = WorkingInformation.Compute(fit, design, threads, cancellationToken);
        int count = information.ParameterCount;
        string? message = null;
        double[]? covariance = information.ParameterCovariance(observed: true);
        if (covariance is null)
        {
            message = "The observed information on the variance components is not positive definite; standard " +
                "errors are from the expected information.";
            covariance = information.ParameterCovariance(observed: false);
        }

        if (covariance is null)
        {
            message = "The data do not determine the variance components: there is no information on some of them.";
            covariance = new double[count * count];
            Array.Fill(covariance, double.NaN);
        }

        var matrix = new double[count, count];
        Buffer.BlockCopy(covariance, 0, matrix, 0, count * count * sizeof(double));
        return new VarianceComponentInference(
            level, interval, [.. rows.OfParameters(covariance, count)], matrix, message);
    }

    /// <summary>A table of standard deviations, correlations and dispersion; variances and covariances are in
    /// <see cref="Rows"/>.</summary>
    public override string ToString()
    {
        var table = new TextTable();
        string percent = (100 * Level).ToString("0.##", CultureInfo.InvariantCulture);
        table.Add(["", "Estimate", "Std. Error", $"{percent}% lower", "upper"]);
        foreach (VarianceComponentRow row in Rows)
        {
            string? name = row.Kind switch
            {
                VarianceComponentKind.StandardDeviation => $"sd '{row.First}'",
                VarianceComponentKind.Correlation => $"correlation '{row.First}', '{row.Second}'",
                VarianceComponentKind.Dispersion => "dispersion",
                VarianceComponentKind.RootDispersion => "root of dispersion",
                VarianceComponentKind.Shape => $"shape {row.First}",
                _ => null,
            };
            if (name is null) continue;
            table.Add([
                name, NumberFormat.Significant(row.Estimate, 5), NumberFormat.Significant(row.StandardError, 5),
                NumberFormat.Significant(row.Lower, 5), NumberFormat.Significant(row.Upper, 5),
            ]);
            if (row.Note is not null) table.AddLine($"    {row.Note}");
        }

        if (Message is not null) table.AddLine(Message);
        return table.Text(0);
    }
}
