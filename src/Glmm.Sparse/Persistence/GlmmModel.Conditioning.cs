using Glmm.Sparse.Formula;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Persistence;

/// <content>What new rows say of their clusters, the parameters being held.</content>
public sealed partial class GlmmModel
{
    /// <summary>What is known of one cluster after some rows of it: a known cluster's rows are folded in, one never
    /// seen is learnt from its own.</summary>
    /// <param name="rows">Rows of one cluster with their responses; those that miss a value, or have no weight, are
    /// left out.</param>
    /// <returns>The posterior of its random effects.</returns>
    /// <exception cref="GlmmException">The rows are of several clusters, or a column, level or value is wrong.
    /// </exception>
    public ClusterPosterior Condition(ColumnTable rows)
    {
        PredictionFrame frame = Learnable(rows, clusters: true);
        if (frame.ClusterLabels.Count > 1 || frame.Clusters.Span.Contains(-1))
        {
            string which = frame.ClusterLabels.Count > 1
                ? $"of '{frame.ClusterLabels[0]}' and '{frame.ClusterLabels[1]}'"
                : "some of none";
            throw new InvalidModelDataException(
                $"The rows are {which} of '{Fitted.GroupName}', and one cluster is conditioned at a time; give the "
                + "rows of one cluster, or take WithRows for all of them.");
        }

        bool known = frame.ClusterLabels.Count == 1 && Fitted.TryFindCluster(frame.ClusterLabels[0], out _);
        ClusterPosterior prior = known ? Fitted.Posterior(CodeOf(frame.ClusterLabels[0])) : Fitted.Prior;
        return Condition(frame, prior, Usable(frame));
    }

    /// <summary>What is known of one cluster after more rows of it.</summary>
    /// <param name="rows">Rows of the cluster with their responses; the columns of the grouping factor need not be
    /// there. Those that miss a value, or have no weight, are left out.</param>
    /// <param name="known">What was known before: <see cref="FittedModel.Prior"/> of a cluster never seen.</param>
    /// <returns>The posterior of its random effects.</returns>
    /// <exception cref="GlmmException">A column, level or value is wrong.</exception>
    public ClusterPosterior Condition(ColumnTable rows, ClusterPosterior known)
    {
        ArgumentNullException.ThrowIfNull(known);
        PredictionFrame frame = Learnable(rows, clusters: false);
        return Condition(frame, known, Usable(frame));
    }

    /// <summary>The model with what new rows say of their clusters: known ones updated, new ones added behind them. The
    /// estimates stay what they are.</summary>
    /// <param name="rows">Rows of any clusters with their responses; those that miss a value, their cluster's included,
    /// or have no weight, are left out.</param>
    /// <returns>The model; this one is unchanged.</returns>
    /// <exception cref="GlmmException">A column, level or value is wrong.</exception>
    public GlmmModel WithRows(ColumnTable rows)
    {
        PredictionFrame frame = Learnable(rows, clusters: true);
        if (Fitted.ClusterCount == 0)
        {
            throw new InvalidModelOptionException(
                "This model holds no clusters that rows could be added to: it was made without, or by MQL, which has " +
                "none.");
        }

        var byCluster = frame.ClusterLabels.Select(static _ => new List<int>()).ToArray();
        foreach (int row in Usable(frame))
        {
            if (frame.Clusters.Span[row] is var cluster and >= 0) byCluster[cluster].Add(row);
        }

        var learnt = new List<(string Label, ClusterPosterior Posterior)>();
        for (int cluster = 0; cluster < byCluster.Length; cluster++)
        {
            if (byCluster[cluster].Count == 0) continue;
            string label = frame.ClusterLabels[cluster];
            ClusterPosterior prior = CodeOf(label) is var code and >= 0 ? Fitted.Posterior(code) : Fitted.Prior;
            learnt.Add((label, Condition(frame, prior, byCluster[cluster])));
        }

        return new GlmmModel(new FittedModel(ClusterUpdate.Apply(Fitted, learnt)), Schema, Facts, Outline);
    }

    private PredictionFrame Learnable(ColumnTable rows, bool clusters)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return RequireSchema().Apply(rows, new PredictionFrameOptions { Clusters = clusters, Response = true });
    }

    private ClusterPosterior Condition(PredictionFrame frame, ClusterPosterior prior, List<int> rows)
    {
        int p = frame.FixedEffectCount, q = frame.RandomEffectCount;
        return prior.Condition(
            Fitted, Take(frame.FixedEffects.Span, p), Take(frame.RandomEffects.Span, q), Take(frame.Response.Span, 1),
            Take(frame.Weights.Span, 1), Take(frame.Offset.Span, 1));

        double[] Take(ReadOnlySpan<double> values, int width)
        {
            if (values.IsEmpty) return [];
            var taken = new double[rows.Count * width];
            for (int i = 0; i < rows.Count; i++)
                values.Slice(rows[i] * width, width).CopyTo(taken.AsSpan(i * width));
            return taken;
        }
    }

    /// <summary>The rows that miss nothing and weigh something.</summary>
    private static List<int> Usable(PredictionFrame frame)
    {
        var rows = new List<int>();
        for (int row = 0; row < frame.RowCount; row++)
        {
            bool weighs = frame.Weights.IsEmpty || frame.Weights.Span[row] > 0;
            if (weighs && !double.IsNaN(frame.Response.Span[row])) rows.Add(row);
        }

        return rows;
    }
}
