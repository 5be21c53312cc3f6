using Glmm.Sparse.Formula;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Report.Content;

/// <summary>What trajectories are drawn over: the covariate that tells the rows of a cluster apart best, or their
/// number.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">Its value in each row of the design, n.</param>
/// <param name="IsNumber">It is the number of the row in its cluster, from 1.</param>
internal sealed record WithinCovariate(string Name, double[] Values, bool IsNumber)
{
    /// <summary>A covariate with a random slope, else the one that varies most within clusters and grows along their
    /// rows, as time does; where there is none, the rows' number.</summary>
    public static WithinCovariate Of(ReportContent content)
    {
        ModelSchema schema = content.Model.Schema!;
        (string Name, double[] Values, double Score)? best = null;
        foreach (SchemaColumn column in schema.Columns)
        {
            if (column.Kind is not ("numeric" or "date" or "time") || IsOther(content, schema, column.Name)) continue;
            if (content.Table[column.Name] is not NumericColumn numbers) continue;
            double[] values = new double[content.Design.Observations];
            for (int row = 0; row < values.Length; row++) values[row] = numbers[content.Frame.SourceRow(row)];
            double score = Score(values, content.Design.Clusters.Codes.Span, content.Design.Clusters.Count);
            if (content.Fit.RandomTerms.Contains(column.Name)) score += 10;
            if (score > 0.02 && (best is null || score > best.Value.Score)) best = (column.Name, values, score);
        }

        return best is { } found ? new WithinCovariate(found.Name, found.Values, false) : Number(content);
    }

    private static bool IsOther(ReportContent content, ModelSchema schema, string name) =>
        schema.GroupColumns.Contains(name) || schema.Weights == name || schema.Offset == name
        || content.Model.Facts.FrequencyWeights == name || content.Model.Facts.SamplingWeights == name
        || ModelFormula.Parse(schema.Formula).Response.Columns.Contains(name);

    // The share of its variance within clusters, more where it mostly grows along their rows.
    private static double Score(double[] values, ReadOnlySpan<int> codes, int clusters)
    {
        double[] sum = new double[clusters], last = new double[clusters];
        int[] count = new int[clusters];
        int steps = 0, up = 0, distinct = 0;
        for (int row = 0; row < values.Length; row++)
        {
            int code = codes[row];
            if (count[code] > 0)
            {
                steps++;
                if (values[row] > last[code]) up++;
                if (values[row] != last[code]) distinct++;
            }

            (sum[code], last[code], count[code]) = (sum[code] + values[row], values[row], count[code] + 1);
        }

        double mean = values.Average(), within = 0, total = 0;
        for (int row = 0; row < values.Length; row++)
        {
            double own = values[row] - (sum[codes[row]] / count[codes[row]]);
            (within, total) = (within + (own * own), total + ((values[row] - mean) * (values[row] - mean)));
        }

        // Two values, such as a marker of 0 and 1, make no trajectory.
        if (steps == 0 || total == 0 || distinct < 0.5 * steps) return 0;
        return within / total * (1 + ((double)up / steps));
    }

    private static WithinCovariate Number(ReportContent content)
    {
        ReadOnlySpan<int> codes = content.Design.Clusters.Codes.Span;
        var seen = new int[content.Design.Clusters.Count];
        var values = new double[codes.Length];
        for (int row = 0; row < codes.Length; row++) values[row] = ++seen[codes[row]];
        return new WithinCovariate("observation number", values, true);
    }
}
