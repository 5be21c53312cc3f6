using System.Globalization;
using Glmm.Sparse.Families;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Persistence;

/// <content>Predictions for tables.</content>
public sealed partial class GlmmModel
{
    /// <summary>Predicts every row of a table, by the clusters that the model knows; see the other overload.</summary>
    /// <param name="rows">The rows; columns that the model does not use do no harm.</param>
    /// <param name="options">What to predict; conditional means with confidence intervals when null.</param>
    /// <returns>A prediction for each row, in order.</returns>
    /// <exception cref="GlmmException">A column, level, value or option is wrong, or the model has no formula.
    /// </exception>
    public PredictionTable Predict(ColumnTable rows, PredictionOptions? options = null)
    {
        options ??= PredictionOptions.Default;
        return Predict(rows, new TablePredictionOptions
        {
            Target = options.Target,
            Interval = options.Interval,
            Level = options.Level,
            NewClusters = options.NewClusters,
        });
    }

    /// <summary>Predicts every row of a table.</summary>
    /// <param name="rows">The rows; columns that the model does not use do no harm.</param>
    /// <param name="options">What to predict.</param>
    /// <returns>A prediction for each row, in order; NaN for rows that miss a value the model needs.</returns>
    /// <remarks>
    /// A prediction interval of a binomial response needs the trials of the new rows: the columns of the weights, or of
    /// <c>cbind()</c>; one of a gaussian, gamma or inverse-gaussian response needs the weights if the model was fitted
    /// with some.
    /// </remarks>
    /// <exception cref="GlmmException">A column, level, value or option is wrong, or the model has no formula.
    /// </exception>
    public PredictionTable Predict(ColumnTable rows, TablePredictionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool byCluster = ByCluster(options);
        PredictionFrame frame = Apply(rows, options, byCluster);
        int[] codes = [.. frame.ClusterLabels.Select(CodeOf)];
        PredictionTable table = Table(frame, options, [.. codes.Select(static code => code >= 0)]);
        if (byCluster && options.UnseenClusters == UnseenClusters.Error) RefuseUnseen(frame, codes);
        int[] clusters = new int[frame.Clusters.Length];
        for (int row = 0; row < clusters.Length; row++)
            clusters[row] = frame.Clusters.Span[row] is var cluster and >= 0 ? codes[cluster] : -1;
        Fitted.PredictWithErrors(options.Rows, Rows(frame) with { Clusters = clusters }, table.Columns);
        return table;
    }

    /// <summary>Predicts rows of one cluster by what is known of it, such as after <see cref="Condition(ColumnTable,
    /// ClusterPosterior)"/>; the columns of the grouping factor need not be there.</summary>
    /// <param name="rows">The rows, all of this cluster.</param>
    /// <param name="posterior">What is known of the cluster.</param>
    /// <param name="options">What to predict; the defaults when null.</param>
    /// <returns>A prediction for each row, in order; NaN for rows that miss a value the model needs.</returns>
    /// <exception cref="GlmmException">A column, level, value or option is wrong, or the model has no formula.
    /// </exception>
    public PredictionTable Predict(
        ColumnTable rows, ClusterPosterior posterior, TablePredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(posterior);
        options ??= TablePredictionOptions.Default;
        PredictionFrame frame = Apply(rows, options with { ByCluster = true }, byCluster: false);
        PredictionTable table = Table(frame, options, []);
        Fitted.PredictWithErrors(options.Rows, Rows(frame) with { Posterior = posterior }, table.Columns);
        return table;
    }

    /// <summary>The columns that a table must have to be predicted.</summary>
    /// <param name="options">What is predicted.</param>
    /// <returns>Their names.</returns>
    /// <exception cref="InvalidModelOptionException">The model has no formula.</exception>
    public IReadOnlySet<string> ColumnsNeeded(TablePredictionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return RequireSchema().ColumnsNeeded(FrameOptions(options, ByCluster(options)));
    }

    private static PredictionRows Rows(PredictionFrame frame) => new()
    {
        X = frame.FixedEffects.Span,
        Z = frame.RandomEffects.Span,
        Offset = frame.Offset.Span,
        PriorWeights = frame.Weights.Span,
    };

    private PredictionTable Table(PredictionFrame frame, TablePredictionOptions options, bool[] known)
    {
        int unseen = 0;
        foreach (int cluster in frame.Clusters.Span)
        {
            if (cluster < 0 || !known[cluster]) unseen++;
        }

        return new PredictionTable(frame.RowCount, frame.Clusters.ToArray(), frame.ClusterLabels, known)
        {
            Target = options.Target,
            Interval = options.Interval,
            Level = options.Level,
            RowsMissing = frame.RowsMissing,
            RowsOfUnseenClusters = unseen,
            Warnings = Facts.Converged
                ? frame.Warnings
                : [
                    $"The fit of this model did not converge ({Facts.Verdict}): its predictions are of no solution.",
                    .. frame.Warnings,
                ],
        };
    }

    private PredictionFrame Apply(ColumnTable rows, TablePredictionOptions options, bool byCluster)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return RequireSchema().Apply(rows, FrameOptions(options, byCluster));
    }

    private PredictionFrameOptions FrameOptions(TablePredictionOptions options, bool byCluster)
    {
        bool predicts = options.Interval == IntervalKind.Prediction;
        return new PredictionFrameOptions
        {
            UnseenLevels = options.UnseenLevels,
            Clusters = byCluster,
            RandomEffects = options.ByCluster || predicts || options.NewClusters
                || options.Target == PredictionTarget.PopulationMean,
            Weights = predicts && HasWeightedResponse,
        };
    }

    private bool ByCluster(TablePredictionOptions options) =>
        options.ByCluster && options.Target != PredictionTarget.PopulationMean
        && (Fitted.ClusterCount > 0 || options.UnseenClusters == UnseenClusters.Error);

    /// <summary>The law of a response depends on its weight: trials, or what divides the dispersion.</summary>
    private bool HasWeightedResponse => Fitted.Family.Kind
        is VarianceKind.Binomial or VarianceKind.Constant or VarianceKind.Gamma or VarianceKind.InverseGaussian;

    private int CodeOf(string label)
    {
        Fitted.TryFindCluster(label, out int code);
        return code;
    }

    private ModelSchema RequireSchema() => Schema ?? throw new InvalidModelOptionException(
        "The model was made without a formula, and does not know how to read a table; predict from rows of numbers "
        + "(GlmmModel.Fitted), or make the model from a ModelFrame.");

    private void RefuseUnseen(PredictionFrame frame, int[] codes)
    {
        for (int row = 0; row < frame.RowCount; row++)
        {
            int cluster = frame.Clusters.Span[row];
            if (cluster >= 0 && codes[cluster] >= 0) continue;
            string who = cluster < 0 ? "has no value" : $"is '{frame.ClusterLabels[cluster]}'";
            string why = Fitted.ClusterCount == 0 ? $"; a fit by {Fitted.Method} knows none" : "";
            throw new InvalidModelDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"'{Fitted.GroupName}' {who} in row {row + 1}, a cluster that the model does not know{why}. Mend the "
                + $"value, or let such rows be predicted as any new cluster (UnseenClusters.Population)."));
        }
    }
}
